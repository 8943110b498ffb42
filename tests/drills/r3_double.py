"""R3: never double. Fifty at once on PostgreSQL, eight processes on SQLite, each its own site."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.services import ROOT, postgres_server

WORKLOAD = "tests.drills.r3_workload"


def work(*arguments: str, folder: str, database: str | None) -> dict:
    """Run a workload by itself: it needs the site's settings, and the default database."""
    env = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    env |= {
        "DJANGO_SETTINGS_MODULE": "cms.settings.site",
        "KATSUYO_HOME": str(Path(folder, "home")),
        "KATSUYO_BROKER_URL": "memory://localhost",
    }
    if database:
        env["DATABASE_URL"] = database
    command = [sys.executable, "-W", "ignore", "-m", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise RuntimeError(f"the workload {arguments} ended with status {done.returncode}")
    return json.loads(done.stdout.splitlines()[-1])


def run_postgresql(*, long: bool) -> dict:
    # Fifty threads, each with a connection of its own.
    conf = ["max_connections=120"]
    with (
        tempfile.TemporaryDirectory(prefix="katsuyo-r3-") as folder,
        postgres_server(Path(folder), extra_conf=conf) as postgres,
    ):
        rounds = str(100 if long else 10)
        return work(WORKLOAD, "postgresql", rounds, folder=folder, database=postgres.url)


def run_register(*, long: bool) -> dict:
    with (
        tempfile.TemporaryDirectory(prefix="katsuyo-r3-") as folder,
        postgres_server(Path(folder), extra_conf=["max_connections=120"]) as postgres,
    ):
        rounds = str(100 if long else 3)
        return work("tests.drills.r3_register", rounds, folder=folder, database=postgres.url)


def run_sqlite(*, long: bool) -> dict:
    with tempfile.TemporaryDirectory(prefix="katsuyo-r3-") as folder:
        times = str(200 if long else 25)
        return work(WORKLOAD, "sqlite", times, folder=folder, database=None)


def run(*, long: bool) -> dict[str, int]:
    figures = run_postgresql(long=long)
    sqlite = run_sqlite(long=long)
    register = run_register(long=long)
    errors = sum(each["errors"] for each in (figures, sqlite, register))
    return figures | sqlite | register | {"errors": errors}
