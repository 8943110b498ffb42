"""100 completions while worker children and whole workers are killed: 100 certificates."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests.services import ROOT

from .conftest import scaled_out_site

pytestmark = [
    pytest.mark.journey,
    pytest.mark.services,
    pytest.mark.xdist_group("journeys"),
]
COMPLETIONS, KILLS = 100, 20


def kill_something(site) -> None:
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


def test_one_certificate_per_completion_whatever_dies(tmp_path):
    with scaled_out_site(tmp_path) as (site, database):
        env = os.environ | {
            "DATABASE_URL": database,
            "KATSUYO_HOME": str(site.home),
            "KATSUYO_BROKER_URL": site.env["KATSUYO_BROKER_URL"],
            "COMPLETIONS": str(COMPLETIONS),
            "DJANGO_SETTINGS_MODULE": "cms.settings.site",
        }
        script = (Path(__file__).parent / "complete_many.py").read_text("utf-8")
        learners = subprocess.Popen(
            [sys.executable, "manage.py", "shell", "-v0", "-c", script], cwd=ROOT, env=env
        )
        for _kill in range(KILLS):
            time.sleep(random.uniform(0.3, 1.2))
            kill_something(site)
        assert learners.wait(timeout=120) == 0

        give_up_at = time.monotonic() + 180
        issued = "SELECT count(*) FROM lms_certificates_certificate WHERE status = 'issued'"
        while count(database, issued) < COMPLETIONS and time.monotonic() < give_up_at:
            time.sleep(1)

        table = "lms_certificates_certificate"
        assert count(database, issued) == COMPLETIONS
        assert count(database, f"SELECT count(*) FROM {table}") == COMPLETIONS
        assert count(database, f"SELECT count(DISTINCT enrolment_id) FROM {table}") == COMPLETIONS
        assert count(database, f"SELECT count(DISTINCT number) FROM {table}") == COMPLETIONS
        assert count(database, f"SELECT max(number) FROM {table}") == COMPLETIONS
        stored = {path.stem for path in (site.home / "certificates").rglob("*.pdf")}
        with psycopg.connect(database) as connection:
            hashes = {row[0] for row in connection.execute(f"SELECT sha256 FROM {table}")}
        assert stored == hashes
