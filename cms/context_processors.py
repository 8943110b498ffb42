from typing import Any

from django.conf import settings
from django.http import HttpRequest

from cms.display import COOKIE, read_display


def site(request: HttpRequest) -> dict[str, Any]:
    return {
        "site_name": settings.WAGTAIL_SITE_NAME,
        "site_url": settings.SITE_URL,
        "is_demo": settings.DEMO,
        "oidc": settings.OIDC,
        "display": read_display(request.COOKIES.get(COOKIE, "")),
    }
