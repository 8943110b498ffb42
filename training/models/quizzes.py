from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

from .courses import ModulePage
from .questions import Question


class Quiz(ClusterableModel):
    """The check at the end of a module. Attempts keep a copy of it, so it may be edited freely."""

    class Shows(models.TextChoices):
        """What is shown after submitting; each holds what the ones before it show."""

        NOTHING = "nothing", _("only that it was handed in")
        MARKS = "marks", _("the score")
        WRONG = "wrong", _("which questions were wrong")
        EXPLANATIONS = "explanations", _("right answers and explanations")

    module = models.OneToOneField(
        ModulePage, models.PROTECT, related_name="quiz", verbose_name=_("module")
    )
    title = models.CharField(_("title"), max_length=100)
    pass_mark = models.PositiveSmallIntegerField(
        _("pass mark in percent"),
        default=80,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    max_attempts = models.PositiveSmallIntegerField(
        _("attempts allowed"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: as many as one likes."),
    )
    waiting_minutes = models.PositiveIntegerField(_("minutes to wait between attempts"), default=0)
    time_limit_minutes = models.PositiveSmallIntegerField(
        _("time limit in minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: no limit. Learners with an allowance get more."),
    )
    shuffle_questions = models.BooleanField(_("shuffle the questions"), default=False)
    shuffle_choices = models.BooleanField(_("shuffle the choices"), default=False)
    one_per_page = models.BooleanField(_("one question a page"), default=False)
    shows = models.CharField(
        _("shown after handing in"), max_length=12, choices=Shows, default=Shows.EXPLANATIONS
    )

    class Meta:
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")
        constraints = [
            models.CheckConstraint(
                name="quiz_pass_mark_is_percent",
                condition=models.Q(pass_mark__gte=1, pass_mark__lte=100),
            )
        ]

    def __str__(self) -> str:
        return self.title


class QuizQuestion(Orderable):
    quiz = ParentalKey(Quiz, on_delete=models.CASCADE, related_name="quiz_questions")
    question = models.ForeignKey(
        Question, models.PROTECT, related_name="quiz_questions", verbose_name=_("question")
    )

    class Meta(Orderable.Meta):
        verbose_name = _("question of a quiz")
        verbose_name_plural = _("questions of a quiz")
        constraints = [
            models.UniqueConstraint(fields=["quiz", "question"], name="question_once_in_quiz")
        ]

    def __str__(self) -> str:
        return str(self.question)


class QuizDraw(Orderable):
    """So many questions with this tag, drawn anew for each attempt."""

    quiz = ParentalKey(Quiz, on_delete=models.CASCADE, related_name="draws")
    tag = models.ForeignKey("taggit.Tag", models.PROTECT, related_name="+", verbose_name=_("tag"))
    count = models.PositiveSmallIntegerField(
        _("how many"), default=1, validators=[MinValueValidator(1)]
    )

    class Meta(Orderable.Meta):
        verbose_name = _("draw")
        verbose_name_plural = _("draws")
        constraints = [models.UniqueConstraint(fields=["quiz", "tag"], name="tag_once_in_quiz")]

    def __str__(self) -> str:
        return f"{self.tag} × {self.count}"


class Allowance(models.Model):
    """More time for a learner who needs it (障害者差別解消法7条: 合理的配慮)."""

    learner = models.OneToOneField(
        "lms_training.Learner",
        models.PROTECT,
        related_name="allowance",
        verbose_name=_("learner"),
    )
    time_percent = models.PositiveSmallIntegerField(
        _("time in percent of the limit"),
        default=150,
        validators=[MinValueValidator(100), MaxValueValidator(1000)],
        help_text=_("150: half as much again. Attempts under way get it too."),
    )
    reason = models.CharField(
        _("reason"), max_length=300, blank=True, help_text=_("No diagnosis is needed.")
    )

    class Meta:
        verbose_name = _("time allowance")
        verbose_name_plural = _("time allowances")
        constraints = [
            models.CheckConstraint(
                name="allowance_gives_more", condition=models.Q(time_percent__gte=100)
            )
        ]

    def __str__(self) -> str:
        return f"{self.learner} {self.time_percent} %"
