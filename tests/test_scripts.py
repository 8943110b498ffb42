import os
import re
import shutil
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from tests.services import ROOT, site_process

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_lock_names_no_host_and_hashes_everything(lock):
    text = lock.read_text()
    assert "://" not in text
    requirements = [entry for entry in re.split(r"\n(?=\S)", text) if "==" in entry]
    assert len(requirements) > 30
    assert [r for r in requirements if "--hash=sha256:" not in r] == []


@pytest.mark.parametrize("script", ["setup", "run", "test", "check"])
def test_script_is_plain_posix_shell(script):
    path = ROOT / "scripts" / script
    assert path.read_text().startswith("#!/bin/sh\n")
    assert os.access(path, os.X_OK)
    assert subprocess.run([shutil.which("dash") or "sh", "-n", path]).returncode == 0


def test_setup_refuses_an_unknown_option():
    result = subprocess.run([ROOT / "scripts/setup", "--fast"], capture_output=True, text=True)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == "usage: scripts/setup [--test]\n"


@pytest.fixture(scope="module")
def prepared_home(tmp_path_factory):
    home = tmp_path_factory.mktemp("prepared")
    with site_process(home):
        return home


@pytest.fixture(scope="module")
def site(prepared_home, tmp_path_factory):
    home = shutil.copytree(prepared_home, tmp_path_factory.mktemp("site") / "home")
    with site_process(home) as site:
        yield site


@pytest.mark.journey
@pytest.mark.xdist_group("scripts")
class TestRunningSite:
    def test_prints_addresses_that_answer(self, site):
        addresses = dict(re.findall(r"^(\w+): (http\S+)$", site.log.read_text(), re.MULTILINE))
        assert addresses == {
            "site": f"{site.base_url}/",
            "editor": f"{site.base_url}/editor/",
            "verification": f"{site.base_url}/v/",
            "mail": f"{site.base_url}/mail/",
        }
        for address in addresses.values():
            with urllib.request.urlopen(address) as response:
                assert response.status == 200

    def test_second_copy_on_the_same_home_is_refused(self, site):
        result = subprocess.run(
            [site.supervisor.args[-2], site.supervisor.args[-1]],
            env=os.environ | {"KATSUYO_HOME": str(site.home), "PORT": "0"},
            capture_output=True,
            text=True,
        )
        assert result.returncode == 1
        assert "is in use by another copy" in result.stderr

    @pytest.mark.parametrize("name", ["web", "worker"])
    def test_killed_child_is_started_again_and_leaves_nothing_behind(self, site, name):
        before = settled(site, name)
        os.kill(before[0], signal.SIGKILL)
        after = settled(site, name, other_than=before[0])
        assert len(after) == len(before)
        assert [pid for pid in before if is_alive(pid)] == []
        with urllib.request.urlopen(site.base_url) as response:
            assert response.status == 200

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_signal_stops_everything_in_order(self, prepared_home, tmp_path, number):
        with site_process(shutil.copytree(prepared_home, tmp_path / "home")) as site:
            pids = settled(site, "web") + settled(site, "worker")
            site.supervisor.send_signal(number)
            assert site.supervisor.wait(timeout=20) == 0
            assert [pid for pid in pids if is_alive(pid)] == []

    def test_nothing_outlives_a_killed_supervisor(self, prepared_home, tmp_path):
        with site_process(shutil.copytree(prepared_home, tmp_path / "home")) as site:
            pids = settled(site, "web") + settled(site, "worker")
            site.supervisor.kill()
            wait_for(lambda: not any(is_alive(pid) for pid in pids))


def settled(site, name, other_than=None):
    """The child's processes once they are all there: a web worker; a pool process and beat."""
    wanted = {"web": 2, "worker": 3}[name]
    wait_for(lambda: len(site.pids(name)) == wanted and site.pids(name)[0] != other_than)
    return site.pids(name)


def is_alive(pid):
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def wait_for(condition, within=25):
    give_up_at = time.monotonic() + within
    while not condition():
        assert time.monotonic() < give_up_at
        time.sleep(0.05)
