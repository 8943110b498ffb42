from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel, PageChooserPanel
from wagtail.models import Orderable

from .courses import ModulePage
from .questions import Question


class Quiz(ClusterableModel):
    """The check at the end of a module. Attempts keep a copy of it, so it may be edited freely."""

    module = models.OneToOneField(
        ModulePage, models.PROTECT, related_name="quiz", verbose_name=_("module")
    )
    title = models.CharField(_("title"), max_length=100)
    pass_mark = models.PositiveSmallIntegerField(
        _("pass mark in percent"),
        default=80,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )

    panels = [
        PageChooserPanel("module"),
        FieldPanel("title"),
        FieldPanel("pass_mark"),
        InlinePanel("quiz_questions", label=_("Question"), heading=_("Questions"), min_num=1),
    ]

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

    panels = [FieldPanel("question")]

    class Meta(Orderable.Meta):
        verbose_name = _("question of a quiz")
        verbose_name_plural = _("questions of a quiz")
        constraints = [
            models.UniqueConstraint(fields=["quiz", "question"], name="question_once_in_quiz")
        ]

    def __str__(self) -> str:
        return str(self.question)
