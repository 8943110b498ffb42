"""R2: the broker is killed, frozen and flushed while learners complete a course."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

import psycopg

from tests.services import ROOT, Service, postgres_server, redis_server, site_process

# From the last blow on.
PATIENCE = 300
# What a learner may have to wait for an answer while the broker does not give any.
SLOW_MS = 15_000
ISSUED = "SELECT count(*) FROM lms_certificates_certificate WHERE status = 'issued'"


def kill(redis: Service) -> None:
    redis.kill()
    time.sleep(random.uniform(0.5, 2))
    redis.start()


def freeze(redis: Service) -> None:
    """It takes connections and answers nothing: worse than dead."""
    redis.process.send_signal(signal.SIGSTOP)
    time.sleep(random.uniform(2, 7))
    redis.process.send_signal(signal.SIGCONT)


def flush(redis: Service) -> None:
    port = redis.url.rpartition(":")[2].partition("/")[0]
    subprocess.run(["redis-cli", "-p", port, "FLUSHALL"], check=True, capture_output=True)


def look_at(url: str, stop: threading.Event, failures: list[str]) -> None:
    """A visitor, all the while."""
    while not stop.wait(0.5):
        try:
            with urllib.request.urlopen(url, timeout=SLOW_MS / 1000) as page:
                page.read()
        except OSError as error:
            failures.append(str(error))


@contextlib.contextmanager
def visitor(url: str) -> contextlib.AbstractContextManager[list[str]]:
    stop, failures = threading.Event(), []
    thread = threading.Thread(target=look_at, args=(url, stop, failures))
    thread.start()
    try:
        yield failures
    finally:
        stop.set()
        thread.join()


def complete_and_strike(folder: Path, *, blows: int) -> dict[str, int]:
    completions = blows * 20
    with postgres_server(folder, migrated=True) as postgres, redis_server(folder) as redis:
        env = {
            "DATABASE_URL": postgres.url,
            "KATSUYO_BROKER_URL": redis.url,
            "KATSUYO_CACHE_URL": redis.url.replace("/0", "/1"),
            "KATSUYO_SWEEP_SECONDS": "2",
            "KATSUYO_LEASE_SECONDS": "12",
        }
        with (
            site_process(folder / "home", env) as site,
            visitor(f"{site.base_url}/digital-support/") as failures,
        ):
            script = (ROOT / "tests/journeys/complete_many.py").read_text("utf-8")
            learners = subprocess.Popen(
                [sys.executable, "manage.py", "shell", "-v0", "-c", script],
                cwd=ROOT,
                env=os.environ
                | env
                | {
                    "KATSUYO_HOME": str(site.home),
                    "COMPLETIONS": str(completions),
                    "DJANGO_SETTINGS_MODULE": "cms.settings.site",
                },
                stdout=subprocess.PIPE,
                text=True,
            )
            for blow in range(blows):
                time.sleep(random.uniform(0.5, 1.5))
                (kill, freeze, flush)[blow % 3](redis)
            output, _errors = learners.communicate(timeout=PATIENCE + completions)
            told = json.loads(output.splitlines()[-1]) if learners.returncode == 0 else {}
            issued = _wait_for(postgres.url, completions)
    return {
        "blows": blows,
        "completions": completions,
        "issued": issued,
        "lost": completions - issued,
        "submits_failed": int(learners.returncode != 0),
        "slowest_submit_ms": told.get("slowest_ms", 0),
        "too_slow": int(told.get("slowest_ms", 0) > SLOW_MS),
        "pages_failed": len(failures),
    }


def _wait_for(database: str, completions: int) -> int:
    give_up_at = time.monotonic() + PATIENCE
    with psycopg.connect(database, autocommit=True) as connection:
        while True:
            issued = connection.execute(ISSUED).fetchone()[0]
            if issued >= completions or time.monotonic() > give_up_at:
                return issued
            time.sleep(0.5)


def run(*, long: bool) -> dict[str, int]:
    with tempfile.TemporaryDirectory(prefix="katsuyo-r2-") as folder:
        return complete_and_strike(Path(folder), blows=60 if long else 3)
