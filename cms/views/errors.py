from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from cms.accounts.kept_forms import KeptForm, is_from_here, read_fields


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Without Django's look at the CSRF token: that would parse the bad request a second time."""
    return render(None, "400.html", status=400)


@never_cache
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from before a new sign-in: show it again with a fresh token, losing nothing.

    Nothing is carried out until the person presses the button on this page. A form that came from
    elsewhere, or that acts on the editor, is never offered.
    """
    offers = is_from_here(request) and not request.path.startswith(reverse("wagtailadmin_home"))
    fields = read_fields(request)
    return render(
        request,
        "errors/csrf_failure.html",
        {"offers": offers, "fields": fields, "action": request.get_full_path()},
        status=403,
    )


def offer_kept_form(request: HttpRequest, form: KeptForm) -> HttpResponse:
    """Before the page that was asked for: what the person had sent after the session's end."""
    return render(
        request,
        "errors/kept_form.html",
        {"form": form, "back": request.get_full_path()},
    )
