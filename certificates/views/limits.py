"""How much a stranger may send. Django counts the fields of a form, but reads files of any size."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

FORM_BYTES = 64 * 1024
View = Callable[..., HttpResponse]


def refuse_form(request: HttpRequest) -> HttpResponse:
    response = render(request, "certificates/verification_too_long.html", status=413)
    response["X-Robots-Tag"] = "noindex"
    return response


def limit_body(limit: int, *, refuse: View = refuse_form) -> Callable[[View], View]:
    """Told before any of it is read. A body that does not say its length is empty to Django."""

    def decorate(view: View) -> View:
        @wraps(view)
        def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if int(request.META.get("CONTENT_LENGTH") or 0) > limit:
                return refuse(request)
            return view(request, *args, **kwargs)

        return limited

    return decorate
