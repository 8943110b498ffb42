"""R3: never double. Fifty at once on PostgreSQL, eight processes on SQLite, each its own site."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.services import ROOT, postgres_server


def work(what: str, count: int, *, folder: str, database: str | None) -> dict:
    """Run r3_workload.py by itself: it needs the site's settings, and the default database."""
    env = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    env |= {
        "DJANGO_SETTINGS_MODULE": "cms.settings.site",
        "KATSUYO_HOME": str(Path(folder, "home")),
        "KATSUYO_BROKER_URL": "memory://localhost",
    }
    if database:
        env["DATABASE_URL"] = database
    command = [sys.executable, "-W", "ignore", "-m", "tests.drills.r3_workload", what, str(count)]
    done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise RuntimeError(f"the workload {what} ended with status {done.returncode}")
    return json.loads(done.stdout.splitlines()[-1])


def run_postgresql(*, long: bool) -> dict:
    # Fifty threads, each with a connection of its own.
    conf = ["max_connections=120"]
    with (
        tempfile.TemporaryDirectory(prefix="katsuyo-r3-") as folder,
        postgres_server(Path(folder), extra_conf=conf) as postgres,
    ):
        return work("postgresql", 100 if long else 10, folder=folder, database=postgres.url)


def run_sqlite(*, long: bool) -> dict:
    with tempfile.TemporaryDirectory(prefix="katsuyo-r3-") as folder:
        return work("sqlite", 200 if long else 25, folder=folder, database=None)


def run(*, long: bool) -> dict[str, int]:
    figures = run_postgresql(long=long)
    sqlite = run_sqlite(long=long)
    return figures | sqlite | {"errors": figures["errors"] + sqlite["errors"]}
