import os
import subprocess

import psycopg
import pytest
import redis

from tests.services import find_program, postgres_server, process_tree, redis_server

pytestmark = pytest.mark.services


def test_postgres_keeps_its_data_when_killed_and_started_again(tmp_path):
    with postgres_server(tmp_path, extra_conf=["max_connections = 17"]) as postgres:
        with psycopg.connect(postgres.url) as connection:
            assert connection.execute("SHOW max_connections").fetchone() == ("17",)
            connection.execute("CREATE TABLE names AS SELECT '𠮷' AS name")
        assert len(postgres.pids()) > 1
        postgres.kill()
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(postgres.url)
        postgres.start()
        with psycopg.connect(postgres.url) as connection:
            assert connection.execute("SELECT name FROM names").fetchone() == ("𠮷",)
        pid = postgres.process.pid
    assert not os.path.exists(f"/proc/{pid}")


def test_two_redis_servers_do_not_meet(tmp_path):
    with redis_server(tmp_path) as first, redis_server(tmp_path) as second:
        with redis.Redis.from_url(first.url) as client:
            client.set("key", "value")
        with redis.Redis.from_url(second.url) as client:
            assert client.get("key") is None
        first.stop()
        assert first.process.returncode == 0


def test_process_tree_holds_grandchildren():
    shell = subprocess.Popen(["sh", "-c", "sh -c 'sleep 60; :' & wait"], start_new_session=True)
    try:
        while len(process_tree(shell.pid)) < 3:
            assert shell.poll() is None
    finally:
        os.killpg(shell.pid, 9)
        shell.wait()


@pytest.mark.parametrize(
    ("ci", "outcome"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)]
)
def test_missing_program_skips_on_a_laptop_and_fails_on_ci(monkeypatch, ci, outcome):
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome):
        find_program("no-such-program")
