"""What a parser might do, for running in a child."""

import ctypes
import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path


def reverse(payload: bytes) -> bytes:
    return payload[::-1]


def chatter(payload: bytes) -> bytes:
    print("a library that prints", flush=True)
    print("and complains", file=sys.stderr, flush=True)
    return payload


def loop(payload: bytes) -> bytes:
    while True:
        pass


def swell(payload: bytes) -> bytes:
    kept = []
    while True:
        kept.append(bytes(16 * 1024 * 1024))


def abort(payload: bytes) -> bytes:
    os.abort()


def raise_with_a_name(payload: bytes) -> bytes:
    raise ValueError("山田太郎")


def answer_without_end(payload: bytes) -> bytes:
    return bytes(80 * 1024 * 1024)


def list_environment(payload: bytes) -> bytes:
    return json.dumps(dict(os.environ)).encode()


def load_django(payload: bytes) -> bytes:
    return json.dumps(sorted(name for name in sys.modules if name.startswith("django"))).encode()


def try_everything(payload: bytes) -> bytes:
    """Which of the ways out are open."""
    libc = ctypes.CDLL(None)
    ways = {
        "socket": socket.socket,
        "look-up": lambda: socket.getaddrinfo("localhost", 80),
        "program": lambda: subprocess.run([sys.executable, "-V"]),
        "fork": os.fork,
        "file": lambda: Path(payload.decode()).write_bytes(b"x"),
    }
    open_ways = []
    for name, way in ways.items():
        try:
            way()
        except OSError:
            continue
        open_ways.append(name)
    # Past Python's own hooks.
    if libc.socket(2, 1, 0) != -1:
        open_ways.append("native socket")
    if libc.fork() != -1:
        open_ways.append("native fork")
    return json.dumps(open_ways).encode()


def count_in_a_thread(payload: bytes) -> bytes:
    counted: list[int] = []
    thread = threading.Thread(target=lambda: counted.append(len(payload)))
    thread.start()
    thread.join()
    return str(counted[0]).encode()


def list_descriptors(payload: bytes) -> bytes:
    held = []
    for descriptor in range(64):
        try:
            os.fstat(descriptor)
        except OSError:
            continue
        held.append(descriptor)
    return json.dumps(held).encode()
