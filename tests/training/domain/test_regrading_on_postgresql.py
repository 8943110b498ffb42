import json
import os
import subprocess
import sys

import pytest

from tests.services import ROOT, postgres_server

PAPERS = 80


@pytest.mark.services
def test_a_mended_key_reaches_every_paper_while_learners_hand_in(tmp_path):
    with postgres_server(tmp_path) as postgres:
        env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "cms.settings.site",
            "KATSUYO_HOME": str(tmp_path / "home"),
            "KATSUYO_BROKER_URL": "memory://localhost",
            "DATABASE_URL": postgres.url,
        }
        command = [sys.executable, "-W", "ignore", "-m", "tests.training.domain.regrading_workload"]
        done = subprocess.run(
            [*command, str(PAPERS)],
            cwd=ROOT,
            env=env,
            stdout=subprocess.PIPE,
            text=True,
            timeout=300,
        )
    assert done.returncode == 0
    figures = json.loads(done.stdout.splitlines()[-1])
    assert figures["errors"] == []
    assert (figures["papers"], figures["open"], figures["wrong"]) == (2 * PAPERS, 0, 0)
    assert not figures["left_for_a_second_run"]
    # Half of the first, who gain it, and all who handed in meanwhile; besides those who have lost
    # it, whose completions stay.
    assert figures["passed"] == PAPERS // 2 + PAPERS
    assert figures["completed"] == figures["passed"]
