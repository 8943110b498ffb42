"""Runs the web server and the worker side by side until it is told to stop.

Children share the supervisor's process group, so that the terminal's Ctrl-C reaches all of them.
Two kernel features keep strays away: a child gets SIGQUIT when the supervisor is killed, and what
a dead child leaves behind becomes the supervisor's own, to be killed before the restart.
"""

import contextlib
import ctypes
import errno
import fcntl
import hashlib
import os
import runpy
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("KATSUYO_HOME") or ROOT / "var").resolve()
PAGES = {"site": "/", "editor": "/editor/", "verification": "/v/", "mail": "/mail/"}
FIRST_DELAY, LONGEST_DELAY, STEADY_AFTER = 0.25, 10.0, 30.0
ANSWER_WITHIN, RETRY_AFTER = 30.0, 1.0
STOP_WITHIN = 15.0
LOG_LIMIT = 5_000_000
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
libc = ctypes.CDLL(None)


class Stop(BaseException):
    """A signal asked for the end. Not an Exception: nothing on the way may swallow it."""


def say(text: str) -> None:
    print(text, flush=True)


def die_with_parent() -> None:
    """Runs in a new child. To gunicorn and Celery SIGQUIT means: stop in order, but at once."""
    if sys.platform == "linux":
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


def spawn(*args: str, **options) -> subprocess.Popen:
    # Single-threaded, so code between fork and exec is safe.
    return subprocess.Popen(
        [sys.executable, *args],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        preexec_fn=die_with_parent,  # noqa: PLW1509
        **options,
    )


def adopted() -> Iterator[int]:
    """Every direct child, known or inherited from a child that died."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # The command in parentheses may itself hold blanks and parentheses.
            if int(stat.read_text().rpartition(")")[2].split()[1]) == os.getpid():
                yield int(stat.parent.name)


class Child:
    def __init__(self, name: str, args: list[str], **options) -> None:
        self.name, self.args, self.options = name, args, options
        self.pid: int | None = None
        self.started_at = 0.0
        self.start_at = time.monotonic()
        self.delay = FIRST_DELAY

    def start(self) -> None:
        process = spawn(*self.args, **self.options)
        process.returncode = 0  # reaped by supervise(), not by Popen
        self.pid = process.pid
        self.started_at = time.monotonic()
        # Whoever reads it meanwhile reads the old one or the new one, never an empty file.
        fresh = HOME / f"{self.name}.pid.new"
        fresh.write_text(f"{self.pid}\n")
        fresh.replace(HOME / f"{self.name}.pid")

    def died(self, status: int) -> None:
        self.pid = None
        if time.monotonic() - self.started_at > STEADY_AFTER:
            self.delay = FIRST_DELAY
        self.start_at = time.monotonic() + self.delay
        code = os.waitstatus_to_exitcode(status)
        reason = f"signal {-code}" if code < 0 else f"exit status {code}"
        say(f"{self.name}: died ({reason}), starting again in {self.delay:g} s")
        self.delay = min(self.delay * 2, LONGEST_DELAY)


def claim_home() -> None:
    """Two supervisors on one home would be two beats and two migrations."""
    (HOME / "log").mkdir(parents=True, exist_ok=True)
    lock = os.open(HOME / "supervisor.lock", os.O_CREAT | os.O_RDWR, 0o600)  # never closed
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(f"{HOME} is in use by another copy; give this one a KATSUYO_HOME of its own")


def listen() -> socket.socket:
    """Listen on PORT or the next free one.

    The socket stays open while the web server is restarted: requests wait, and are not refused.
    """
    port = int(os.environ.get("PORT") or 8000)
    while True:
        web = socket.socket()
        web.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            web.bind(("127.0.0.1", port))
            web.listen(512)
        except OSError as error:
            web.close()
            if error.errno != errno.EADDRINUSE or port >= 65535:
                raise
            port += 1
        else:
            return web


def content_sum() -> str:
    """Changes with everything that migrate and load_demo read."""
    parts = [ROOT / "requirements/base.txt", *sorted(ROOT.glob("cms/settings/**/*.py"))]
    for app in ("training", "certificates", "cms"):
        parts += sorted(ROOT.glob(f"{app}/migrations/*.py"))
    for folder in ("cms/demo", "training/data"):
        parts += sorted(path for path in ROOT.glob(f"{folder}/**/*") if path.is_file())
    total = hashlib.sha256(os.environ.get("DATABASE_URL", "").encode())
    for part in parts:
        if part.suffix != ".pyc":
            total.update(f"{part.relative_to(ROOT)} {part.stat().st_size} ".encode())
            total.update(part.read_bytes())
    return total.hexdigest()


def prepare_database() -> None:
    stamp, wanted = HOME / "prepared", content_sum()
    has_database = "DATABASE_URL" in os.environ or (HOME / "db.sqlite3").exists()
    if has_database and stamp.exists() and stamp.read_text() == wanted:
        return
    say("preparing the database")
    commands = [["migrate", "--noinput", "--verbosity", "0"]]
    if is_demo():
        commands.append(["load_demo", "--if-empty"])
    for command in commands:
        if spawn("manage.py", *command).wait() != 0:
            sys.exit(f"manage.py {command[0]} failed")
    stamp.write_text(wanted)


def is_demo() -> bool:
    return os.environ["KATSUYO_DEMO"] == "1"


def worker_log() -> int:
    path = HOME / "log/worker.log"
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        path.replace(path.with_suffix(".log.1"))
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)


def make_children(web: socket.socket) -> list[Child]:
    gunicorn = ["-m", "gunicorn", "cms.wsgi:application", "--bind", f"fd://{web.fileno()}"]
    gunicorn += ["--worker-class", "gthread", "--threads", "4", "--graceful-timeout", "5"]
    gunicorn += ["--log-level", "warning", "--no-control-socket"]
    # Nobody asks this worker how it is, and waiting for colleagues delays its start by a second.
    celery = ["-m", "celery", "-A", "cms", "worker", "--beat", "--concurrency", "1"]
    celery += ["--schedule", str(HOME / "celerybeat-schedule"), "--loglevel", "INFO"]
    celery += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    log = worker_log()
    return [
        Child("web", gunicorn, pass_fds=[web.fileno()]),
        Child("worker", celery, stdout=log, stderr=log),
    ]


# Our own pages are on this machine: no proxy that the environment names leads there.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def why_absent(url: str) -> str | None:
    """Return what is wrong with the page, or None when it is there."""
    try:
        # Short, as nothing else is done meanwhile; the request waits until the web server is there.
        with DIRECT.open(url, timeout=3) as response:
            return None if response.status == 200 else f"HTTP {response.status}"
    except urllib.error.HTTPError as error:
        return f"HTTP {error.code}"
    except OSError as error:
        return str(error)


def announce(origin: str) -> Iterator[None]:
    """Print each address as soon as its page answers; yields between two tries."""
    for label, path in PAGES.items():
        if label == "mail" and not is_demo():
            continue
        give_up_at = time.monotonic() + ANSWER_WITHIN
        while problem := why_absent(origin + path):
            if time.monotonic() > give_up_at:
                say(f"{label}: does not answer ({problem})")
                break
            retry_at = time.monotonic() + RETRY_AFTER
            while time.monotonic() < retry_at:
                yield
        else:
            say(f"{label}: {origin}{path}")
    if is_demo():
        accounts = runpy.run_path(str(ROOT / "cms/demo/accounts.py"))["DEMO_ACCOUNTS"]
        for role, email, password in accounts:
            say(f"account: {role}  {email}  {password}")
    say("Ctrl-C stops everything")


def supervise(children: list[Child], origin: str) -> NoReturn:
    steps = announce(origin)
    while True:
        for child in children:
            if child.pid is None and time.monotonic() >= child.start_at:
                child.start()
        next(steps, None)
        reap(children)
        time.sleep(0.1)


def reap(children: list[Child]) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        for child in children:
            if child.pid == pid:
                known = {other.pid for other in children}
                kill(stray for stray in adopted() if stray not in known)
                child.died(status)


def kill(pids: Iterable[int], number: int = signal.SIGKILL) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def stop_everything(children: list[Child]) -> None:
    """Ask the children to finish; insist after a while, or at once on the second signal."""
    try:
        kill({child.pid for child in children if child.pid} | set(adopted()), signal.SIGTERM)
        give_up_at = time.monotonic() + STOP_WITHIN
        while time.monotonic() < give_up_at:
            try:
                if os.waitpid(-1, os.WNOHANG)[0] == 0:
                    time.sleep(0.05)
            except ChildProcessError:
                return
    except Stop:
        pass
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)
    # Killing a parent hands its children over to this process: repeat until there are none.
    while pids := set(adopted()):
        kill(pids)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(-1, 0)


def on_signal(number: int, frame: object) -> NoReturn:
    raise Stop


def main() -> None:
    for number in STOPPING:
        signal.signal(number, on_signal)
    if sys.platform == "linux":
        libc.prctl(PR_SET_CHILD_SUBREAPER, 1)
    claim_home()
    web = listen()
    origin = f"http://127.0.0.1:{web.getsockname()[1]}"
    os.environ["KATSUYO_HOME"] = str(HOME)
    os.environ.setdefault("KATSUYO_SITE_URL", origin)
    os.environ.setdefault("KATSUYO_DEMO", "1")
    children: list[Child] = []
    try:
        prepare_database()
        children += make_children(web)
        supervise(children, origin)
    except Stop:
        pass
    finally:
        stop_everything(children)


if __name__ == "__main__":
    main()
