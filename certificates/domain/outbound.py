"""Calls to addresses that others chose. They reach the public internet only: never this machine,
its network or a cloud's metadata, whatever a name resolves to and whenever that changes."""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping
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
    if parts.scheme != "https" or host == "localhost" or host.endswith(".localhost"):
        raise BadAddress
    try:
        public = is_public(address=host)
    except ValueError:  # a name, or a number in a shape that only a resolver understands
        public = "." in host and not host.rpartition(".")[2].isdigit()
    if not public:
        raise BadAddress
    return parts


def _resolve(host: str, port: int) -> str:
    """One address that is called then, so that no second look-up can lead elsewhere."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable("the name does not resolve") from error
    addresses = [str(each[4][0]) for each in found]
    if not allows_private_webhooks() and not all(is_public(address=a) for a in addresses):
        raise Unreachable("the name leads to an address that is not public")
    return addresses[0]


class _Pinned(http.client.HTTPConnection):
    def __init__(self, host: str, port: int, address: str, context: ssl.SSLContext | None) -> None:
        super().__init__(host, port, timeout=SECONDS)
        self.address = address
        self.context = context

    def connect(self) -> None:
        connection = socket.create_connection((self.address, self.port), self.timeout)
        if self.context:
            connection = self.context.wrap_socket(connection, server_hostname=self.host)
        self.sock: Any = connection


def post(*, url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """The status of the answer. Follows no redirect and reads no body. Raises Unreachable."""
    try:
        parts = check_address(url=url)
    except BadAddress as error:
        raise Unreachable("the address is not allowed") from error
    host = str(parts.hostname)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    context = ssl.create_default_context() if secure else None
    connection = _Pinned(host, port, _resolve(host, port), context)
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
