from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    PageChooserPanel,
)
from wagtail.snippets.views.snippets import SnippetViewSet

from training.models import Question

from .panels import ParametersPanel, ProblemsPanel, QuestionForm

CHOICE_PANELS = [
    FieldPanel(name) for name in ("text", "is_right", "match", "image", "alt", "feedback")
]

edit_handler = ObjectList(
    [
        ProblemsPanel(),
        MultiFieldPanel([FieldPanel("key"), FieldPanel("kind")], heading=_("Question")),
        FieldPanel("stem"),
        ParametersPanel(heading=_("Details of the kind")),
        InlinePanel("choices", panels=CHOICE_PANELS, label=_("Choice"), heading=_("Choices")),
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
    ],
    base_form_class=QuestionForm,
)


class QuestionViewSet(SnippetViewSet):
    model = Question
    icon = "help"
    edit_handler = edit_handler
    list_display = ["key", "kind", "certainty", "review_by", "live"]
    list_filter = ["kind", "certainty"]
    # Not in the search index: its rows are readable wherever the index is.
    search_fields = ["key", "explanation"]
    search_backend_name = None
    list_per_page = 50
