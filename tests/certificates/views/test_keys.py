"""What anybody can check without us: the pages, and the very commands that they print."""

import datetime as dt
import html
import re
import subprocess

import pytest
from django.test import Client

from certificates.domain import issuing, keys, production
from certificates.models import SigningKey, certificate_storage
from tests import factories
from tests.drills.s1_hidden import list_hidden
from tests.services import require

pytestmark = pytest.mark.django_db
NOW = factories.NOW


@pytest.fixture
def document_key():
    return factories.make_signing_keys()[0]


def get(path):
    return Client().get(path)


def test_every_key_is_listed_with_its_state_and_fingerprint(document_key):
    SigningKey.objects.create(
        name="lost",
        purpose="document",
        public=document_key.public,
        created_at=NOW,
        valid_until=NOW,
        revoked_at=NOW,
        is_demo=True,
    )
    page = get("/v/keys/")
    for use in keys.list_keys(now=NOW):
        assert f">{use.key.name}</h2>" in page.text
        assert use.printed_fingerprint in page.text
        assert f'href="/v/keys/{use.key.name}.pem"' in page.text
    lost = page.text.split(">lost</h2>")[1].split("</section>")[0]
    assert "失効" in lost
    assert "見本" in lost
    assert not page.cookies
    assert len(page.content) < 30_000


def test_days_are_those_of_japan(document_key):
    SigningKey.objects.update(retired_at=dt.datetime(2026, 3, 31, 15, 30, tzinfo=dt.UTC))
    assert "2026-04-01" in get("/v/keys/").text


def test_key_is_handed_out_as_it_is(document_key):
    answer = get(f"/v/keys/{document_key.name}.pem")
    assert answer.text == document_key.public
    assert answer["Content-Disposition"] == f'attachment; filename="{document_key.name}.pem"'
    assert get("/v/keys/none.pem").status_code == 404
    assert Client().post("/v/keys/").status_code == 405


def test_pages_work_before_there_is_a_key():
    assert "まだ鍵がありません" in get("/v/keys/").text
    assert "まだ鍵がありません" in get("/v/how-to/").text


def test_a_lost_key_is_no_example(document_key):
    SigningKey.objects.update(revoked_at=NOW)
    page = get("/v/how-to/")
    assert document_key.name not in page.text


@pytest.fixture
def on_live_server(live_server, settings):
    settings.WAGTAILADMIN_BASE_URL = live_server.url
    return live_server


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_commands_of_the_page_confirm_a_certificate_and_nothing_else(on_live_server, tmp_path):
    for program in ("curl", "pdfsig", "openssl", "python3", "sha256sum"):
        require(subprocess.run(["which", program], capture_output=True).stdout.decode(), program)
    factories.make_certificate_template()
    enrolment = factories.make_enrolment(completed_at=NOW)
    made = issuing.request_certificate(enrolment_id=enrolment.pk, now=NOW)
    production.issue_certificate(certificate_id=made.pk, now=NOW)
    made.refresh_from_db()
    with certificate_storage().open(made.file.name) as file:
        content = file.read()

    page = get("/v/how-to/").text
    blocks = re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", page, re.DOTALL)
    script = "set -e\n" + "\n".join(map(html.unescape, blocks))

    def follow(content):
        (tmp_path / "certificate.pdf").write_bytes(content)
        return subprocess.run(
            ["sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=60
        )

    done = follow(content)
    assert done.returncode == 0, done.stderr
    assert "Signature is Valid." in done.stdout
    assert "Total document signed" in done.stdout
    assert made.signing_key.name in done.stdout
    (use,) = (use for use in keys.list_keys(now=NOW) if use.key == made.signing_key)
    assert f"Fingerprint={use.printed_fingerprint}" in done.stdout
    assert use.printed_fingerprint in page
    assert "erification successful" in done.stderr
    assert "Nothing else in the file" in done.stdout
    assert made.sha256 in done.stdout

    altered = bytearray(content)
    altered[len(altered) // 3] ^= 1
    assert follow(bytes(altered)).returncode != 0

    # Where openssl finds no fault, the step after it does.
    forgeries = dict(list_hidden(content))
    for name in ("hidden in the gap", "hidden at the start", "attributes as content"):
        done = follow(forgeries[name])
        assert done.returncode != 0, name
        assert "erification successful" in done.stderr, name
        assert "NOT GENUINE" in done.stdout, name
    assert follow(forgeries["hidden at the end"]).returncode != 0
