import pytest
from django.core.cache import cache
from django.test import RequestFactory

from certificates import throttling


@pytest.fixture(autouse=True)
def _limits(settings):
    settings.CERTIFICATES_THROTTLE_LIMITS = {"verification": 3}
    cache.clear()
    yield
    cache.clear()


def make(address="198.51.100.7", forwarded=""):
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    return RequestFactory().get("/", headers=headers, REMOTE_ADDR=address)


def fail(request, times=3):
    for _ in range(times):
        throttling.count_failure(request, "verification")


def test_failures_are_limited_per_address_and_scope():
    fail(make(), 2)
    assert not throttling.is_throttled(make(), "verification")
    fail(make(), 1)
    assert throttling.is_throttled(make(), "verification")
    assert not throttling.is_throttled(make(), "api")
    assert not throttling.is_throttled(make("198.51.100.8"), "verification")


def test_limit_ends_with_its_window(monkeypatch):
    fail(make())
    now = throttling.time.time()
    wait = throttling.seconds_to_wait()
    assert 0 < wait <= throttling.WINDOW_SECONDS
    monkeypatch.setattr(throttling.time, "time", lambda: now + wait)
    assert not throttling.is_throttled(make(), "verification")


def test_forwarded_address_of_a_stranger_is_not_believed():
    for n in range(3):
        fail(make(forwarded=f"203.0.113.{n}"), 1)
    assert throttling.is_throttled(make(forwarded="203.0.113.99"), "verification")


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (1, "203.0.113.1", "203.0.113.1"),
        (1, "192.0.2.66, 203.0.113.1", "203.0.113.1"),
        (2, "192.0.2.66, 203.0.113.1, 10.0.0.2", "203.0.113.1"),
        # Fewer entries than proxies: nobody came by way of them.
        (2, "203.0.113.1", "198.51.100.7"),
        (1, "", "198.51.100.7"),
    ],
)
def test_only_what_our_proxies_wrote_counts(settings, proxies, forwarded, expected):
    settings.CERTIFICATES_TRUSTED_PROXIES = proxies
    assert throttling.client_address(make(forwarded=forwarded)) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("", ""),
    ],
)
def test_network_counts_as_one_address(address, expected):
    assert throttling.client_address(make(address)) == expected


def test_subject_is_counted_apart():
    throttling.count_failure(make(), "verification", "8-1")
    for _ in range(2):
        throttling.count_failure(make(), "verification", "8-2")
        throttling.count_failure(make(), "verification", "8-1")
    assert throttling.is_throttled(make(), "verification", "8-1")
    assert not throttling.is_throttled(make(), "verification", "8-2")
