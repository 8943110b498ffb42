"""Reading what strangers send, in a process that is thrown away afterwards.

The child has no network, no secret in its environment, and limits of time and memory. It guards
against parsers that loop, swell, crash or fetch, not against hostile Python: it runs as the same
user and may read what that user may. `report` says what the machine made possible.
"""

import ctypes
import errno
import importlib
import json
import logging
import os
import platform
import selectors
import signal
import struct
import subprocess
import sys
import time
from typing import Any, NoReturn

logger = logging.getLogger(__name__)

MAX_BYTES = 64 * 1024 * 1024

_CHUNK = 1 << 16
_OUT_OF_MEMORY = 77
_RAISED = 78
# Where libraries and the words of the locale are found; everything else may be a secret.
_KEPT_VARIABLES = ("LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TZ")
# Isolated (-I) so that neither variables nor the working directory add code; -B writes no cache.
_COMMAND = ("-I", "-B", "-X", "utf8", "-c")
_START = (
    "import json, sys; options = json.loads(sys.argv[1]); sys.path[:] = options.pop('path');"
    "from training import sandbox; sandbox.serve(**options)"
)

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_CLONE_THREAD = 0x00010000
_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2
_KILL = 0x80000000
_REFUSE = 0x00050000
_ALLOW = 0x7FFF0000
# <linux/audit.h>; then the numbers of socket, connect, execve, execveat, ptrace, process_vm_readv,
# process_vm_writev, kill, tkill, tgkill, io_uring_setup and, on x86-64, fork and vfork;
# then of clone and clone3.
_SYSTEM_CALLS = {
    "x86_64": (0xC000003E, (41, 42, 59, 322, 101, 310, 311, 62, 200, 234, 425, 57, 58), 56, 435),
    "aarch64": (0xC00000B7, (198, 203, 221, 281, 117, 270, 271, 129, 130, 131, 425), 220, 435),
}

_REFUSED_EVENTS = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "os.startfile",
    "pty.spawn",
)


class ChildFailed(Exception):
    """`reason` is "time", "memory" or "crash"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def run_in_child(
    function: str, payload: bytes, *, seconds: float = 5, megabytes: int = 512
) -> bytes:
    """What `function` ("module:name", bytes to bytes) makes of the payload in a fresh process
    without Django's settings. What the function has to say about the payload it returns as data:
    whatever it raises is a crash. Raises ChildFailed."""
    if len(payload) > MAX_BYTES:
        raise ValueError("The payload is too long for a child.")
    options = {
        "path": [os.path.abspath(entry) for entry in sys.path],
        "function": function,
        "seconds": seconds,
        "megabytes": megabytes,
    }
    deadline = time.monotonic() + seconds
    with subprocess.Popen(  # noqa: S603 - our own interpreter, our own code
        [sys.executable, *_COMMAND, _START, json.dumps(options)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd="/",
        env={name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ},
        start_new_session=True,
        bufsize=0,
    ) as process:
        try:
            output, complaint = _converse(process, payload, deadline)
            status = process.wait(max(0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired as error:
            raise ChildFailed("time") from error
        finally:
            _end(process)
    if status:
        reason = _name_reason(status)
        # The child names the place, never the values: they may be somebody's.
        where = complaint.decode("utf-8", "replace").strip()
        logger.warning("%s in a child: %s (%s) %s", function, reason, status, where)
        raise ChildFailed(reason)
    return output


def _converse(
    process: "subprocess.Popen[bytes]", payload: bytes, deadline: float
) -> tuple[bytes, bytes]:
    """Raises subprocess.TimeoutExpired, ChildFailed."""
    assert process.stdin and process.stdout  # noqa: S101, PT018 - they are pipes
    assert process.stderr  # noqa: S101
    os.set_blocking(process.stdin.fileno(), False)
    received: dict[Any, bytearray] = {process.stdout: bytearray(), process.stderr: bytearray()}
    rest = memoryview(payload)
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdin, selectors.EVENT_WRITE)
        for stream in received:
            selector.register(stream, selectors.EVENT_READ)
        while selector.get_map():
            left = deadline - time.monotonic()
            if left <= 0:
                raise subprocess.TimeoutExpired(process.args, left)
            for selected, _events in selector.select(left):
                stream = selected.fileobj
                if stream is process.stdin:
                    rest = rest[_write(process.stdin.fileno(), rest) :]
                    more = bool(rest)
                else:
                    chunk = os.read(selected.fd, _CHUNK)
                    received[stream] += chunk
                    more = bool(chunk)
                if sum(map(len, received.values())) > MAX_BYTES:
                    raise ChildFailed("memory")
                if not more:
                    selector.unregister(stream)
                    stream.close()
    return bytes(received[process.stdout]), bytes(received[process.stderr])


def _write(descriptor: int, rest: memoryview) -> int:
    try:
        return os.write(descriptor, rest[:_CHUNK])
    except BlockingIOError:
        return 0
    except BrokenPipeError:
        # The child ended before it had read everything; its status says why.
        return len(rest)


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.returncode is None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            process.kill()
        process.wait()


def _name_reason(status: int) -> str:
    if status == -signal.SIGXCPU:
        return "time"
    # SIGKILL that was not ours is the kernel's, which ran out of memory.
    if status in (_OUT_OF_MEMORY, -signal.SIGKILL):
        return "memory"
    return "crash"


# From here on, what runs in the child.

_confinement: dict[str, bool] = {}


def serve(*, function: str, seconds: float, megabytes: int) -> NoReturn:
    # Whatever prints must not get between the bytes of the answer.
    answer = os.dup(1)
    os.dup2(2, 1)
    try:
        _confine(seconds, megabytes)
        payload = _read_everything()
        module, _colon, name = function.partition(":")
        output: bytes = getattr(importlib.import_module(module), name)(payload)
        rest = memoryview(output)
        while rest:
            rest = rest[os.write(answer, rest[:_CHUNK]) :]
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)
    except BaseException as error:
        os.write(2, _tell_place(error).encode("utf-8", "replace")[:_CHUNK])
        os._exit(_RAISED)
    # Without the clearing up of an interpreter, which can take as long as the work.
    os._exit(0)


def _read_everything() -> bytes:
    chunks = []
    while chunk := os.read(0, _CHUNK):
        chunks.append(chunk)
    return b"".join(chunks)


def _tell_place(error: BaseException) -> str:
    place, step = "?", error.__traceback__
    while step:
        place = f"{step.tb_frame.f_globals.get('__name__')}:{step.tb_lineno}"
        step = step.tb_next
    return f"{type(error).__name__} at {place}"


def _confine(seconds: float, megabytes: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
    if libc:
        # Should the parent be killed, nobody would end the child.
        libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    _confinement["namespace"] = libc is not None and _leave_network(libc)
    _confinement["seccomp"] = libc is not None and _filter_system_calls(libc)
    _set_limits(seconds, megabytes)
    sys.addaudithook(_refuse_event)
    _confinement["audit"] = True


def _set_limits(seconds: float, megabytes: int) -> None:
    import resource  # not everywhere, and only the child needs it

    memory, cpu = megabytes * 1024 * 1024, max(1, round(seconds))
    limits = {
        "RLIMIT_AS": (memory, memory),
        "RLIMIT_CPU": (cpu, cpu + 1),
        "RLIMIT_FSIZE": (0, 0),
        "RLIMIT_CORE": (0, 0),
        "RLIMIT_NOFILE": (64, 64),
    }
    if not _confinement["seccomp"]:
        # It counts all processes of the user, so any other number would fail now and then; where
        # the filter holds, it lets threads start and processes not.
        limits["RLIMIT_NPROC"] = (0, 0)
    for name, limit in limits.items():
        try:
            resource.setrlimit(getattr(resource, name), limit)
        except (AttributeError, ValueError, OSError):  # macOS knows some and keeps to fewer
            _confinement[name] = False
        else:
            _confinement[name] = True


def _leave_network(libc: Any) -> bool:
    # Root alone first: in a user namespace it could no longer read code that is another's.
    tries = [_CLONE_NEWNET] if os.geteuid() == 0 else []
    return any(libc.unshare(flags) == 0 for flags in [*tries, _CLONE_NEWUSER | _CLONE_NEWNET])


def _filter_system_calls(libc: Any) -> bool:
    """Refuses sockets, other programs and meddling with other processes, also where a container
    forbids namespaces."""
    known = _SYSTEM_CALLS.get(platform.machine())
    if known is None or sys.maxsize < 2**32:
        return False
    architecture, refused, clone, clone3 = known
    load, equal, at_least, bits, end = 0x20, 0x15, 0x35, 0x45, 0x06
    steps = [
        (load, 0, 0, 4),
        (equal, 1, 0, architecture),
        (end, 0, 0, _KILL),
        (load, 0, 0, 0),
        # The numbers of x32, another door to the same calls.
        (at_least, 0, 1, 0x40000000),
        (end, 0, 0, _REFUSE | errno.EPERM),
    ]
    for number in refused:
        steps += [(equal, 0, 1, number), (end, 0, 0, _REFUSE | errno.EPERM)]
    steps += [
        # It takes its flags from memory, where no filter sees them; told that there is no such
        # call, the library goes back to clone.
        (equal, 0, 1, clone3),
        (end, 0, 0, _REFUSE | errno.ENOSYS),
        (equal, 0, 3, clone),
        (load, 0, 0, 16),
        (bits, 1, 0, _CLONE_THREAD),
        (end, 0, 0, _REFUSE | errno.EPERM),
        (end, 0, 0, _ALLOW),
    ]
    program = b"".join(struct.pack("HBBI", *step) for step in steps)
    buffer = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxP", len(steps), ctypes.addressof(buffer))
    return not (
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        or libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, header, 0, 0)
    )


def _refuse_event(event: str, _arguments: Any) -> None:
    if event.startswith(_REFUSED_EVENTS):
        raise PermissionError(errno.EPERM, f"{event} is not allowed here")


def report(_payload: bytes) -> bytes:
    """For `run_in_child`: which confinements hold on this machine, as JSON."""
    return json.dumps(_confinement).encode()
