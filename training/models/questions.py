from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
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


def make_choice_key() -> str:
    # Random, so that neither the order of making nor a row's id hints at the right one.
    return get_random_string(8, "abcdefghjkmnpqrstuvwxyz23456789")


class Question(
    WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, PreviewableMixin, ClusterableModel
):
    """A question and its answer key. Neither search nor any API reads this model: the key leaves
    the server only by way of a submitted attempt."""

    class Certainty(models.TextChoices):
        PRIMARY = "primary", _("confirmed in the original")
        PUBLIC = "public", _("confirmed on a public body's page")
        UNCONFIRMED = "unconfirmed", _("not confirmed yet: shown, but not graded")

    key = models.SlugField(
        _("key"),
        max_length=80,
        unique=True,
        help_text=_("Learner records point at this. It never changes."),
    )
    kind = models.CharField(_("kind"), max_length=30, choices=kind_choices)
    stem = StreamField(StemBlock(), verbose_name=_("question"))
    statement_is_true = models.BooleanField(
        _("the statement is true"),
        null=True,
        blank=True,
        help_text=_("Only for true/false questions."),
    )
    explanation = models.TextField(_("explanation"))
    source = models.CharField(_("source"), max_length=300, blank=True)
    source_url = models.URLField(_("address of the source"), max_length=500, blank=True)
    certainty = models.CharField(
        _("certainty"), max_length=12, choices=Certainty, default=Certainty.PRIMARY
    )
    as_of = models.DateField(_("as of"), null=True, blank=True)
    review_by = models.DateField(_("review by"), null=True, blank=True)

    revisions = GenericRelation(
        "wagtailcore.Revision",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="question",
        for_concrete_model=False,
    )

    panels = [
        MultiFieldPanel([FieldPanel("key"), FieldPanel("kind")], heading=_("Question")),
        FieldPanel("stem"),
        InlinePanel("choices", label=_("Choice"), heading=_("Choices")),
        FieldPanel("statement_is_true"),
        FieldPanel("explanation"),
        MultiFieldPanel(
            [
                FieldPanel("source"),
                FieldPanel("source_url"),
                FieldPanel("certainty"),
                FieldPanel("as_of"),
                FieldPanel("review_by"),
            ],
            heading=_("Source and dates"),
        ),
    ]

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key

    @property
    def is_graded(self) -> bool:
        return self.certainty != self.Certainty.UNCONFIRMED

    def full_clean(self, *args: object, **kwargs: object) -> None:
        super().full_clean(*args, **kwargs)
        if self.as_of and self.review_by and self.review_by < self.as_of:
            raise ValidationError({"review_by": _("The review date lies before the as-of date.")})

    def get_preview_template(self, request: object, mode_name: str) -> str:
        return "training/preview_question.html"

    def get_preview_context(self, request: object, mode_name: str) -> dict[str, object]:
        kind = get_kind(self.kind)
        shown, _key = kind.freeze(self)
        item = {"field": "preview", "shown": shown, "answer": None}
        return {"request": request, "question": self, "kind": kind, "item": item}


class Choice(Orderable):
    question = ParentalKey(Question, on_delete=models.CASCADE, related_name="choices")
    key = models.CharField(max_length=8, default=make_choice_key, editable=False)
    text = models.CharField(_("text"), max_length=300)
    is_right = models.BooleanField(_("right"), default=False)

    panels = [FieldPanel("text"), FieldPanel("is_right")]

    class Meta(Orderable.Meta):
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        constraints = [
            models.UniqueConstraint(fields=["question", "key"], name="choice_key_in_question")
        ]

    def __str__(self) -> str:
        return self.text
