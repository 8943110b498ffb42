"""Real programs for tests: PostgreSQL, Redis, and the site itself as scripts/run starts it."""

import contextlib
import fcntl
import hashlib
import json
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
READY_WITHIN = 30.0


@dataclass
class Service:
    """A program on a port of its own. start() takes up the data that kill() or stop() left."""

    url: str
    command: Sequence[str | Path]
    is_ready: Callable[[], bool]
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM
    options: dict = field(default_factory=dict)
    process: subprocess.Popen | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                ending_with_this_process(self.command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **self.options,
            )
        wait_until(self.is_ready, process=self.process, log=self.log)

    def pids(self) -> list[int]:
        return process_tree(self.process.pid)

    def stop(self) -> None:
        self._end(self.stop_signal)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> None:
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextlib.contextmanager
def postgres_server(
    tmp_path: Path, *, extra_conf: Sequence[str] = (), migrated: bool = False
) -> Iterator[Service]:
    """A cluster of its own, fresh or with the site's tables; extra_conf holds lines of
    postgresql.conf."""
    initdb, postgres, is_ready = (
        find_program(name) for name in ("initdb", "postgres", "pg_isready")
    )
    made = find_migrated_cluster() if migrated else None
    # Not below tmp_path: pytest closes that to other users, and a socket's path may have 107 bytes.
    with tempfile.TemporaryDirectory(prefix="katsuyo-pg-", ignore_cleanup_errors=True) as folder:
        options = unprivileged(folder)
        data, port = Path(folder, "data"), free_port()
        if made:
            copy_owned(made, data)
        else:
            arguments = [initdb, "--pgdata", data, "--username", "katsuyo", "--auth", "trust"]
            arguments += ["--encoding", "UTF8", "--no-locale", "--no-sync"]
            subprocess.run(arguments, check=True, capture_output=True, cwd=folder, **options)
        conf = ["fsync=off", "listen_addresses='127.0.0.1'", f"port={port}"]
        conf += [f"unix_socket_directories='{folder}'", *extra_conf]
        with (data / "postgresql.conf").open("a") as file:
            file.writelines(f"{line}\n" for line in conf)
        service = Service(
            url=f"postgresql://katsuyo@127.0.0.1:{port}/postgres",
            command=[postgres, "-D", data],
            is_ready=lambda: succeeds(is_ready, "-q", "-h", "127.0.0.1", "-p", str(port)),
            log=tmp_path / "postgres.log",
            stop_signal=signal.SIGINT,  # "fast": disconnects clients instead of waiting for them
            options={"cwd": folder, **options},
        )
        with running(service):
            yield service


def copy_owned(source: Path, target: Path) -> None:
    """With owners and rights, which PostgreSQL looks at."""
    subprocess.run(["cp", "-a", source, target], check=True)


def find_migrated_cluster() -> Path:
    """The data of a cluster with the site's tables, made once for all migrations as they are: to
    migrate takes longer than nearly every test that needs it."""
    files = [ROOT / "requirements/base.txt", *sorted(ROOT.glob("*/migrations/*.py"))]
    version = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
    kept = ROOT / "var/tests"
    kept.mkdir(parents=True, exist_ok=True)
    made = kept / f"cluster-{version}"
    with (kept / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the other workers of a run wait for the first
        if not made.exists():
            for older in kept.glob("cluster-*"):
                shutil.rmtree(older)
            with tempfile.TemporaryDirectory() as folder:
                with postgres_server(Path(folder)) as postgres:
                    migrate(Path(folder), postgres.url)
                    postgres.stop()
                    half = kept / "cluster-half"
                    copy_owned(postgres.command[-1], half)
                half.rename(made)
    return made


def migrate(folder: Path, database: str) -> None:
    command = [sys.executable, "-W", "ignore", "manage.py", "migrate", "-v0"]
    env = site_environment(folder, database)
    subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)


def site_environment(folder: Path, database: str | None) -> dict[str, str]:
    env = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    env |= {
        "DJANGO_SETTINGS_MODULE": "cms.settings.site",
        "KATSUYO_HOME": str(folder / "home"),
        "KATSUYO_BROKER_URL": "memory://localhost",
    }
    return env | ({"DATABASE_URL": database} if database else {})


def run_workload(
    module: str, *arguments: str, folder: Path, database: str | None, seconds: float | None = None
) -> dict:
    """What a module prints as its last line, run by itself: it needs the site's own settings and
    default database (SQLite in the folder if `database` is None)."""
    env = site_environment(folder, database)
    command = [sys.executable, "-W", "ignore", "-m", module, *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, timeout=seconds
    )
    if done.returncode:
        raise RuntimeError(f"{module} {arguments} ended with status {done.returncode}")
    return json.loads(done.stdout.splitlines()[-1])


@contextlib.contextmanager
def redis_server(tmp_path: Path, *, extra_conf: Sequence[str] = ()) -> Iterator[Service]:
    """extra_conf holds command line options such as "--appendonly yes"."""
    port = free_port()
    command = [find_program("redis-server"), "--bind", "127.0.0.1", "--port", str(port)]
    command += ["--dir", tmp_path, "--save", ""]
    command += [word for line in extra_conf for word in line.split()]
    service = Service(
        url=f"redis://127.0.0.1:{port}/0",
        command=command,
        is_ready=lambda: redis_answers(port),
        log=tmp_path / "redis.log",
    )
    with running(service):
        yield service


@contextlib.contextmanager
def running(service: Service) -> Iterator[None]:
    try:
        service.start()
        yield
    finally:
        if service.process:
            service.stop()


@dataclass
class Site:
    """The site as scripts/run starts it: web server, worker and beat are separate processes."""

    base_url: str
    home: Path
    log: Path
    worker_log: Path
    supervisor: subprocess.Popen
    # What it was started with besides this process's own environment.
    env: dict[str, str]

    def pids(self, name: str) -> list[int]:
        """The main process of "web" or "worker" first, then its children."""
        return process_tree(int((self.home / f"{name}.pid").read_text()))


@contextlib.contextmanager
def site_process(home: Path, env: dict[str, str] | None = None) -> Iterator[Site]:
    """Yields once every address was printed. A new home gets its database and demo course first."""
    home.mkdir(parents=True, exist_ok=True)
    log = home / "supervisor.log"
    with log.open("wb") as output:
        supervisor = subprocess.Popen(
            ending_with_this_process([sys.executable, ROOT / "scripts/supervise.py"]),
            # without the tests' own settings, which would reach the children
            env={k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
            | {"KATSUYO_HOME": str(home), "PORT": "0"}
            | (env or {}),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        wait_until(
            lambda: "Ctrl-C stops everything" in log.read_text(),
            process=supervisor,
            log=log,
            within=180,
        )
        address = re.search(r"^site: (http\S+)/$", log.read_text(), re.MULTILINE)
        if "does not answer" in log.read_text() or not address:
            raise RuntimeError(f"a page does not answer:\n{log.read_text()}")
        yield Site(address[1], home, log, home / "log/worker.log", supervisor, env or {})
    finally:
        supervisor.terminate()
        try:
            supervisor.wait(timeout=30)
        except subprocess.TimeoutExpired:
            supervisor.kill()
            supervisor.wait()


def require(found: str | Path | None, what: str) -> Path:
    """A laptop may lack a program; on CI its tests must not vanish."""
    if found:
        return Path(found)
    message = f"{what} is not installed: scripts/setup --test"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


def find_program(name: str) -> Path:
    installed = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda p: int(p.parts[4])
    )
    return require(installed[-1] if installed else shutil.which(name), name)


def find_browser() -> Path:
    """A Chromium for playwright's executable_path. Ubuntu's own is a snap and cannot be driven."""
    if chosen := os.environ.get("KATSUYO_CHROMIUM"):
        return Path(chosen)
    names = ["google-chrome", "google-chrome-stable"]
    if not Path("/snap").exists():
        names.insert(0, "chromium")
    downloads = sorted(Path.home().glob(".cache/ms-playwright/chromium-*/chrome-linux*/chrome"))
    found = next(filter(None, map(shutil.which, names)), downloads[-1] if downloads else None)
    return require(found, "Chromium")


def unprivileged(folder: str) -> dict:
    """Popen options that leave root behind, which PostgreSQL demands; hands the folder over."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def ending_with_this_process(command: Sequence[str | Path]) -> list[str | Path]:
    """Nothing outlives a test run that is killed. (A preexec_fn would warn in threaded runs.)"""
    setpriv = shutil.which("setpriv")
    return [*([setpriv, "--pdeathsig", "TERM"] if setpriv else []), *command]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def redis_answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as client:
        client.sendall(b"PING\r\n")
        return client.recv(7) == b"+PONG\r\n"
    return False


def succeeds(*command: str | Path) -> bool:
    return subprocess.run(command, capture_output=True).returncode == 0


def wait_until(
    condition: Callable[[], bool],
    *,
    process: subprocess.Popen,
    log: Path,
    within: float = READY_WITHIN,
) -> None:
    give_up_at = time.monotonic() + within
    while not condition():
        if process.poll() is not None:
            raise RuntimeError(f"ended with status {process.returncode}:\n{log.read_text()}")
        if time.monotonic() > give_up_at:
            raise TimeoutError(f"not ready after {within:g} s:\n{log.read_text()}")
        time.sleep(0.03)


def process_tree(pid: int) -> list[int]:
    """The process and all its descendants, parents first."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(stat.parent.name))
    tree = [pid]
    for parent in tree:
        tree += children.get(parent, [])
    return tree
