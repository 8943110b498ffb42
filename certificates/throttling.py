"""Limits how often one address may fail. Successes are never counted: behind one address of a town
hall there may be 200 honest people. Counted in the default cache; with LocMemCache that is each
process for itself, so the limit is multiplied by the number of web processes."""

import hashlib
import time
from ipaddress import ip_address, ip_network

from django.core.cache import cache
from django.http import HttpRequest

from .conf import throttle_limit, trusted_proxies

WINDOW_SECONDS = 600


def client_address(request: HttpRequest) -> str:
    """Of X-Forwarded-For only what our own proxies wrote, its last entries, is believed. An IPv6
    network counts as one address: every household has 2⁶⁴ of them."""
    found = request.META.get("REMOTE_ADDR", "")
    if proxies := trusted_proxies():
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        if len(hops) >= proxies and hops[-proxies]:
            found = hops[-proxies]
    try:
        address = ip_address(found)
    except ValueError:
        return found
    if address.version == 4:
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((address, 64), strict=False).network_address)


def _key(request: HttpRequest, scope: str, subject: str) -> str:
    window = int(time.time() // WINDOW_SECONDS)
    parts = f"{scope}\n{window}\n{client_address(request)}\n{subject}"
    return f"certificates-throttle-{hashlib.sha256(parts.encode()).hexdigest()}"


def is_throttled(request: HttpRequest, scope: str, subject: str = "") -> bool:
    """`subject` narrows a scope: how often this address failed at this one thing."""
    return (cache.get(_key(request, scope, subject)) or 0) >= throttle_limit(scope)


def count_failure(request: HttpRequest, scope: str, subject: str = "") -> None:
    key = _key(request, scope, subject)
    cache.add(key, 0, WINDOW_SECONDS)
    try:
        cache.incr(key)
    except ValueError:
        # It ran out between the two lines, and with it the window.
        return


def seconds_to_wait() -> int:
    return WINDOW_SECONDS - int(time.time() % WINDOW_SECONDS)
