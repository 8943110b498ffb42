import json
import os
import subprocess
import sys

import pytest

from tests.services import ROOT, postgres_server

LEARNERS = 20


@pytest.mark.services
def test_whoever_is_erased_while_handing_in_has_completed_before_or_never(tmp_path):
    with postgres_server(tmp_path) as postgres:
        env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "cms.settings.site",
            "KATSUYO_HOME": str(tmp_path / "home"),
            "KATSUYO_BROKER_URL": "memory://localhost",
            "DATABASE_URL": postgres.url,
        }
        command = [sys.executable, "-W", "ignore", "-m", "tests.training.domain.erasure_workload"]
        done = subprocess.run(
            [*command, str(LEARNERS)],
            cwd=ROOT,
            env=env,
            stdout=subprocess.PIPE,
            text=True,
            timeout=600,
        )
    assert done.returncode == 0
    figures = json.loads(done.stdout.splitlines()[-1])
    assert figures["errors"] == []
    assert figures["erased"] == LEARNERS
    assert (figures["both"], figures["neither"]) == (0, 0)
    # A completion that came before has its certificate, with the name that there was.
    assert figures["certificates"] == figures["named_certificates"] == figures["completed"]
