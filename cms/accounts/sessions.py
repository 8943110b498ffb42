"""How long somebody stays signed in.

The facts lie in the session: nothing is asked of the database but once a minute.
"""

from datetime import datetime
from typing import Any, TypedDict

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase

from cms.roles import is_staff_member
from training.clock import day_in_japan

FACTS = "sign_in_facts"
# Set by every form to sign in with, and read when the sign-in succeeds: maybe some pages later.
SHARED = "shared_computer"
# Whose session ended here, so that what is sent too late can wait for the same person.
ENDED = "ended_user"
# How old the time of the last visit may get before it is written.
WRITTEN_EVERY = 60


class Facts(TypedDict):
    since: float
    seen: float
    is_staff: bool
    is_shared: bool


def begin(session: SessionBase, user: Any, *, now: datetime) -> Facts:
    facts: Facts = {
        "since": now.timestamp(),
        "seen": now.timestamp(),
        "is_staff": is_staff_member(user, today=day_in_japan(now)),
        "is_shared": bool(session.pop(SHARED, False)),
    }
    session[FACTS] = facts
    session.pop(ENDED, None)
    keep_cookie(session, facts)
    return facts


def read_facts(session: SessionBase) -> Facts | None:
    """None for a visitor who is not signed in."""
    return session.get(FACTS) if SESSION_KEY in session else None


def is_over(facts: Facts, *, now: datetime) -> bool:
    idle, absolute = _limits(facts)
    at = now.timestamp()
    return at - facts["seen"] >= idle or at - facts["since"] >= absolute


def is_due(facts: Facts, *, now: datetime) -> bool:
    return now.timestamp() - facts["seen"] >= WRITTEN_EVERY


def note_visit(session: SessionBase, facts: Facts, user: Any, *, now: datetime) -> None:
    """Also looks whether the person has got, or lost, an office meanwhile."""
    session[FACTS] = facts | {
        "seen": now.timestamp(),
        "is_staff": is_staff_member(user, today=day_in_japan(now)),
    }
    keep_cookie(session, session[FACTS])


def keep_cookie(session: SessionBase, facts: Facts) -> None:
    """Longer than the idle limit, which the server holds itself: it then still knows whose session
    it was. On a shared computer it ends with the browser."""
    wanted = 0 if facts["is_shared"] else _limits(facts)[1]
    if session.get("_session_expiry") != wanted:
        session.set_expiry(wanted)


def _limits(facts: Facts) -> tuple[int, int]:
    if facts["is_shared"]:
        return settings.SESSION_LIMITS["shared"]
    return settings.SESSION_LIMITS["staff" if facts["is_staff"] else "learner"]
