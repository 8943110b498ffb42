"""Who asks: looked up at every request, so with SQL that is made once."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.contrib.sessions.models import Session
from django.db.models import CharField, DateTimeField
from django.utils import timezone

from cms.models import User
from training.prepared import Given, Prepared

_session = Prepared(
    lambda: Session.objects.filter(
        session_key=Given("key", CharField()), expire_date__gt=Given("now", DateTimeField())
    )
)
_user = Prepared(lambda: User.objects.filter(pk=Given("pk")))


class SessionStore(DatabaseSessions):
    def _get_session_from_db(self) -> Session | None:
        found = _session.first(key=self.session_key, now=timezone.now())
        if found is None:
            self._session_key = None
        return found


class UserBackend(AuthenticationBackend):
    def get_user(self, user_id: Any) -> User | None:
        user = _user.first(pk=user_id)
        return user if user and self.user_can_authenticate(user) else None
