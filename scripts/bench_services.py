"""The services that are measured: gunicorn with 4 workers, one Celery worker, PostgreSQL, Redis."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import psycopg
import requests
from bench_actions import Bench

from tests.services import ROOT, free_port, postgres_server, redis_server

LEARNERS = 5_000


def start(
    stack: ExitStack,
    *,
    enrolments: int | None = None,
    learners: int = LEARNERS,
    concurrency: int = 1,
) -> Bench:
    """A site of its own with the demo course, and a population of so many enrolments.

    `concurrency` is the number of the worker's processes.
    """
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="katsuyo-bench-")))
    extra = [
        "shared_preload_libraries='pg_stat_statements'",
        "pg_stat_statements.track_utility=off",
    ]
    postgres = stack.enter_context(postgres_server(folder, extra_conf=extra))
    redis = stack.enter_context(redis_server(folder))
    port = free_port()
    env = os.environ | {
        "KATSUYO_HOME": str(folder / "home"),
        "KATSUYO_SITE_URL": f"http://127.0.0.1:{port}",
        "KATSUYO_SWEEP_SECONDS": "15",
        "DATABASE_URL": postgres.url,
        "KATSUYO_BROKER_URL": redis.url,
        "KATSUYO_CACHE_URL": redis.url.replace("/0", "/1"),
        "DJANGO_SETTINGS_MODULE": "cms.settings.site",
        "LEARNERS": str(learners),
    }
    python = [sys.executable, "-W", "ignore"]
    commands = [["migrate", "-v0"], ["load_demo"]]
    if enrolments:
        commands.append(["make_population", "--enrolments", str(enrolments)])
    for command in commands:
        subprocess.run([*python, "manage.py", *command], cwd=ROOT, env=env, check=True, stdout=2)
    script = (ROOT / "scripts" / "bench_population.py").read_text("utf-8")
    made = subprocess.run(
        [*python, "manage.py", "shell", "-v0", "-c", script],
        cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    if enrolments:
        subprocess.run(
            [*python, "manage.py", "rebuild_figures"], cwd=ROOT, env=env, check=True, stdout=2
        )
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION pg_stat_statements")
        connection.execute("ANALYZE")
    floor_port = free_port()
    floor = {"DJANGO_SETTINGS_MODULE": "bench_floor", "PYTHONPATH": str(ROOT / "scripts")}
    gunicorn = ["gunicorn", "cms.wsgi:application", "--workers", "4", "--bind"]
    celery = ["celery", "-A", "cms", "worker", "--beat", "--concurrency", str(concurrency)]
    commands = [
        ([*gunicorn, f"127.0.0.1:{port}"], {}),
        ([*gunicorn, f"127.0.0.1:{floor_port}"], floor),
        ([*celery, "--loglevel", "ERROR"], {}),
    ]
    processes = []
    for command, more in commands:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=env | more,
            stdout=2,
            stderr=2,
            start_new_session=True,
        )
        stack.callback(process.wait)
        stack.callback(os.killpg, process.pid, signal.SIGCONT)
        stack.callback(process.terminate)
        processes.append(process)
    bench = Bench(
        base_url=f"http://127.0.0.1:{port}",
        floor_url=f"http://127.0.0.1:{floor_port}",
        database=postgres.url,
        roots=[postgres.process.pid, *(process.pid for process in processes)],
        worker=processes[-1].pid,
        population=json.loads(made.stdout.splitlines()[-1]),
    )
    wait_for(bench)
    os.killpg(bench.worker, signal.SIGSTOP)
    return bench


def wait_for(bench: Bench) -> None:
    give_up_at = time.monotonic() + 60
    while True:
        try:
            bench.get(bench.session(None), "/v/")
            bench.visit_floor(bench.session(None), "plain")
        except requests.ConnectionError:
            if time.monotonic() > give_up_at:
                raise
            time.sleep(0.2)
        else:
            return
