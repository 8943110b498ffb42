"""A published module as everybody sees it: nothing in it belongs to one learner."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import Exists, OuterRef, QuerySet, SlugField, TextField
from django.db.models.functions import Length, Substr
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe
from wagtail.models import Page, PageViewRestriction

from training.conf import lesson_cache_seconds
from training.models import CoursePage, ModulePage
from training.prepared import Given, Prepared
from training.seams import lesson_markers


@dataclass(frozen=True)
class Lesson:
    """`body` is HTML: objectives, text, sources and dates. `course_path` is its place
    in the tree, `course_url` ends in a slash."""

    module_id: int
    course_id: int
    title: str
    page_title: str
    description: str
    summary: str
    study_minutes: int
    body: str
    course_title: str
    course_path: str
    course_url: str


def render_lesson(*, module: ModulePage, course: CoursePage) -> Lesson:
    """Render afresh, as a preview needs it; in the language it is written in, whoever reads it."""
    with translation.override(settings.LANGUAGE_CODE):
        body: str = render_to_string("training/components/lesson.html", {"page": module})
        for mark in lesson_markers:
            body = mark(body)
    return Lesson(
        module_id=module.pk,
        course_id=course.pk,
        title=module.title,
        page_title=module.seo_title or module.title,
        description=module.search_description or module.summary,
        summary=module.summary,
        study_minutes=module.study_minutes,
        # What a marker returns is made of what was safe.
        body=mark_safe(body),  # noqa: S308
        course_title=course.title,
        course_path=course.path,
        course_url=course.get_url(),
    )


def _find_live_pages() -> QuerySet[Any, Any]:
    restrictions = PageViewRestriction.objects.filter(
        page__path=Substr(OuterRef("path"), 1, Length("page__path"))
    )
    pages: QuerySet[Any, Any] = (
        Page.objects.annotate(is_restricted=Exists(restrictions))
        .filter(
            # The slugs are what the database has an index for.
            slug__in=[Given("course_slug", SlugField()), Given("module_slug", SlugField())],
            url_path__in=[Given("course", TextField()), Given("module", TextField())],
            live=True,
        )
        .order_by("depth")
        .values_list("pk", "live_revision_id", "last_published_at", "is_restricted")
    )
    return pages


_live_pages = Prepared(_find_live_pages)


def find_lesson(*, root_path: str, path: str) -> Lesson | None:
    """The lesson at `path` below the site whose root page has the url path `root_path`.

    One narrow statement finds it and says whether it may be shown to everybody; it is rendered once
    per published revision. None for whatever is not a live, unrestricted module of a live course.
    """
    parts = path.strip("/").split("/")
    if len(parts) < 2:
        return None
    above = f"{root_path}{'/'.join(parts[:-1])}/"
    rows = _live_pages.all(
        course_slug=parts[-2], module_slug=parts[-1], course=above, module=f"{above}{parts[-1]}/"
    )
    if len(rows) < 2 or any(is_restricted for *_stamp, is_restricted in rows):
        return None
    (course_id, *_), (module_id, *_) = rows
    stamp = "-".join(
        f"{pk}.{revision}.{published and published.timestamp()}"
        for pk, revision, published, _restricted in rows
    )
    key = f"training:lesson:{stamp}"
    lesson: Lesson | None = cache.get(key)
    if lesson is None:
        module = ModulePage.objects.filter(pk=module_id).first()
        course = CoursePage.objects.filter(pk=course_id).first()
        if module is None or course is None:
            return None
        lesson = render_lesson(module=module, course=course)
        cache.set(key, lesson, lesson_cache_seconds())
    return lesson
