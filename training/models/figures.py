"""Figures for oversight, rebuilt whole from the facts (domain/figures.py). A cache: no decision
about anybody is taken from it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from training.clock import in_japan

from .bodies import LocalGovernment
from .courses import CoursePage, ModulePage


class FigureBuild(models.Model):
    """One rebuilding. The latest finished one is shown; the one before it stays until the next, for
    whoever reads while it changes."""

    as_of = models.DateTimeField(_("as of"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    # What is told beside the counts: see domain/figure_facts.py.
    facts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("figures")
        verbose_name_plural = _("figures")
        default_permissions = ()
        permissions = [("view_figures", _("Can see the figures of the whole programme"))]
        get_latest_by = "pk"

    def __str__(self) -> str:
        return f"{in_japan(self.as_of):%Y-%m-%d %H:%M}"


class MonthlyFigure(models.Model):
    """How many people took a step for the first time in a month (of Japan's time).

    An empty prefecture or category stands for all of them, "none" for people without a body.
    """

    class Stage(models.TextChoices):
        REGISTERED = "registered", _("Registered")
        ENROLLED = "enrolled", _("Enrolled")
        MODULE = "module", _("Module completed")
        COMPLETED = "completed", _("Completed")
        CERTIFIED = "certified", _("Certified")

    build = models.ForeignKey(FigureBuild, models.CASCADE, related_name="monthly")
    month = models.DateField(_("month"))
    prefecture = models.CharField(_("prefecture"), max_length=6, blank=True)
    category = models.CharField(_("category"), max_length=20, blank=True)
    # None for the registration, which belongs to no course.
    course = models.ForeignKey(
        CoursePage, models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    stage = models.CharField(_("step"), max_length=10, choices=Stage)
    module = models.ForeignKey(
        ModulePage, models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    count = models.PositiveIntegerField(_("people"))

    class Meta:
        verbose_name = _("figure of a month")
        verbose_name_plural = _("figures by month")
        default_permissions = ()
        indexes = [
            models.Index(fields=["build", "prefecture", "category", "month"], name="figure_whole"),
            models.Index(
                fields=["build", "category", "month"],
                condition=~Q(prefecture="") & Q(category=""),
                name="figure_by_prefecture",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.stage} {self.count}"


class BodyFigure(models.Model):
    """What is true of a body's people now, by category. A row without a course tells of any course,
    and alone holds who is registered and which confirmations wait."""

    build = models.ForeignKey(FigureBuild, models.CASCADE, related_name="bodies")
    local_government = models.ForeignKey(
        LocalGovernment, models.DO_NOTHING, related_name="+", db_constraint=False
    )
    category = models.CharField(_("category"), max_length=20)
    course = models.ForeignKey(
        CoursePage, models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    registered = models.PositiveIntegerField(_("registered"), default=0)
    enrolled = models.PositiveIntegerField(_("enrolled"), default=0)
    stuck = models.PositiveIntegerField(_("stuck"), default=0)
    completed = models.PositiveIntegerField(_("completed"), default=0)
    certified = models.PositiveIntegerField(_("certified"), default=0)
    waiting = models.PositiveIntegerField(_("waiting for confirmation"), default=0)

    class Meta:
        verbose_name = _("figure of a body")
        verbose_name_plural = _("figures by body")
        default_permissions = ()
        indexes = [models.Index(fields=["build", "local_government"], name="figures_of_body")]

    def __str__(self) -> str:
        return f"{self.local_government_id} {self.category}"
