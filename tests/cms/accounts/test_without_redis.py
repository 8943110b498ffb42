"""While Redis is away people sign in, and what is limited stays limited."""

import pytest
from django.core import mail
from django.core.cache import caches
from django.test import override_settings

from tests.services import free_port

from .conftest import ask, code_in, enter, user_of


@pytest.fixture
def lonely_cache(fresh_limits):
    location = f"redis://127.0.0.1:{free_port()}/0"
    cache = {"BACKEND": "cms.caching.RedisOrLocalCache", "LOCATION": location}
    with override_settings(CACHES={"default": cache}):
        yield caches["default"]
        caches["default"].local.clear()


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
