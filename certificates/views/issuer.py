"""What programs read to verify a credential by themselves: the issuer's keys and its lists of
revocations. Public, the same for everybody, and kept by whoever asks."""

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe

from certificates.domain.badges import make_did_document
from certificates.models import StatusList


def _answer(content: str, content_type: str) -> HttpResponse:
    # Verifiers also run in browsers, on pages of other sites.
    return HttpResponse(
        content, content_type=content_type, headers={"Access-Control-Allow-Origin": "*"}
    )


@require_safe
@cache_control(public=True, max_age=300)
def did_document(request: HttpRequest) -> HttpResponse:
    return _answer(json.dumps(make_did_document()), "application/json")


def _list_etag(request: HttpRequest, number: int) -> str | None:
    row: Any = StatusList.objects.filter(pk=number).values_list("state", "made_at").first()
    return row and f'"{row[0]}-{row[1].timestamp():.0f}"'


@require_safe
@cache_control(public=True, max_age=60)
@condition(etag_func=_list_etag)
def status_list(request: HttpRequest, number: int) -> HttpResponse:
    """A list that the worker has not signed yet is not found: nobody may think "not revoked"."""
    document = StatusList.objects.filter(pk=number).values_list("document", flat=True).first()
    if document is None:
        raise Http404
    return _answer(document, "application/ld+json")
