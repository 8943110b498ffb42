"""Settings and pages of a site that does next to nothing: what Django itself costs on a machine.

Figures of two machines, or of two hours on a shared one, compare only as multiples of these.
"""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from cms.settings.site import *  # noqa: F403

ROOT_URLCONF = __name__
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",  # allauth does not start without it
]


def plain(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("plain")


def signed_in(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(request.user.pk))


urlpatterns = [path("plain/", plain), path("signed-in/", signed_in)]
