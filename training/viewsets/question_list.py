"""The list of questions: columns, filters, search."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, LiveStatusTagColumn, TitleColumn
from wagtail.admin.widgets.button import HeaderButton
from wagtail.models import Revision, WorkflowState
from wagtail.snippets.views.snippets import IndexView

from training.clock import today_in_japan
from training.domain.bank import (
    find_quizzes_asking,
    read_stem_text,
    search_questions,
    used_questions,
)
from training.domain.papers import load_for_asking
from training.domain.problems import find_question_problems
from training.models import ModulePage, Question, QuestionTag, Quiz


class StemColumn(TitleColumn):
    """What the question says, with its key beneath."""

    cell_template_name = "training/admin/question_cell.html"

    def get_value(self, instance: Question) -> str:
        text = read_stem_text(question=instance)
        return Truncator(text).chars(60) or gettext("(no text yet)")


class UsageColumn(Column):
    def get_value(self, instance: Question) -> str:
        count = len(instance.asked_in)
        return ngettext("%(count)s quiz", "%(count)s quizzes", count) % {"count": count}


class ReviewColumn(Column):
    cell_template_name = "training/admin/review_cell.html"

    def get_cell_context_data(self, instance: Question, parent_context: Any) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        return context | {"is_past": bool(instance.review_by and instance.review_by < today())}


class ProblemsColumn(Column):
    cell_template_name = "training/admin/problems_cell.html"


def today() -> Any:
    return today_in_japan()


def prepare_page(questions: list[Question]) -> list[Question]:
    """Give each what its row shows, in a fixed number of statements."""
    asked_in = find_quizzes_asking(question_pks=[question.pk for question in questions])
    prefetch_related_objects(
        questions,
        "tagged_items__tag",
        Prefetch(
            "revisions",
            Revision.objects.filter(approved_go_live_at__isnull=False),
            to_attr="scheduled_revisions",
        ),
        # Where Wagtail's status looks first.
        Prefetch(
            "workflow_states",
            WorkflowState.objects.filter(status=WorkflowState.STATUS_IN_PROGRESS),
            to_attr="_current_workflow_states",
        ),
    )
    for question in load_for_asking(questions):
        question.scheduled_revision = next(iter(question.scheduled_revisions), None)
        question.asked_in = asked_in[question.pk]
        question.problems = find_question_problems(question=question, today=today())
    return questions


STATUSES = {
    "live": (_("published"), Q(live=True)),
    "draft": (_("draft"), Q(live=False)),
    "changed": (
        _("published, with unpublished changes"),
        Q(live=True, has_unpublished_changes=True),
    ),
}


class QuestionFilterSet(WagtailFilterSet):
    tag = django_filters.ModelMultipleChoiceFilter(
        field_name="tagged_items__tag",
        label=_("tag"),
        queryset=lambda request: Tag.objects.filter(
            pk__in=QuestionTag.objects.values("tag")
        ).order_by("name"),
        widget=forms.CheckboxSelectMultiple,
    )
    module = django_filters.ModelMultipleChoiceFilter(
        label=_("module of the quiz"),
        queryset=lambda request: ModulePage.objects.filter(quiz__isnull=False).order_by("path"),
        method="filter_module",
        widget=forms.CheckboxSelectMultiple,
    )
    status = django_filters.ChoiceFilter(
        label=_("status"),
        choices=[(name, label) for name, (label, _condition) in STATUSES.items()],
        method="filter_status",
        empty_label=_("All"),
        widget=forms.RadioSelect,
    )
    needs = django_filters.MultipleChoiceFilter(
        label=_("needs attention"),
        choices=[
            ("review", _("the review date has passed")),
            ("use", _("no quiz asks it")),
            ("mending", _("to be mended")),
        ],
        method="filter_needs",
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Question
        fields = ["tag", "kind", "module", "difficulty", "certainty", "status", "needs"]

    def filter_module(self, queryset: QuerySet, name: str, modules: Any) -> QuerySet:
        if not modules:
            return queryset
        wanted = set(Quiz.objects.filter(module__in=modules).values_list("pk", flat=True))
        asked_in = find_quizzes_asking(question_pks=queryset.values_list("pk", flat=True))
        return queryset.filter(
            pk__in=[
                pk for pk, quizzes in asked_in.items() if any(quiz.pk in wanted for quiz in quizzes)
            ]
        )

    def filter_status(self, queryset: QuerySet, name: str, status: str) -> QuerySet:
        return queryset.filter(STATUSES[status][1])

    def filter_needs(self, queryset: QuerySet, name: str, needs: list[str]) -> QuerySet:
        if "review" in needs:
            queryset = queryset.filter(review_by__lt=today())
        if "use" in needs:
            queryset = queryset.exclude(pk__in=used_questions().values("pk"))
        if "mending" in needs:
            questions = load_for_asking(queryset.select_related("passage_module"))
            queryset = queryset.filter(
                pk__in=[
                    question.pk
                    for question in questions
                    if find_question_problems(question=question, today=today())
                ]
            )
        return queryset


def find_listed(*, parameters: Any, request: Any) -> QuerySet:
    """The questions that the list shows for these parameters, all pages of it."""
    filters = QuestionFilterSet(parameters, request=request)
    queryset = Question.objects.all()
    if filters.is_valid():
        queryset = filters.filter_queryset(queryset)
    if text := parameters.get("q", "").strip():
        queryset = search_questions(questions=queryset, text=text)
    return queryset


class QuestionIndexView(IndexView):
    # Whether there is a search at all; the search itself is below.
    search_fields = ["key"]

    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().select_related("passage_module")

    def search_queryset(self, queryset: QuerySet) -> QuerySet:
        if not self.is_searching:
            return queryset
        return search_questions(questions=queryset, text=self.search_query)

    def _get_title_column(self, field_name: str, column_class: Any = StemColumn, **kwargs: Any):
        return super()._get_title_column(field_name, column_class, **kwargs)

    @cached_property
    def header_more_buttons(self) -> list[Any]:
        user, buttons = self.request.user, list(super().header_more_buttons)
        if user.has_perms(["lms_training.add_question", "lms_training.change_question"]):
            url = reverse("training_exchange:upload")
            buttons.append(HeaderButton(_("Import questions"), url=url, icon_name="upload"))
        url = reverse("training_exchange:export")
        return [*buttons, HeaderButton(_("Export questions"), url=url, icon_name="download")]

    @cached_property
    def columns(self) -> list[Any]:
        checkbox, stem = super().columns
        stem.label, stem.sort_key = _("question"), "key"
        return [
            checkbox,
            stem,
            Column("kind", label=_("kind"), accessor="get_kind_display", sort_key="kind"),
            Column("tags", label=_("tags"), accessor=read_tags),
            UsageColumn("usage", label=_("used in")),
            Column("difficulty", label=_("difficulty"), accessor="get_difficulty_display"),
            Column("certainty", label=_("certainty"), accessor="get_certainty_display"),
            ReviewColumn("review_by", label=_("review by"), sort_key="review_by"),
            ProblemsColumn("problems", label=_("to be mended")),
            LiveStatusTagColumn(),
        ]

    def paginate_queryset(self, queryset: QuerySet, page_size: int) -> Any:
        paginator, page, questions, is_paginated = super().paginate_queryset(queryset, page_size)
        page.object_list = prepare_page(list(questions))
        return paginator, page, page.object_list, is_paginated


def read_tags(question: Question) -> str:
    return "、".join(sorted(item.tag.name for item in question.tagged_items.all()))
