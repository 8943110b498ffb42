from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Length, Substr
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail import blocks, hooks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from training.blocks import LessonBlock, SourceBlock
from training.seams import find_undrawable

# What an editor may look at a page as; domain/pretending.py makes them up.
LEARNER_STATES = [
    ("not_started", _("Enrolled, nothing done")),
    ("in_progress", _("In the middle")),
    ("failed", _("Did not pass the quiz")),
    ("passed", _("Passed, certificate being prepared")),
    ("certificate", _("Certificate ready")),
]


class ServedByHook:
    """Views serve these pages by way of Wagtail's hook (training.wagtail_hooks), which a preview
    does not go through by itself."""

    preview_modes = [("", _("As a visitor")), *LEARNER_STATES]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        serve = self.serve
        for hook in hooks.get_hooks("on_serve_page"):
            serve = hook(serve)
        return serve(self, request, [], {})


class CoursePage(ServedByHook, Page):
    """A course: its introduction, and the modules that are its child pages."""

    summary = models.TextField(_("summary"), max_length=300)
    body = StreamField(LessonBlock(), blank=True, verbose_name=_("introduction"))

    content_panels = [*Page.content_panels, FieldPanel("summary"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("body")]
    subpage_types = ["lms_training.ModulePage"]
    # Editors see the modules as learners do, not the one edited last on top. Wagtail's own "ord"
    # would do so with handles to drag them, which takes effect at once.
    admin_default_ordering = "path"

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    def clean(self) -> None:
        """The title is printed on certificates."""
        super().clean()
        if missing := find_undrawable(self.title):
            raise ValidationError(
                {
                    "title": _("These characters cannot be printed: %(characters)s")
                    % {"characters": "、".join(f"「{cluster}」" for cluster in missing)}
                }
            )


class ModulePage(ServedByHook, Page):
    """A module: the smallest unit whose completion is recorded. Its quiz is a snippet of its own,
    so that no answer key is ever part of a page."""

    summary = models.TextField(_("summary"), max_length=300)
    study_minutes = models.PositiveSmallIntegerField(_("study time in minutes"), default=15)
    objectives = StreamField(
        [("objective", blocks.CharBlock(label=_("Objective")))],
        blank=True,
        verbose_name=_("learning objectives"),
    )
    body = StreamField(LessonBlock(), verbose_name=_("lesson"))
    sources = StreamField([("source", SourceBlock())], blank=True, verbose_name=_("sources"))
    as_of = models.DateField(_("as of"), null=True, blank=True)
    review_by = models.DateField(_("review by"), null=True, blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("study_minutes"),
        FieldPanel("objectives"),
        FieldPanel("body"),
        FieldPanel("sources"),
        MultiFieldPanel([FieldPanel("as_of"), FieldPanel("review_by")], heading=_("Dates")),
    ]
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("body")]
    parent_page_types = ["lms_training.CoursePage"]
    subpage_types = []

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")

    def clean(self) -> None:
        super().clean()
        if self.as_of and self.review_by and self.review_by < self.as_of:
            raise ValidationError({"review_by": _("The review date lies before the as-of date.")})


def of_unpublished_course() -> Exists:
    """Of a page: it is a module whose course is not published, so that nobody reads it."""
    course = Substr(OuterRef("path"), 1, Length(OuterRef("path")) - Page.steplen)
    return Exists(CoursePage.objects.filter(live=False, path=course))


def readable_pages() -> QuerySet[Page]:
    """What everybody may read now."""
    return Page.objects.live().public().exclude(of_unpublished_course())


class CourseVersion(models.Model):
    """The promise an enrolment is held to.

    `outline` is {"title": str, "modules": [{"module": page id, "title": str,
    "study_minutes": int, "quiz": quiz id or null, "pass_mark": percent or null,
    "rules": domain.rules.QuizRules or null}, …]}. Versions made before quizzes had more rules than
    a pass mark have no "rules".
    """

    course = models.ForeignKey(
        CoursePage, models.PROTECT, related_name="versions", verbose_name=_("course")
    )
    number = models.PositiveIntegerField(_("number"))
    outline = models.JSONField(_("outline"))
    published_at = models.DateTimeField(_("published at"))

    class Meta:
        verbose_name = _("course version")
        verbose_name_plural = _("course versions")
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="course_version_number")
        ]
        get_latest_by = "number"

    def __str__(self) -> str:
        return f"{self.course} {self.number}"
