from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.panels import (
    FieldPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    PageChooserPanel,
    PublishingPanel,
)
from wagtail.snippets.views.snippets import (
    ConfirmWorkflowCancellationView,
    CopyView,
    SnippetViewSet,
    UnpublishView,
)

from training.domain.bank import find_quizzes_asking
from training.models import Question
from training.models.questions import make_choice_key, make_question_key

from .choosers import ForKeepers, QuestionChooserViewSet
from .panels import CHOICE_FIELDS, ParametersPanel, ProblemsPanel, QuestionForm
from .publishing import list_quizzes_without
from .question_list import QuestionFilterSet, QuestionIndexView
from .statistics_panel import StatisticsPanel

# “Text” alone would be the body of a page.
HEADINGS = {"text": _("Wording")}

edit_handler = ObjectList(
    [
        ProblemsPanel(),
        StatisticsPanel(),
        MultiFieldPanel(
            [
                FieldPanel("key", required_on_save=True),
                FieldPanel("kind", required_on_save=True),
            ],
            heading=_("Key and kind"),
        ),
        FieldPanel("stem", heading=_("Text of the question")),
        ParametersPanel(heading=_("Details of the kind")),
        InlinePanel(
            "choices",
            panels=[
                FieldPanel(name, classname=f"choice-{name}", heading=HEADINGS.get(name, ""))
                for name in CHOICE_FIELDS
            ],
            label=_("Choice"),
            heading=_("Choices"),
        ),
        InlinePanel(
            "parts",
            panels=[FieldPanel("question")],
            label=_("Question"),
            heading=_("Questions of the scenario"),
        ),
        FieldPanel("explanation"),
        MultiFieldPanel(
            [PageChooserPanel("passage_module"), FieldPanel("passage_heading")],
            heading=_("Where to read again"),
        ),
        MultiFieldPanel(
            [
                FieldPanel(name)
                for name in ("source", "source_url", "certainty", "as_of", "review_by")
            ],
            heading=_("Source and dates"),
        ),
        MultiFieldPanel([FieldPanel("tags"), FieldPanel("difficulty")], heading=_("Filing")),
        PublishingPanel(),
    ],
    base_form_class=QuestionForm,
)


class CopyQuestionView(CopyView):
    """A form filled in like the latest draft, for a new question with keys of its own."""

    def get_initial_form_instance(self) -> Question:
        source = self.get_object().get_latest_revision_as_object()
        copy = Question.from_serializable_data(source.serializable_data())
        copy.pk, copy.key = None, make_question_key()
        copy.live, copy.first_published_at = False, None
        copy.latest_revision = copy.live_revision = None
        copy.go_live_at = copy.expire_at = None
        for choice in copy.choices.all():
            choice.pk, choice.key = None, make_choice_key()
        for child in (*copy.parts.all(), *copy.tagged_items.all()):
            child.pk = None
        return copy


class UnpublishQuestionView(UnpublishView):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        quizzes = find_quizzes_asking(question_pks=[self.object.pk])[self.object.pk]
        for sentence in list_quizzes_without(quizzes):
            messages.warning(request, sentence)
        return super().get(request, *args, **kwargs)


class CancelWorkflowView(ForKeepers, ConfirmWorkflowCancellationView):
    kept = Question


class QuestionViewSet(SnippetViewSet):
    model = Question
    icon = "help"
    edit_handler = edit_handler
    index_view_class = QuestionIndexView
    copy_view_class = CopyQuestionView
    unpublish_view_class = UnpublishQuestionView
    confirm_workflow_cancellation_view_class = CancelWorkflowView
    chooser_viewset_class = QuestionChooserViewSet
    filterset_class = QuestionFilterSet
    list_display = ["key"]
    # Not in the search index: its rows are readable wherever the index is.
    search_backend_name = None
    search_fields = ["key"]
    list_per_page = 50
