"""What a request of each role meets with, without drawing a page."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from unittest import mock

from django.core.cache import cache
from django.core.signals import request_finished
from django.db import close_old_connections, transaction
from django.template.backends.django import Template
from django.test import Client

from .routes import Route, is_sided, list_routes, make_address
from .world import ROLES, Side, World

VERBS = ("GET", "POST")
SIGN_IN = ("/account/login/", "/editor/login/")
# Where Wagtail sends whoever may not, with a message.
TURNED_AWAY = "/editor/"
# Where learners' pages send whoever is none.
REGISTER = "/learn/register/"
REGISTER_FIRST = "register first"
OPEN, ALLOWED, REFUSED, SIGN_IN_FIRST, NO_VERB = "open", "allowed", "refused", "sign-in", "no verb"

Key = tuple[str, str, str]


@contextmanager
def quietly() -> Iterator[None]:
    """Access is decided before a page is drawn, and nothing outside may happen."""
    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(Template, "render", return_value=""))
        # Of what breaks, the outcome tells.
        log = logging.getLogger("django.request")
        stack.enter_context(mock.patch.object(log, "disabled", True))
        stack.enter_context(mock.patch("celery.app.task.Task.apply_async"))
        stack.enter_context(mock.patch("certificates.domain.trial.print_trial", return_value=b""))
        yield


class Visitor:
    """Somebody in a role, whom signing out does not put out."""

    def __init__(self, role: str, user: object) -> None:
        self.role = role
        self.client = Client(raise_request_exception=False)
        if user:
            self.client.force_login(user)
        self.cookies = deepcopy(self.client.cookies)

    def ask(self, verb: str, address: str) -> str:
        cache.clear()
        self.client.cookies = deepcopy(self.cookies)
        savepoint = transaction.savepoint()
        try:
            response = self.client.generic(
                verb, address, b"", content_type="application/x-www-form-urlencoded"
            )
            if response.streaming:
                # What a stream refuses, it refuses before its first line. Closed, it would take
                # the connection with it.
                request_finished.disconnect(close_old_connections)
                response.close()
                request_finished.connect(close_old_connections)
        finally:
            transaction.savepoint_rollback(savepoint)
        location = response.headers.get("Location", "")
        return self._judge(response.status_code, location, address)

    def _judge(self, status: int, location: str, address: str) -> str:
        path = location.partition("?")[0]
        if status == 405:
            return NO_VERB
        if status in (302, 301) and path in SIGN_IN:
            # Somebody signed in is told there that it is not for them.
            return SIGN_IN_FIRST if self.role == "anonymous" else REFUSED
        if status == 302 and path.startswith(REGISTER) and not address.startswith(REGISTER):
            return REGISTER_FIRST
        if status in (401, 403, 404) or (status == 302 and path == TURNED_AWAY):
            return REFUSED
        # Wagtail's forms break at an empty body, once somebody may send one.
        if status >= 500 and not address.startswith("/editor/"):
            return f"error {status}"
        return OPEN if self.role == "anonymous" else ALLOWED


def list_keys(routes: list[Route], world: World) -> Iterator[tuple[Key, Route, Side]]:
    for route in routes:
        sides = {"own": world.own, "other": world.other} if is_sided(route, world) else {}
        for side, place in (sides or {"": world.own}).items():
            for verb in VERBS:
                yield (route.pattern, side, verb), route, place


def observe(
    world: World, *, routes: list[Route] | None = None, roles: tuple[str, ...] = ROLES
) -> dict[Key, dict[str, str]]:
    """By pattern, side and verb: what each role meets with."""
    routes = list_routes() if routes is None else routes
    visitors = [Visitor(role, world.users[role]) for role in roles]
    seen: dict[Key, dict[str, str]] = {}
    with quietly():
        for key, route, side in list_keys(routes, world):
            address = make_address(route, world, side)
            seen[key] = {each.role: each.ask(key[2], address) for each in visitors}
    return seen
