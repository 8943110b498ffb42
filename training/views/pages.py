"""The way in for course and module pages."""

from django.http import Http404, HttpRequest, HttpResponse
from wagtail import hooks
from wagtail.models import Page, Site
from wagtail.views import serve as wagtail_serve

from training.domain.lessons import Lesson, find_lesson, render_lesson
from training.models import CoursePage, ModulePage

from .courses import course, module, preview_course, preview_module


def serve_page(page: Page, request: HttpRequest) -> HttpResponse | None:
    """Serve a page of this app; None for any other."""
    # Set by Wagtail on the request that it makes for a preview.
    state = getattr(request, "preview_mode", "")
    if isinstance(page, ModulePage):
        parent = page.get_parent().specific
        # Wagtail would serve what is below a page that is not published.
        if not parent.live and not getattr(request, "is_preview", False):
            raise Http404
        lesson = render_lesson(module=page, course=parent)
        if state:
            return preview_module(request, lesson, parent, state)
        return module(request, lesson)
    if isinstance(page, CoursePage):
        return preview_course(request, page, state) if state else course(request, page)
    return None


def _has_foreign_hooks() -> bool:
    """Whether a host looks at every page before it is served. Wagtail's own hook asks for view
    restrictions, which find_lesson does itself."""
    return any(
        not hook.__module__.startswith("wagtail.") for hook in hooks.get_hooks("before_serve_page")
    )


def _find_lesson(request: HttpRequest, path: str) -> Lesson | None:
    roots = Site.get_site_root_paths()
    if len(roots) > 1:
        site = Site.find_for_request(request)
        roots = [root for root in roots if site and root.site_id == site.pk]
    return find_lesson(root_path=roots[0].root_path, path=path) if roots else None


def serve(request: HttpRequest, path: str) -> HttpResponse:
    """A drop-in for `wagtail.views.serve` that finds a module without walking the tree, which costs
    Wagtail a statement per level.

    Everything else, private pages included, goes Wagtail's way. docs/performance.md has figures.
    """
    if (
        request.method in ("GET", "HEAD")
        and not _has_foreign_hooks()
        and (lesson := _find_lesson(request, path))
    ):
        return module(request, lesson)
    return wagtail_serve(request, path)
