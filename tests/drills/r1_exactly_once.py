"""R1: one certificate per completion while worker children and whole workers are killed."""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg

from tests.journeys.conftest import scaled_out_site
from tests.services import ROOT, Site

# From the last kill on.
PATIENCE = 600
TABLE = "lms_certificates_certificate"


def kill_something(site: Site) -> None:
    """A pool child two times of three, else the whole worker at once."""
    main, *children = site.pids("worker")
    victims = (
        [random.choice(children)] if children and random.random() < 0.66 else [main, *children]
    )
    for pid in victims:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def count(database: str, query: str) -> int:
    with psycopg.connect(database) as connection:
        return connection.execute(query).fetchone()[0]


def complete_and_kill(folder: Path, *, completions: int, kills: int) -> dict[str, int]:
    with scaled_out_site(folder) as (site, database):
        env = os.environ | {
            "DATABASE_URL": database,
            "KATSUYO_HOME": str(site.home),
            "KATSUYO_BROKER_URL": site.env["KATSUYO_BROKER_URL"],
            "COMPLETIONS": str(completions),
            "DJANGO_SETTINGS_MODULE": "cms.settings.site",
        }
        script = (ROOT / "tests/journeys/complete_many.py").read_text("utf-8")
        learners = subprocess.Popen(
            [sys.executable, "manage.py", "shell", "-v0", "-c", script], cwd=ROOT, env=env
        )
        for _kill in range(kills):
            time.sleep(random.uniform(0.3, 1.2))
            kill_something(site)
        if learners.wait(timeout=PATIENCE):
            raise RuntimeError("the learners' own process failed")

        give_up_at = time.monotonic() + PATIENCE
        issued = f"SELECT count(*) FROM {TABLE} WHERE status = 'issued'"
        while count(database, issued) < completions and time.monotonic() < give_up_at:
            time.sleep(1)

        rows = count(database, f"SELECT count(*) FROM {TABLE}")
        of_enrolments = count(database, f"SELECT count(DISTINCT enrolment_id) FROM {TABLE}")
        stored = {path.stem for path in (site.home / "certificates").rglob("*.pdf")}
        with psycopg.connect(database) as connection:
            hashes = {row[0] for row in connection.execute(f"SELECT sha256 FROM {TABLE}")}
        return {
            "completions": completions,
            "kills": kills,
            "issued": count(database, issued),
            "lost": completions - count(database, issued),
            # Numbers have no gaps either: nothing was issued and thrown away.
            "duplicates": rows
            - min(of_enrolments, count(database, f"SELECT count(DISTINCT number) FROM {TABLE}"))
            + abs(count(database, f"SELECT max(number) FROM {TABLE}") - completions),
            "orphans": len(stored ^ hashes),
        }


def run(*, long: bool) -> dict[str, int]:
    completions, kills = (1000, 200) if long else (100, 20)
    with tempfile.TemporaryDirectory(prefix="katsuyo-r1-") as folder:
        return complete_and_kill(Path(folder), completions=completions, kills=kills)
