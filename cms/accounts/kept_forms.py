"""A form that was sent after the session had ended waits until the same person is back."""

from typing import Any, TypedDict
from urllib.parse import urlsplit

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.urls import reverse

from .sessions import ENDED

KEPT = "kept_form"
# Pages of an attempt keep their answers themselves.
OWN_WAY = {"training:attempt"}
LIMIT = 200_000


class KeptForm(TypedDict):
    user: str
    action: str
    fields: list[tuple[str, str]]


def is_from_here(request: HttpRequest) -> bool:
    """Whether our own page sent the form. Older browsers say so by Origin only."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    return request.headers.get("Origin", "").partition("://")[2] == request.get_host()


def read_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed, without passwords and codes."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", "code") and "password" not in name
        for value in values
    ]


def keep(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether it is one, and was kept: a POST that led to the page for signing in."""
    user = request.session.get(ENDED)
    if request.method != "POST" or not user or not _leads_to_sign_in(response):
        return False
    match = request.resolver_match
    if not match or match.view_name in OWN_WAY or not is_from_here(request):
        return False
    fields = read_fields(request)
    if not fields or sum(len(name) + len(value) for name, value in fields) > LIMIT:
        return False
    form: KeptForm = {"user": user, "action": request.get_full_path(), "fields": fields}
    request.session[KEPT] = form
    return True


def take(request: HttpRequest) -> KeptForm | None:
    """Once, and only for the person who had sent it."""
    form: KeptForm | None = request.session.pop(KEPT, None)
    return form if form and form["user"] == request.session.get(SESSION_KEY) else None


def is_waiting(request: HttpRequest) -> bool:
    """Whether one is to be offered instead of the page that was asked for."""
    if request.method != "GET" or KEPT not in request.session:
        return False
    wants_page: Any = "text/html" in request.headers.get("Accept", "text/html")
    return wants_page and not request.path.startswith(reverse("account_index"))


def _leads_to_sign_in(response: HttpResponse) -> bool:
    path = urlsplit(response.headers.get("Location", "")).path
    return response.status_code in (302, 303) and path in (
        resolve_url("account_login"),
        resolve_url("editor_login"),
    )
