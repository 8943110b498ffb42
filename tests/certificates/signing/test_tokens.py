"""Run by itself: a process knows one set of SoftHSM's tokens, from its first use on."""

import os
import subprocess
import sys

from tests.certificates.signing.tokens import PIN, find_module, initialise_token
from tests.services import ROOT

SCRIPT = """
import sys, datetime as dt
import django
django.setup()
from django.core.management import call_command
from django.test.utils import setup_test_environment
from django.db import connection
setup_test_environment()
connection.creation.create_test_db(verbosity=0, serialize=False)

from certificates.conf import key_folder
from certificates.domain import keys
from certificates.models import SigningKey
from certificates.rendering.pdf import render_pdf
from certificates.signing import tokens
from certificates.signing.judging import judge_pdf
from certificates.signing.keys import PrivateKeyMissing, read_public_key
from certificates.signing.pades import sign_pdf
from tests.certificates.facts import FACTS

now = dt.datetime.now(dt.UTC)
call_command("signing_key", "create", "--organisation", "試験省")
assert not key_folder().exists() or not list(key_folder().iterdir())
pair = keys.active_keys(now=now + dt.timedelta(seconds=1))

at = now + dt.timedelta(seconds=1)
content = sign_pdf(render_pdf(FACTS), signer=keys.open_signer(key=pair.document), at=at)
judgement = judge_pdf(content, certificates=keys.trusted_certificates())
assert judgement.is_confirmed, judgement
open(sys.argv[1], "wb").write(content)

credential = keys.open_private_key(key=pair.credential)
read_public_key(pair.credential.public).verify(credential.sign(b"data"), b"data")

# An HSM that was away: the session is gone, the next signature opens another.
(session,) = tokens._sessions.values()
session.close()
try:
    credential.sign(b"data")
except Exception as error:
    print(type(error).__name__)
credential.sign(b"data")

stranger = SigningKey(name="nobody", purpose="document", public=pair.document.public)
try:
    keys.open_private_key(key=stranger)
except PrivateKeyMissing:
    print("missing is said")

# A token without Ed25519 leaves that key to a file, and says so.
from pkcs11 import MechanismInvalid
generate = tokens.generate
def refuse(token, *, name, kind):
    if kind == "ed25519":
        raise tokens.UnsuitableKey("the token makes no ed25519 keys")
    return generate(token, name=name, kind=kind)
tokens.generate = refuse
call_command("signing_key", "rotate")
# The rows are gone, as after a restore: a second key of the same name would kill both.
SigningKey.objects.all().delete()
assert keys.create_key(purpose="document", now=now).key.name.endswith("-3")
print(len(list(key_folder().iterdir())), "file")
"""


def test_keys_of_a_token_sign_and_leave_no_file(tmp_path):
    environment = initialise_token(tmp_path / "softhsm", "katsuyo")
    environment |= {
        "DJANGO_SETTINGS_MODULE": "cms.settings.test",
        "KATSUYO_HOME": str(tmp_path / "home"),
        "KATSUYO_PKCS11_MODULE": find_module(),
        "KATSUYO_PKCS11_TOKEN": "katsuyo",
        "KATSUYO_PKCS11_PIN": PIN,
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT, str(tmp_path / "signed.pdf")],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]} | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert [line.endswith("token katsuyo") for line in lines[:2]] == [True, True]
    assert "missing is said" in lines
    assert lines[-1] == "1 file"
    assert "the token makes no ed25519 keys" in done.stdout
    told = subprocess.run(
        ["pdfsig", tmp_path / "signed.pdf"], capture_output=True, text=True, check=True
    ).stdout
    assert "Signature is Valid." in told
