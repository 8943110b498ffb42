import contextlib
import socket
import threading
import time

import pytest

from certificates.domain import outbound
from certificates.domain.outbound import BadAddress, Unreachable, check_address, is_public, post


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8"])
def test_public_addresses(address):
    assert is_public(address=address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    ],
)
def test_addresses_of_this_network(address):
    assert not is_public(address=address)


@pytest.mark.parametrize(
    "url",
    [
        "http://town.example.jp/hook",
        "ftp://town.example.jp/",
        "https://",
        "https:///x",
        "town.example.jp",
        "https://user@town.example.jp/",
        "https://user:word@town.example.jp/",
        "https://localhost/",
        "https://a.localhost/",
        "https://intranet/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f.0.0.1/",
        "https://127.0.0.0x1/",
        "https://127.0.0.1./",
        "https://169.254.169.254./",
        "https://localhost./",
        "https://intranet./",
        "https://town..example.jp/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://town.example.jp:0/",
        "https://town.example.jp:x/",
        "https://town.example.jp/\r\nHost: x",
        "https://town example.jp/",
    ],
)
def test_addresses_that_are_refused_at_once(url):
    with pytest.raises(BadAddress):
        check_address(url=url)


def test_name_is_judged_by_what_it_leads_to_when_called(monkeypatch):
    def resolve(*_, **__):
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 443)),
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("169.254.169.254", 443)),
        ]

    def connect(*_, **__):
        pytest.fail("called")

    monkeypatch.setattr(outbound.socket, "getaddrinfo", resolve)
    monkeypatch.setattr(outbound.socket, "create_connection", connect)
    check_address(url="https://town.example.jp/hook")
    with pytest.raises(Unreachable, match="not public"):
        post(url="https://town.example.jp/hook", body=b"", headers={})


def test_call_goes_to_the_address_that_was_judged(monkeypatch):
    called = []

    def resolve(*_, **__):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 443))]

    def connect(address, timeout):
        called.append(address)
        raise OSError

    monkeypatch.setattr(outbound.socket, "getaddrinfo", resolve)
    monkeypatch.setattr(outbound.socket, "create_connection", connect)
    with pytest.raises(Unreachable):
        post(url="https://town.example.jp/hook", body=b"", headers={})
    assert called == [("8.8.8.8", 443)]


@pytest.fixture
def hurry(settings, monkeypatch):
    settings.CERTIFICATES_ALLOW_PRIVATE_WEBHOOKS = True
    monkeypatch.setattr(outbound, "SECONDS", 0.4)


def dripping(start, drop):
    """Sends `drop` every tenth of a second, for longer than anybody should listen."""

    def serve(listener):
        connection, _address = listener.accept()
        with connection, contextlib.suppress(OSError):
            connection.recv(65536)
            connection.sendall(start)
            for _ in range(30):
                time.sleep(0.1)
                connection.sendall(drop)

    return serve


@pytest.mark.parametrize(
    ("start", "drop"),
    [
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\n", b"X-Slow: 1\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
)
@pytest.mark.usefixtures("hurry")
def test_receiver_that_drips_is_not_listened_to_for_longer(start, drop):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=dripping(start, drop), args=[listener])
        thread.start()
        began = time.monotonic()
        with pytest.raises(Unreachable, match="in time"):
            post(url=f"http://127.0.0.1:{listener.getsockname()[1]}/", body=b"{}", headers={})
        took = time.monotonic() - began
        thread.join()
    assert took < 1.5


@pytest.mark.usefixtures("hurry")
def test_name_that_is_slow_to_resolve_is_not_waited_for(monkeypatch):
    is_over = threading.Event()

    def resolve(*_, **__):
        is_over.wait(3)
        raise OSError

    monkeypatch.setattr(outbound.socket, "getaddrinfo", resolve)
    began = time.monotonic()
    with pytest.raises(Unreachable, match="in time"):
        post(url="https://town.example.jp/", body=b"{}", headers={})
    is_over.set()
    assert time.monotonic() - began < 1.5
