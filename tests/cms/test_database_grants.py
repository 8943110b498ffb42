import json
import os
import subprocess
import sys

import psycopg
import pytest

from tests.services import ROOT, postgres_server

AUDIT = "lms_training_auditentry"


def run(env, *arguments):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", *arguments],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.mark.services
def test_site_runs_as_a_role_that_can_change_no_line_of_the_log(tmp_path):
    with postgres_server(tmp_path) as postgres:
        owner = os.environ | {
            "DJANGO_SETTINGS_MODULE": "cms.settings.site",
            "KATSUYO_HOME": str(tmp_path / "home"),
            "KATSUYO_BROKER_URL": "memory://localhost",
            "DATABASE_URL": postgres.url,
        }
        run(owner, "manage.py", "migrate", "-v0")
        with psycopg.connect(postgres.url, autocommit=True) as connection:
            connection.execute("CREATE ROLE site LOGIN")
            connection.execute(run(owner, "manage.py", "database_grants", "site"))
        url = postgres.url.replace("katsuyo@", "site@")
        found = json.loads(
            run(owner | {"DATABASE_URL": url}, "-m", "tests.cms.grants_workload").splitlines()[-1]
        )
        assert found["allowed"] == []
        assert found["audit"] > 0
        assert found["register"] == 1
        # The owner's own connection is refused as well, in SQL of any kind.
        with psycopg.connect(postgres.url, autocommit=True) as connection:
            for statement in (f"UPDATE {AUDIT} SET reason = 'x'", f"DELETE FROM {AUDIT}"):
                with pytest.raises(psycopg.errors.RaiseException, match="only ever added to"):
                    connection.execute(statement)
            count = connection.execute(f"SELECT count(*) FROM {AUDIT}").fetchone()[0]
            assert count == found["audit"]
