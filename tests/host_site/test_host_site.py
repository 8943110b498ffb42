"""What a stranger installs is the built wheel, not this checkout."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.services import ROOT

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder with the wheel's contents and the host site beside them."""
    folder = tmp_path_factory.mktemp("host")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder / "dist"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = (folder / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "installed")
    shutil.copytree(HERE, folder / "installed" / "host_site")
    return folder / "installed"


@pytest.mark.parametrize("settings", ["settings_training", "settings_both"])
def test_learner_completes_a_course_on_a_foreign_site(installed, settings):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "host_site/visit.py", f"host_site.{settings}"],
        cwd=installed,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
    )
    assert done.stdout.endswith("the host site works\n"), done.stdout + done.stderr


def test_wheel_holds_the_two_apps_and_nothing_of_the_site(installed):
    names = {path.name for path in installed.iterdir() if not path.name.endswith(".dist-info")}
    assert names == {"training", "certificates", "host_site"}
    assert (installed / "training/locale/ja/LC_MESSAGES/django.mo").exists()
