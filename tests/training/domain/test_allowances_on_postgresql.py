import json
import os
import subprocess
import sys

import pytest

from tests.services import ROOT, postgres_server

ROUNDS = 25


@pytest.mark.services
def test_more_time_reaches_an_attempt_that_starts_at_that_moment(tmp_path):
    with postgres_server(tmp_path) as postgres:
        env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "cms.settings.site",
            "KATSUYO_HOME": str(tmp_path / "home"),
            "KATSUYO_BROKER_URL": "memory://localhost",
            "DATABASE_URL": postgres.url,
        }
        command = [sys.executable, "-W", "ignore", "-m"]
        done = subprocess.run(
            [*command, "tests.training.domain.allowances_workload", str(ROUNDS)],
            cwd=ROOT,
            env=env,
            stdout=subprocess.PIPE,
            text=True,
            timeout=300,
        )
    assert done.returncode == 0
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "rounds": ROUNDS,
        "attempts": ROUNDS,
        "too_short": 0,
        "without_allowance": 0,
        "errors": [],
    }
