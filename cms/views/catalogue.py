"""What is there: the list and the feed of notices, and what search engines read."""

from datetime import UTC, datetime, time
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from cms.models import NoticePage
from training.models.courses import readable_pages
from training.tables.writing import UNWRITABLE

SECONDS = 600
PER_PAGE = 20
# Pages that are views: of each the name.
VIEWS = (
    "courses",
    "guide",
    "guide_matrix",
    "glossary",
    "cases",
    "notice_list",
    "figures",
    "verification:form",
    "handbook_towns",
)
# Nothing there is for search engines, and most of it asks for a sign-in.
NOT_FOR_ROBOTS = ("/editor/", "/account/", "/api/", "/learn/", "/offices/", "/search/")


def _notices() -> QuerySet[NoticePage]:
    return NoticePage.objects.live().public().order_by("-issued_on", "-pk")


@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(_notices(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "cms/notice_list.html", {"page_obj": page})


class NoticeFeed(Feed):
    feed_type = Atom1Feed
    title = _("Notices of the ministry")
    subtitle = _("About helping people in their region with smartphones.")

    def link(self) -> str:
        return f"{settings.SITE_URL}{reverse('notice_list')}"

    def feed_url(self) -> str:
        return f"{settings.SITE_URL}{reverse('notice_feed')}"

    def items(self) -> Any:
        return _notices()[:PER_PAGE]

    def item_title(self, item: NoticePage) -> str:
        return UNWRITABLE.sub("", item.title)

    def item_description(self, item: NoticePage) -> str:
        return UNWRITABLE.sub("", item.summary)

    def item_link(self, item: NoticePage) -> str:
        return f"{settings.SITE_URL}{item.get_url()}"

    def item_pubdate(self, item: NoticePage) -> datetime:
        return item.first_published_at or datetime.combine(item.issued_on, time(), UTC)

    def item_updateddate(self, item: NoticePage) -> datetime:
        return item.last_published_at or self.item_pubdate(item)


@require_safe
@cache_control(public=True, max_age=SECONDS)
def sitemap(request: HttpRequest) -> HttpResponse:
    base = settings.SITE_URL
    pages = readable_pages().filter(depth__gt=1).order_by("path")
    entries = [
        {"address": f"{base}{url}", "changed_at": page.last_published_at}
        for page in pages
        if (url := page.get_url())
    ]
    entries += [{"address": f"{base}{reverse(name)}", "changed_at": None} for name in VIEWS]
    return render(request, "cms/sitemap.xml", {"entries": entries}, content_type="application/xml")


@require_safe
@cache_control(public=True, max_age=SECONDS)
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_ROBOTS)]
    lines.append(f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}")
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
