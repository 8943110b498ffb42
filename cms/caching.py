"""A cache that goes on without its server."""

from collections.abc import Callable
from time import monotonic
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django_redis.cache import RedisCache
from redis.exceptions import RedisError

# A server whose packets are lost answers each call with a timeout of seconds: after one it is left
# alone for so long.
REST = 10.0


def _or_local(name: str) -> Callable[..., Any]:
    def method(self: "RedisOrLocalCache", *args: Any, **options: Any) -> Any:
        if monotonic() >= RedisOrLocalCache.rests_until:
            try:
                answer = getattr(RedisCache, name)(self, *args, **options)
            except RedisError:
                if RedisOrLocalCache.has_answered:
                    # What is left of the time before it came back may be wrong by now.
                    self.local.clear()
                RedisOrLocalCache.has_answered = False
                RedisOrLocalCache.rests_until = monotonic() + REST
            else:
                RedisOrLocalCache.has_answered = True
                return answer
        return getattr(self.local, name)(*args, **options)

    return method


class RedisOrLocalCache(RedisCache):
    """While Redis is away each process keeps for itself what it is told. Limits go on holding, in
    each process; allauth takes a cache that answers nothing for a limit that was reached, and
    nobody could sign in."""

    # Of the process: each thread has a cache of its own.
    rests_until = 0.0
    has_answered = False

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.local = LocMemCache("while-redis-is-away", {"OPTIONS": {"MAX_ENTRIES": 20_000}})

    add = _or_local("add")
    get = _or_local("get")
    set = _or_local("set")
    incr = _or_local("incr")
    touch = _or_local("touch")
    delete = _or_local("delete")
    get_many = _or_local("get_many")
    set_many = _or_local("set_many")
    delete_many = _or_local("delete_many")
    has_key = _or_local("has_key")
    clear = _or_local("clear")
