"""While Redis is away people sign in, and what is limited stays limited."""

import contextlib
import socket
import time

import pytest
from django.core import mail
from django.core.cache import caches
from django.test import override_settings
from django_redis.cache import RedisCache

from cms import caching
from cms.caching import RedisOrLocalCache
from tests.services import free_port

from .conftest import ask, code_in, enter, user_of

TIMEOUT = 0.3


@contextlib.contextmanager
def cache_at(port):
    cache = {
        "BACKEND": "cms.caching.RedisOrLocalCache",
        "LOCATION": f"redis://127.0.0.1:{port}/0",
        "OPTIONS": {"SOCKET_TIMEOUT": TIMEOUT, "SOCKET_CONNECT_TIMEOUT": TIMEOUT},
    }
    with override_settings(CACHES={"default": cache}):
        yield caches["default"]
        caches["default"].local.clear()
        RedisOrLocalCache.rests_until, RedisOrLocalCache.has_answered = 0.0, False


@pytest.fixture
def lonely_cache(fresh_limits):
    with cache_at(free_port()) as cache:
        yield cache


@pytest.fixture
def swallowed_cache():
    """Redis behind a firewall that takes what is sent and lets no answer out."""
    with socket.create_server(("127.0.0.1", 0)) as server, cache_at(server.getsockname()[1]) as one:
        yield one


def test_a_process_remembers_for_itself(lonely_cache):
    cache = lonely_cache
    assert (cache.add("a", 1), cache.add("a", 2), cache.get("a")) == (True, False, 1)
    assert (cache.incr("a"), cache.get_many(["a", "b"])) == (2, {"a": 2})
    assert (cache.delete("a"), cache.get("a", "none")) == (True, "none")


def test_people_sign_in_and_no_more_mails_go_out_than_ever(lonely_cache, client, person):
    enter(client, code_in(ask(client)))
    assert user_of(client) == str(person.pk)
    client.logout()
    for _try in range(30):
        ask(client)
    assert len(mail.outbox) < 30


def test_a_page_waits_once_for_a_server_that_never_answers(swallowed_cache):
    begun = time.monotonic()
    for number in range(20):
        swallowed_cache.set(f"key-{number}", number)
    assert swallowed_cache.get("key-7") == 7
    assert time.monotonic() - begun < 3 * TIMEOUT


def test_the_server_is_asked_again_after_a_rest(swallowed_cache, monkeypatch):
    asked = []
    monkeypatch.setattr(RedisCache, "get", lambda self, key: asked.append(key))
    swallowed_cache.set("a", 1)
    assert (swallowed_cache.get("a"), asked) == (1, [])
    later = time.monotonic() + caching.REST
    monkeypatch.setattr(caching, "monotonic", lambda: later)
    swallowed_cache.get("a")
    assert asked == ["a"]


def test_what_was_remembered_before_the_server_came_back_is_forgotten(swallowed_cache, monkeypatch):
    swallowed_cache.set("a", "old", None)
    now = time.monotonic()
    monkeypatch.setattr(caching, "monotonic", lambda: now)
    with monkeypatch.context() as back:
        back.setattr(RedisCache, "delete", lambda self, key: True)
        now += caching.REST
        swallowed_cache.delete("a")
    assert swallowed_cache.get("a") is None
