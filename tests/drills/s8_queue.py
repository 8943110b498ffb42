"""S8: whoever can write into the queue gets nothing issued by it, and does not stop the worker."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg
import redis
from celery import Celery
from kombu import Connection, Producer

from tests.journeys.conftest import scaled_out_site
from tests.services import ROOT, Site

from .s8_forging import Message, forge

PATIENCE = 300
QUEUE = "celery"
TABLE = "lms_certificates_certificate"
# All that a message could change: of the one that is held, the tries too.
ROWS = f"SELECT id, status, number, sha256, issued_at, tries, facts::text FROM {TABLE} ORDER BY id"


def run_script(site: Site, name: str, **variables: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", (ROOT / name).read_text("utf-8")],
        cwd=ROOT,
        env=os.environ
        | site.env
        | {"KATSUYO_HOME": str(site.home), "DJANGO_SETTINGS_MODULE": "cms.settings.site"}
        | variables,
        stdout=subprocess.PIPE,
        text=True,
        timeout=PATIENCE,
    )
    if done.returncode:
        raise RuntimeError(f"{name} ended with status {done.returncode}")
    return done.stdout.splitlines()[-1]


def read(database: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(database) as connection:
        return connection.execute(query).fetchall()


def send(broker: str, messages: list[Message]) -> None:
    with Connection(broker) as connection:
        producer = Producer(connection.channel())
        for message in messages:
            producer.publish(
                message.body,
                routing_key=QUEUE,
                exchange="",
                content_type=message.content_type,
                content_encoding=message.content_encoding,
                headers=message.headers,
            )
        # As anybody can who reaches the broker.
        Celery(broker=broker).control.broadcast("shutdown")


def wait(condition: Any, within: float = PATIENCE) -> bool:
    give_up_at = time.monotonic() + within
    while not condition():
        if time.monotonic() > give_up_at:
            return False
        time.sleep(0.5)
    return True


def poison(folder: Path, *, messages: int) -> dict[str, int]:
    with scaled_out_site(folder) as (site, database):
        known = json.loads(run_script(site, "tests/drills/s8_prepare.py"))
        before = read(database, ROWS)
        worker = site.pids("worker")[0]
        canary = folder / "canary"
        forged = forge(known=known, canary=str(canary), count=messages, seed=1)
        broker = site.env["KATSUYO_BROKER_URL"]
        send(broker, forged)
        client = redis.Redis.from_url(broker)
        try:
            drained = wait(lambda: client.llen(QUEUE) == 0 and client.hlen("unacked") == 0)
            left = client.llen(QUEUE) + client.hlen("unacked")
        finally:
            client.close()
        after = read(database, ROWS)
        is_same_worker = site.pids("worker")[0] == worker
        # And it goes on with what is due.
        run_script(site, "tests/journeys/complete_many.py", COMPLETIONS="1")
        honest = f"SELECT count(*) FROM {TABLE} WHERE status = 'issued'"
        served = wait(lambda: read(database, honest)[0][0] == 2, 60)
    return {
        "messages": len(forged),
        "not_due": len(set(after) ^ set(before)),
        "canaries": int(canary.exists()),
        "left_in_queue": 0 if drained else left,
        "worker_ended": int(not is_same_worker),
        "honest_not_served": int(not served),
    }


def run(*, long: bool) -> dict[str, int]:
    with tempfile.TemporaryDirectory(prefix="katsuyo-s8-") as folder:
        return poison(Path(folder), messages=1000 if long else 88)
