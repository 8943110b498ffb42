from random import Random
from typing import Any

from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from taggit.models import TaggedItemBase
from wagtail.fields import StreamField
from wagtail.images import get_image_model_string
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    Orderable,
    PreviewableMixin,
    RevisionMixin,
    WorkflowMixin,
)

from training.blocks import StemBlock
from training.kinds import get_kind, kind_choices

from .courses import ModulePage


def make_choice_key() -> str:
    # Random, so that neither the order of making nor a row's id hints at the right one.
    return get_random_string(8, "abcdefghjkmnpqrstuvwxyz23456789")


def make_question_key() -> str:
    return f"q-{make_choice_key()}"


class QuestionTag(TaggedItemBase):
    content_object = ParentalKey(
        "lms_training.Question", on_delete=models.CASCADE, related_name="tagged_items"
    )

    def __str__(self) -> str:
        return str(self.tag)


class Question(
    WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, PreviewableMixin, ClusterableModel
):
    """A question and its answer key. Neither search nor any API reads this model: the key leaves
    the server only by way of a submitted attempt."""

    class Certainty(models.TextChoices):
        PRIMARY = "primary", _("confirmed in the original")
        PUBLIC = "public", _("confirmed on a public body's page")
        UNCONFIRMED = "unconfirmed", _("not confirmed yet: shown, but not graded")

    class Difficulty(models.TextChoices):
        EASY = "easy", _("easy")
        MEDIUM = "medium", _("medium")
        HARD = "hard", _("hard")

    key = models.SlugField(
        _("key"),
        max_length=80,
        unique=True,
        default=make_question_key,
        help_text=_("Learner records point at this. It never changes."),
    )
    kind = models.CharField(_("kind"), max_length=30, choices=kind_choices)
    stem = StreamField(StemBlock(), verbose_name=_("question"))
    # The cleaned data of the kind's own form.
    parameters = models.JSONField(_("details of the kind"), default=dict, blank=True)
    explanation = models.TextField(_("explanation"))
    passage_module = models.ForeignKey(
        ModulePage,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("module to read again"),
    )
    passage_heading = models.CharField(
        _("heading of the passage"),
        max_length=200,
        blank=True,
        help_text=_("As it stands in the module. The learner is led there after the quiz."),
    )
    source = models.CharField(_("source"), max_length=300, blank=True)
    source_url = models.URLField(_("address of the source"), max_length=500, blank=True)
    certainty = models.CharField(
        _("certainty"), max_length=12, choices=Certainty, default=Certainty.PRIMARY
    )
    as_of = models.DateField(_("as of"), null=True, blank=True)
    review_by = models.DateField(_("review by"), null=True, blank=True)
    difficulty = models.CharField(
        _("difficulty"), max_length=10, choices=Difficulty, default=Difficulty.MEDIUM
    )
    tags = ClusterTaggableManager(through=QuestionTag, blank=True, verbose_name=_("tags"))

    revisions = GenericRelation(
        "wagtailcore.Revision",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="question",
        for_concrete_model=False,
    )
    workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="question",
        for_concrete_model=False,
    )

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key

    @property
    def is_graded(self) -> bool:
        return self.certainty != self.Certainty.UNCONFIRMED

    @property
    def is_fixed(self) -> bool:
        """Once it was published, records may point at its key and hold answers of its kind."""
        return self.pk is not None and (self.live or self.first_published_at is not None)

    def with_content_json(self, content: dict[str, Any]) -> "Question":
        # No older revision, restored or scheduled, brings another key or kind back.
        question = super().with_content_json(content)
        if self.is_fixed:
            question.key, question.kind = self.key, self.kind
        return question

    def full_clean(self, *args: object, **kwargs: object) -> None:
        super().full_clean(*args, **kwargs)
        if self.as_of and self.review_by and self.review_by < self.as_of:
            raise ValidationError({"review_by": _("The review date lies before the as-of date.")})

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        return [("before", _("Before answering")), ("after", _("After answering"))]

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "training/preview_question.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        """`asked` holds the question, or a scenario's parts; in mode "after" with a `result`, and
        the choices that have one in `feedback`."""
        own = get_kind(self.kind)
        problems = own.find_problems(self)
        if problems:
            asked = [{"question": self, "problems": problems}]
        else:
            asked = [
                self._preview(part, number, mode_name)
                for number, part in enumerate(own.expand(self), start=1)
            ]
        return {"request": request, "question": self, "asked": asked}

    def _preview(self, part: "Question", number: int, mode_name: str) -> dict[str, Any]:
        kind = get_kind(part.kind)
        if problems := kind.find_problems(part):
            return {"question": part, "problems": problems}
        shown, key = kind.freeze(part, rng=Random(0), shuffle=False)  # noqa: S311 a preview
        item = {"number": number, "field": f"item-{number}", "shown": shown, "answer": None}
        each = {"question": part, "template": kind.template, "item": item}
        if mode_name == "after":
            mark = kind.grade(shown, key, None)
            # Nothing is picked here, so that of every choice is shown, not only that of one.
            each["feedback"] = [
                choice
                for choice in part.choices.all()
                if choice.feedback and "feedback" in kind.choice_fields
            ]
            each["result"] = {
                "number": number,
                "stem": part.stem.render_as_block(),
                "graded": part.is_graded,
                "right": mark.right,
                "explanation": part.explanation,
                "source": part.source,
                "source_url": part.source_url,
            }
        return each


class Choice(Orderable):
    """What a choice means is up to the kind: an option, a place in an order, one half of a pair, an
    accepted wording."""

    question = ParentalKey(Question, on_delete=models.CASCADE, related_name="choices")
    key = models.CharField(max_length=8, default=make_choice_key, editable=False)
    text = models.CharField(_("text"), max_length=300, blank=True)
    is_right = models.BooleanField(_("right"), default=False)
    match = models.CharField(_("belongs to"), max_length=300, blank=True)
    image = models.ForeignKey(
        get_image_model_string(),
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("image"),
    )
    alt = models.CharField(_("text alternative"), max_length=300, blank=True)
    feedback = models.CharField(
        _("feedback"),
        max_length=500,
        blank=True,
        help_text=_("Shown after the quiz to whoever chose this."),
    )

    class Meta(Orderable.Meta):
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        constraints = [
            models.UniqueConstraint(fields=["question", "key"], name="choice_key_in_question")
        ]

    def __str__(self) -> str:
        return self.text


class ScenarioPart(Orderable):
    """One of the questions asked about the case that a question of the kind “scenario” tells."""

    scenario = ParentalKey(Question, on_delete=models.CASCADE, related_name="parts")
    question = models.ForeignKey(
        Question, models.PROTECT, related_name="scenarios", verbose_name=_("question")
    )

    class Meta(Orderable.Meta):
        verbose_name = _("question of a scenario")
        verbose_name_plural = _("questions of a scenario")
        constraints = [
            models.UniqueConstraint(
                fields=["scenario", "question"], name="question_once_in_scenario"
            )
        ]

    def __str__(self) -> str:
        return str(self.question)
