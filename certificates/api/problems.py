"""Errors as RFC 9457 says: words in Japanese for people, `code` in English for programs."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

TITLES = {
    "invalid": _("What was sent is not right."),
    "parse_error": _("What was sent is not JSON."),
    "unsupported_media_type": _("Please send JSON (application/json)."),
    "not_acceptable": _("Only JSON is answered."),
    "not_authenticated": _("A key is needed: Authorization: Bearer …"),
    "authentication_failed": _("This key is unknown or was revoked."),
    "method_not_allowed": _("This method is not possible here."),
    "not_found": _("There is nothing at this address."),
    "throttled": _("Too many requests. Please wait a while."),
    "conflict": _("This cannot be done now."),
}


class ProblemRenderer(JSONRenderer):
    media_type = "application/problem+json"
    charset = None


class Conflict(exceptions.APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


def describe(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler; anything it does not know is a fault of ours and is raised on."""
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    if not isinstance(error, exceptions.APIException):
        return None
    code = error.default_code
    content = {
        "type": "about:blank",
        "title": str(TITLES[code]),
        "status": error.status_code,
        "code": code,
    }
    if isinstance(error, exceptions.ValidationError):
        content["errors"] = error.detail
    elif isinstance(error, Conflict):
        content["detail"] = str(error.detail)
    headers = {}
    if auth_header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = auth_header
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    context["view"].is_problem = True
    return Response(content, status=error.status_code, headers=headers)
