"""A PKCS#11 token of software, for tests."""

import shutil
import subprocess
from pathlib import Path

from tests.services import find_program, require

MODULES = ["/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so"]
PIN = "4711"


def find_module():
    found = next((path for path in MODULES if Path(path).exists()), None)
    return str(require(found, "SoftHSM (softhsm2)"))


def initialise_token(folder, label):
    """Returns what the environment must say for it."""
    folder = Path(folder)
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "tokens").mkdir(parents=True)
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    environment = {"SOFTHSM2_CONF": str(configuration)}
    command = [find_program("softhsm2-util"), "--init-token", "--free", "--label", label]
    subprocess.run(
        [*command, "--pin", PIN, "--so-pin", "0815"],
        env=environment,
        check=True,
        capture_output=True,
    )
    return environment
