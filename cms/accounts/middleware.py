"""How long a session lasts, and that who works here has shown a second factor."""

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from cms.demo.accounts import DEMO_ACCOUNTS
from cms.roles import is_staff_member
from cms.views.errors import offer_kept_form
from training.clock import today_in_japan

from . import kept_forms, sessions

Handler = Callable[[HttpRequest], HttpResponse]
# The editor's pages tell every few seconds that they are open: nobody need sit before them.
UNATTENDED = {"wagtailadmin_editing_sessions:ping"}
# Pages for signing in and out, for second factors, and those that are for everybody.
OPEN_PREFIXES = ("account_", "mfa_", "socialaccount_", "openid_connect_")
OPEN_NAMESPACES = {"verification"}
OPEN_VIEWS = {"media", "editor_login"}


def has_session(request: HttpRequest) -> bool:
    """Asked first: reading the session of a visitor without one would make every page vary."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES


class SessionLimitsMiddleware:
    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not has_session(request):
            response = self.get_response(request)
            session = request.session
            return self._protect(session, response) if session.modified else response
        now, session = timezone.now(), request.session
        facts = sessions.read_facts(session)
        if facts is None and SESSION_KEY in session and request.user.is_authenticated:
            facts = sessions.begin(session, request.user, now=now)
        if facts and sessions.is_over(facts, now=now):
            self._end(request)
            facts = None
        response = self._answer(request)
        if SESSION_KEY not in session:
            if kept_forms.keep(request, response):
                messages.info(
                    request, _("What you entered is kept. Please sign in, then send it once more.")
                )
            if facts and facts["is_shared"]:
                response["Clear-Site-Data"] = '"cache", "cookies", "storage"'
        elif facts and sessions.is_due(facts, now=now) and not _is_unattended(request):
            sessions.note_visit(session, facts, request.user, now=now)
        return self._protect(session, response)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        form = None
        if kept_forms.is_waiting(request) and request.user.is_authenticated:
            form = kept_forms.take(request)
        return offer_kept_form(request, form) if form else self.get_response(request)

    def _end(self, request: HttpRequest) -> None:
        user = request.session[SESSION_KEY]
        logout(request)
        request.session[sessions.ENDED] = user
        messages.info(request, _("You were signed out, as nothing had been done for a while."))

    def _protect(self, session: Any, response: HttpResponse) -> HttpResponse:
        if facts := sessions.read_facts(session):
            if session.modified:
                # allauth's form says how long the cookie lives after the sign-in.
                sessions.keep_cookie(session, facts)
            if facts["is_shared"]:
                response["Cache-Control"] = "no-store"
        return response


def _is_unattended(request: HttpRequest) -> bool:
    match = request.resolver_match
    return bool(match and match.view_name in UNATTENDED)


class SecondFactorMiddleware:
    """Every page but those to sign in, set up and sign out asks who works here for one."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not settings.STAFF_MFA or not has_session(request) or _is_open(request):
            return None
        if not self._is_asked(request):
            return None
        if is_waived(request.user):
            request.second_factor_waived = True
            return None
        if "text/html" not in request.headers.get("Accept", "text/html"):
            raise PermissionDenied
        return redirect(_way_to_second_factor(request))

    def _is_asked(self, request: HttpRequest) -> bool:
        facts = sessions.read_facts(request.session)
        if facts is None:
            return False
        # Learners cost nothing here. Whoever got a right a moment ago is asked in the editor at
        # once, elsewhere within a minute.
        if not facts["is_staff"] and not request.path.startswith(reverse("wagtailadmin_home")):
            return False
        # The session says so itself: whether somebody works here takes a statement.
        return not has_second_factor(request) and is_staff_member(
            request.user, today=today_in_japan()
        )


def has_second_factor(request: HttpRequest) -> bool:
    """Whether one was used, or set up, in this session."""
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "mfa" for record in records)


def is_waived(user: Any) -> bool:
    """Demonstration accounts, whose passwords everybody knows, on a site that says it is one."""
    if not settings.STAFF_MFA_WAIVED_FOR_DEMO or settings.HTTPS:
        return False
    return user.email in {address for _role, address, _password in DEMO_ACCOUNTS}


def _is_open(request: HttpRequest) -> bool:
    match = request.resolver_match
    name = match.url_name or ""
    if match.namespaces:
        return match.namespaces[0] in OPEN_NAMESPACES
    return name.startswith(OPEN_PREFIXES) or name in OPEN_VIEWS


def _way_to_second_factor(request: HttpRequest) -> str:
    back = request.get_full_path() if request.method == "GET" else reverse("account_index")
    query = urlencode({"next": back})
    request.session["after_setup"] = back
    types = set(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    if Authenticator.Type.TOTP in types:
        return f"{reverse('mfa_reauthenticate')}?{query}"
    if Authenticator.Type.WEBAUTHN in types:
        return f"{reverse('mfa_reauthenticate_webauthn')}?{query}"
    return reverse("mfa_index")
