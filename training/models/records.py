"""What learners did. Every link is PROTECT: records outlive accounts, pages and quizzes."""

from django.db import models
from django.db.models import Expression, Q
from django.utils.translation import gettext_lazy as _

from .courses import CoursePage, CourseVersion, ModulePage
from .people import Learner
from .quizzes import Quiz


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def open(self) -> "EnrolmentQuerySet":
        return self.filter(completed_at=None, withdrawn_at=None)

    def completed(self) -> "EnrolmentQuerySet":
        return self.filter(completed_at__isnull=False)


class Enrolment(models.Model):
    learner = models.ForeignKey(
        Learner, models.PROTECT, related_name="enrolments", verbose_name=_("learner")
    )
    course = models.ForeignKey(
        CoursePage, models.PROTECT, related_name="enrolments", verbose_name=_("course")
    )
    version = models.ForeignKey(
        CourseVersion, models.PROTECT, related_name="enrolments", verbose_name=_("course version")
    )
    enrolled_at = models.DateTimeField(_("enrolled at"))
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    # Completed elsewhere, as paper shows: not by the modules here.
    recorded_by_hand = models.BooleanField(_("recorded by hand"), default=False)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "course"],
                condition=Q(completed_at=None, withdrawn_at=None),
                name="one_open_enrolment",
            )
        ]
        indexes = [
            models.Index(
                fields=["completed_at"],
                condition=Q(completed_at__isnull=False),
                name="enrolment_completed",
            )
        ]

    def __str__(self) -> str:
        return f"{self.learner} – {self.course}"


class ModuleCompletion(models.Model):
    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, related_name="module_completions", verbose_name=_("enrolment")
    )
    module = models.ForeignKey(
        ModulePage, models.PROTECT, related_name="completions", verbose_name=_("module")
    )
    completed_at = models.DateTimeField(_("completed at"))

    class Meta:
        verbose_name = _("module completion")
        verbose_name_plural = _("module completions")
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "module"], name="module_completed_once")
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} – {self.module}"


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def owned_by(self, user_id: "int | Expression | None") -> "AttemptQuerySet":
        return self.filter(enrolment__learner__user_id=user_id)

    def enrolled(self) -> "AttemptQuerySet":
        return self.filter(enrolment__withdrawn_at=None)


class Attempt(models.Model):
    """One sitting of a quiz. `paper` is what was shown and is graded; see domain/papers.py."""

    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, related_name="attempts", verbose_name=_("enrolment")
    )
    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="attempts", verbose_name=_("quiz"))
    number = models.PositiveIntegerField(_("number"))
    paper = models.JSONField(_("paper"))
    started_at = models.DateTimeField(_("started at"))
    deadline = models.DateTimeField(_("deadline"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    score = models.DecimalField(_("score"), max_digits=7, decimal_places=3, null=True, blank=True)
    passed = models.BooleanField(_("passed"), null=True, blank=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "quiz", "number"], name="attempt_number"),
            models.UniqueConstraint(
                fields=["enrolment", "quiz"],
                condition=Q(submitted_at=None),
                name="one_open_attempt",
            ),
            models.CheckConstraint(
                name="attempt_submitted_with_score",
                condition=Q(submitted_at=None, score=None, passed=None)
                | Q(submitted_at__isnull=False, score__isnull=False, passed__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quiz} {self.number}"


class Response(models.Model):
    """An answer as it was saved. Append-only: of a question's answers the one given last counts.

    `sequence` is the order of arrival within the attempt. `given_at` is when the learner gave it,
    as far as the server can tell: a phone that was offline sends how long ago that was. A page that
    is open somewhere is a client, with numbers of its own, so that a save sent twice is one row.
    """

    attempt = models.ForeignKey(
        Attempt, models.PROTECT, related_name="responses", verbose_name=_("attempt")
    )
    question_key = models.CharField(_("question"), max_length=80)
    answer = models.JSONField(_("answer"))
    sequence = models.PositiveIntegerField(_("sequence"))
    client = models.CharField(_("client"), max_length=32, blank=True)
    client_sequence = models.PositiveIntegerField(_("number of the client"), null=True)
    given_at = models.DateTimeField(_("given at"))
    saved_at = models.DateTimeField(_("saved at"))

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "question_key", "sequence"], name="response_sequence"
            ),
            models.UniqueConstraint(
                fields=["attempt", "question_key", "client", "client_sequence"],
                name="response_sent_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attempt} {self.question_key}"


class GradedItem(models.Model):
    """What one question of a submitted attempt earned, for statistics. `given` holds the texts of
    the learner's answer; `fraction` is a share of the question's point, which counts for the score
    only if it is `graded`."""

    attempt = models.ForeignKey(
        Attempt, models.PROTECT, related_name="graded_items", verbose_name=_("attempt")
    )
    question_key = models.CharField(_("question"), max_length=80)
    fraction = models.FloatField(_("share of the point"))
    given = models.JSONField(_("answer"))
    graded = models.BooleanField(_("counts for the score"), default=True)

    class Meta:
        verbose_name = _("graded question")
        verbose_name_plural = _("graded questions")
        constraints = [
            models.UniqueConstraint(fields=["attempt", "question_key"], name="item_graded_once")
        ]
        indexes = [models.Index(fields=["question_key", "-id"], name="graded_items_of_question")]

    def __str__(self) -> str:
        return f"{self.attempt} {self.question_key}"
