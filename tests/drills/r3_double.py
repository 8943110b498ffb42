"""R3: never double. Fifty at once on PostgreSQL, eight processes on SQLite, each its own site."""

import tempfile
from pathlib import Path

from tests.services import postgres_server, run_workload

WORKLOAD = "tests.drills.r3_workload"


def run_postgresql(*, long: bool) -> dict:
    # Fifty threads, each with a connection of its own.
    conf = ["max_connections=120"]
    with (
        tempfile.TemporaryDirectory(prefix="katsuyo-r3-") as folder,
        postgres_server(Path(folder), extra_conf=conf, migrated=True) as postgres,
    ):
        rounds = str(100 if long else 10)
        return run_workload(
            WORKLOAD, "postgresql", rounds, folder=Path(folder), database=postgres.url
        )


def run_register(*, long: bool) -> dict:
    with (
        tempfile.TemporaryDirectory(prefix="katsuyo-r3-") as folder,
        postgres_server(
            Path(folder), extra_conf=["max_connections=120"], migrated=True
        ) as postgres,
    ):
        rounds = str(100 if long else 3)
        return run_workload(
            "tests.drills.r3_register", rounds, folder=Path(folder), database=postgres.url
        )


def run_sqlite(*, long: bool) -> dict:
    with tempfile.TemporaryDirectory(prefix="katsuyo-r3-") as folder:
        times = str(200 if long else 25)
        return run_workload(WORKLOAD, "sqlite", times, folder=Path(folder), database=None)


def run(*, long: bool) -> dict[str, int]:
    figures = run_postgresql(long=long)
    sqlite = run_sqlite(long=long)
    register = run_register(long=long)
    errors = sum(each["errors"] for each in (figures, sqlite, register))
    return figures | sqlite | register | {"errors": errors}
