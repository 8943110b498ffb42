"""The way in for course and module pages."""

from django.db.models import Exists, OuterRef
from django.db.models.functions import Length, Substr
from django.http import HttpRequest, HttpResponse
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.views import serve as wagtail_serve

from training.models import CoursePage, ModulePage

from .courses import course, module


def serve_page(page: Page, request: HttpRequest) -> HttpResponse | None:
    """Serve a page of this app; None for any other."""
    if isinstance(page, ModulePage):
        return module(request, page)
    if isinstance(page, CoursePage):
        return course(request, page)
    return None


def _find_module(request: HttpRequest, path: str) -> tuple[ModulePage, CoursePage] | None:
    """A live, unrestricted module and its course, in one statement each.

    Wagtail walks down the tree with a statement per level; a module is found by its whole path.
    """
    parts = path.strip("/").split("/")
    roots = Site.get_site_root_paths()
    if len(roots) > 1:
        site = Site.find_for_request(request)
        roots = [root for root in roots if site and root.site_id == site.pk]
    if len(parts) < 2 or not roots:
        return None
    restricted = PageViewRestriction.objects.filter(
        page__path=Substr(OuterRef("path"), 1, Length("page__path"))
    )
    page = (
        ModulePage.objects.filter(
            slug=parts[-1], url_path=f"{roots[0].root_path}{path.strip('/')}/", live=True
        )
        .annotate(is_restricted=Exists(restricted))
        .defer("body")
        .first()
    )
    if page is None or page.is_restricted:
        return None
    parent = CoursePage.objects.filter(path=page.path[: -page.steplen], live=True).defer("body")
    return (page, found) if (found := parent.first()) else None


def serve(request: HttpRequest, path: str) -> HttpResponse:
    """A drop-in for `wagtail.views.serve` that finds a module without walking the tree.

    Everything else, private pages included, goes Wagtail's way. docs/performance.md has figures.
    """
    if request.method in ("GET", "HEAD") and (found := _find_module(request, path)):
        return module(request, *found)
    return wagtail_serve(request, path)
