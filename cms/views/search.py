from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from wagtail.models import Page

from cms.domain.search import LONGEST, Hit, search, suggest
from cms.models import GlossaryTerm
from cms.models.search import KINDS

PER_PAGE = 10
FEW = 3


def _show(hits: list[Hit]) -> list[dict[str, Any]]:
    """With the addresses as they are now."""
    pages = Page.objects.in_bulk([hit.page_id for hit in hits if hit.page_id])
    terms = GlossaryTerm.objects.in_bulk([hit.term_id for hit in hits if hit.term_id])
    shown = []
    for hit in hits:
        if hit.term_id in terms:
            url = f"{reverse('glossary')}#{terms[hit.term_id].slug}"
        else:
            url = pages[hit.page_id].get_url() if hit.page_id in pages else None
        if url:
            shown.append({"hit": hit, "url": url, "kind": KINDS[hit.kind]})
    return shown


@require_safe
def search_pages(request: HttpRequest) -> HttpResponse:
    query = " ".join(request.GET.get("q", "").replace("\0", "").split())[:LONGEST]
    hits = search(query=query) if query else []
    page_obj = Paginator(hits, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "query": query,
        "page_obj": page_obj,
        "results": _show(list(page_obj)),
        "is_exact": bool(hits) and hits[0].is_exact,
        "suggestion": suggest(query=query)
        if query and (len(hits) < FEW or not hits[0].is_exact)
        else "",
    }
    return render(request, "cms/search.html", context)
