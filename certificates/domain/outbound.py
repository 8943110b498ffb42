"""Calls to addresses that others chose. They reach the public internet only: never this machine,
its network or a cloud's metadata, whatever a name resolves to and whenever that changes."""

import http.client
import io
import ipaddress
import socket
import ssl
import time
from collections.abc import Mapping
from concurrent.futures import Future
from threading import Thread
from typing import Any
from urllib.parse import SplitResult, urlsplit

from certificates.conf import allows_private_webhooks

SECONDS = 10
# They carry the addresses of other networks inside: NAT64, 6to4, Teredo, IPv4-compatible.
TUNNELS = [
    ipaddress.ip_network(network)
    for network in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")
]


class BadAddress(Exception):
    """Not https, without a host, with a user's name, or plainly not public."""


class Unreachable(Exception):
    """Its text may be kept: it holds nothing that the other side sent."""


def is_public(*, address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return is_public(address=str(found.ipv4_mapped))
        if any(found in tunnel for tunnel in TUNNELS):
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def check_address(*, url: str) -> SplitResult:
    """What can be said without asking anybody. Raises BadAddress."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadAddress from error
    host = parts.hostname
    wrong_signs = any(c.isspace() or not c.isprintable() for c in url)
    if not host or parts.username is not None or port == 0 or wrong_signs:
        raise BadAddress
    if allows_private_webhooks():
        return parts
    # The dot at the end of a name that is complete changes nothing.
    if parts.scheme != "https" or not _is_of_others(host.rstrip(".")):
        raise BadAddress
    return parts


def _is_of_others(host: str) -> bool:
    try:
        return is_public(address=host)
    except ValueError:  # a name, or a number in a shape that only a resolver understands
        labels = host.split(".")
        # 127.1, 127.0.0.0x1: no top-level domain begins with a digit.
        is_name = len(labels) > 1 and all(labels) and labels[-1][0].isalpha()
        return is_name and labels[-1] != "localhost"


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _look_up(host: str, port: int, deadline: float) -> list[Any]:
    """In a thread that is left to itself when time is up: a resolver takes no limit."""
    answer: Future[list[Any]] = Future()

    def ask() -> None:
        try:
            answer.set_result(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except Exception as error:  # it is raised where the answer is awaited
            answer.set_exception(error)

    Thread(target=ask, daemon=True).start()
    return answer.result(_left(deadline))


def _resolve(host: str, port: int, deadline: float) -> str:
    """One address that is called then, so that no second look-up can lead elsewhere."""
    try:
        found = _look_up(host, port, deadline)
    except TimeoutError as error:
        raise Unreachable("no answer in time") from error
    except (OSError, UnicodeError) as error:
        raise Unreachable("the name does not resolve") from error
    addresses = [str(each[4][0]) for each in found]
    if not allows_private_webhooks() and not all(is_public(address=a) for a in addresses):
        raise Unreachable("the name leads to an address that is not public")
    return addresses[0]


class _Incoming(io.RawIOBase):
    """Waits for each piece only as long as the whole call has left."""

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self.connection = connection
        self.deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.connection.settimeout(_left(self.deadline))
        return self.connection.recv_into(buffer)


class _Timed:
    """What http.client uses of a socket, with a deadline for all of it: a timeout of the socket's
    own begins anew with each byte that drips in."""

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self.connection = connection
        self.deadline = deadline

    def sendall(self, data: bytes) -> None:
        self.connection.settimeout(_left(self.deadline))
        self.connection.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Incoming(self.connection, self.deadline))

    def close(self) -> None:
        self.connection.close()


class _Pinned(http.client.HTTPConnection):
    def __init__(
        self, host: str, port: int, address: str, context: ssl.SSLContext | None, deadline: float
    ) -> None:
        super().__init__(host, port)
        self.address = address
        self.context = context
        self.deadline = deadline

    def connect(self) -> None:
        connection = socket.create_connection((self.address, self.port), _left(self.deadline))
        if self.context:
            connection.settimeout(_left(self.deadline))
            connection = self.context.wrap_socket(connection, server_hostname=self.host)
        self.sock: Any = _Timed(connection, self.deadline)


def post(*, url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """The status of the answer. Follows no redirect and reads no body. Raises Unreachable."""
    deadline = time.monotonic() + SECONDS
    try:
        parts = check_address(url=url)
    except BadAddress as error:
        raise Unreachable("the address is not allowed") from error
    host = str(parts.hostname)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    context = ssl.create_default_context() if secure else None
    connection = _Pinned(host, port, _resolve(host, port, deadline), context, deadline)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", target, body, dict(headers))
        return connection.getresponse().status
    except ssl.SSLError as error:
        raise Unreachable("TLS failed") from error
    except TimeoutError as error:
        raise Unreachable("no answer in time") from error
    except (OSError, http.client.HTTPException, UnicodeError, ValueError) as error:
        raise Unreachable(f"no answer: {type(error).__name__}") from error
    finally:
        connection.close()
