from typing import Any

from django.db.models import Q, QuerySet, prefetch_related_objects
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import (
    FieldPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    PageChooserPanel,
)
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet

from training.clock import today_in_japan
from training.domain.problems import find_quiz_problems
from training.models import QuestionTag, Quiz

from .choosers import ReadersChooserViewSet
from .panels import ProblemsPanel
from .question_list import ProblemsColumn

RULES = {
    "pass_mark": _("Learners pass with this share of the points of the graded questions."),
    "max_attempts": None,
    "waiting_minutes": _("0: the next attempt may follow at once."),
    "time_limit_minutes": None,
    "shows": _("Each holds what those before it show."),
}
PRESENTATION = {
    "shuffle_questions": _("Each attempt has its own order."),
    "shuffle_choices": _("Not with choices like “all of the above”."),
    "one_per_page": _("Otherwise all questions stand on one page."),
}


class DrawForm(WagtailAdminModelForm):
    """Offers the tags that questions have; images have others."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        used = Q(pk__in=QuestionTag.objects.values("tag")) | Q(pk=self.instance.tag_id)
        self.fields["tag"].queryset = Tag.objects.filter(used).order_by("name")


class DrawsPanel(InlinePanel):
    def get_form_options(self) -> dict[str, Any]:
        options = super().get_form_options()
        options["formsets"][self.relation_name]["form"] = DrawForm
        return options


edit_handler = ObjectList(
    [
        ProblemsPanel(),
        PageChooserPanel("module"),
        FieldPanel("title"),
        InlinePanel(
            "quiz_questions",
            panels=[FieldPanel("question")],
            label=_("Question"),
            heading=_("Questions"),
            help_text=_("Asked in every attempt. One that is not published is left out."),
        ),
        DrawsPanel(
            "draws",
            panels=[FieldPanel("tag"), FieldPanel("count")],
            label=_("Draw"),
            heading=_("Questions drawn by tag"),
            help_text=_(
                "So many published questions with the tag, drawn anew for each attempt. Those above"
                " are not drawn again."
            ),
        ),
        MultiFieldPanel(
            [FieldPanel(name, help_text=text or "") for name, text in RULES.items()],
            heading=_("Rules"),
            help_text=_("Learners who are enrolled already keep the rules they began under."),
        ),
        MultiFieldPanel(
            [FieldPanel(name, help_text=text) for name, text in PRESENTATION.items()],
            heading=_("Presentation"),
        ),
    ]
)


def describe_size(quiz: Quiz) -> str:
    fixed = len(quiz.quiz_questions.all())
    drawn = sum(draw.count for draw in quiz.draws.all())
    if not drawn:
        return str(fixed)
    return gettext("%(fixed)s fixed, %(drawn)s drawn") % {"fixed": fixed, "drawn": drawn}


def describe_rules(quiz: Quiz) -> str:
    """In short: 80 % · 3 attempts · 30 minutes."""
    rules = [f"{quiz.pass_mark} %"]
    if count := quiz.max_attempts:
        rules.append(ngettext("%(count)s attempt", "%(count)s attempts", count) % {"count": count})
    for name in ("waiting_minutes", "time_limit_minutes"):
        if minutes := getattr(quiz, name):
            words = {
                "waiting_minutes": gettext("wait %(minutes)s min"),
                "time_limit_minutes": gettext("within %(minutes)s min"),
            }
            rules.append(words[name] % {"minutes": minutes})
    return " · ".join(rules)


class QuizIndexView(IndexView):
    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().select_related("module").order_by("module__path")

    @cached_property
    def columns(self) -> list[Any]:
        checkbox, title, *_others = super().columns
        return [
            checkbox,
            title,
            Column("module", label=_("module"), accessor="module.title"),
            Column("size", label=_("questions"), accessor=describe_size),
            Column("rules", label=_("rules"), accessor=describe_rules),
            ProblemsColumn("problems", label=_("to be mended")),
        ]

    def paginate_queryset(self, queryset: QuerySet, page_size: int) -> Any:
        paginator, page, quizzes, is_paginated = super().paginate_queryset(queryset, page_size)
        page.object_list = list(quizzes)
        prefetch_related_objects(
            page.object_list, "quiz_questions__question__choices", "draws__tag"
        )
        for quiz in page.object_list:
            quiz.problems = find_quiz_problems(quiz=quiz, today=today_in_japan())
        return paginator, page, page.object_list, is_paginated


class QuizViewSet(SnippetViewSet):
    model = Quiz
    chooser_viewset_class = ReadersChooserViewSet
    icon = "tasks"
    edit_handler = edit_handler
    index_view_class = QuizIndexView
    list_display = ["title"]
    list_per_page = 50
