from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Without Django's look at the CSRF token: that would parse the bad request a second time."""
    return render(None, "400.html", status=400)


def _is_from_here(request: HttpRequest) -> bool:
    """Whether our own page sent the form. Older browsers say so by Origin only."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    return urlsplit(request.headers.get("Origin", "")).netloc == request.get_host()


@never_cache
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from before a new sign-in: show it again with a fresh token, losing nothing.

    Nothing is carried out until the person presses the button on this page. A form that came from
    elsewhere, or that acts on the editor, is never offered.
    """
    offers = _is_from_here(request) and not request.path.startswith(reverse("wagtailadmin_home"))
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken" and "password" not in name
        for value in values
    ]
    return render(
        request,
        "errors/csrf_failure.html",
        {"offers": offers, "fields": fields, "action": request.get_full_path()},
        status=403,
    )
