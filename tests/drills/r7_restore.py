"""R7: restorable. PostgreSQL is dumped, more is issued and revoked, the database is destroyed and
restored from the dump; the archive of files stays. Then: `manage.py register recover`."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.services import ROOT, find_program, postgres_server


def run_step(what: str, *, folder: str, database: str, count: int) -> str:
    """r7_workload.py by itself: it needs the site's settings, and the default database."""
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "cms.settings.site",
        "KATSUYO_HOME": str(Path(folder, "home")),
        "KATSUYO_BROKER_URL": "memory://localhost",
        "DATABASE_URL": database,
    }
    command = [sys.executable, "-W", "ignore", "-m", "tests.drills.r7_workload", what, str(count)]
    done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise RuntimeError(f"the step {what} ended with status {done.returncode}")
    return done.stdout


def run(*, long: bool) -> dict[str, int]:
    count = 200 if long else 6
    with (
        tempfile.TemporaryDirectory(prefix="katsuyo-r7-") as folder,
        postgres_server(Path(folder), migrated=True) as postgres,
    ):
        psql, pg_dump, pg_restore = map(find_program, ("psql", "pg_dump", "pg_restore"))
        dump, database = Path(folder, "dump"), postgres.url
        site = database.removesuffix("/postgres") + "/katsuyo"

        def ask(sql: str) -> None:
            subprocess.run([psql, "-q", "-c", sql, database], check=True)

        def step(what: str) -> str:
            return run_step(what, folder=folder, database=site, count=count)

        ask("CREATE DATABASE katsuyo")
        step("before")
        subprocess.run([pg_dump, "-Fc", "-f", dump, site], check=True)
        step("after")
        ask("DROP DATABASE katsuyo WITH (FORCE)")
        ask("CREATE DATABASE katsuyo")
        subprocess.run([pg_restore, "-d", site, dump], check=True)
        return json.loads(step("recover").splitlines()[-1])
