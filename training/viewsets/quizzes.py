from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    PageChooserPanel,
)
from wagtail.snippets.views.snippets import SnippetViewSet

from training.models import Quiz

from .panels import ProblemsPanel

RULES = ("pass_mark", "max_attempts", "waiting_minutes", "time_limit_minutes", "shows")
PRESENTATION = ("shuffle_questions", "shuffle_choices", "one_per_page")

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
        ),
        InlinePanel(
            "draws",
            panels=[FieldPanel("tag"), FieldPanel("count")],
            label=_("Draw"),
            heading=_("Questions drawn by tag"),
        ),
        MultiFieldPanel([FieldPanel(name) for name in RULES], heading=_("Rules")),
        MultiFieldPanel([FieldPanel(name) for name in PRESENTATION], heading=_("Presentation")),
    ]
)


class QuizViewSet(SnippetViewSet):
    model = Quiz
    icon = "tasks"
    edit_handler = edit_handler
    list_display = ["title", "module", "pass_mark"]
    list_per_page = 50
