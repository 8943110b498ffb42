from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import Panel

from training.domain.statistics import PaperFilter, can_be_measured, measure_question

from .figures import list_question_figures


class StatisticsPanel(Panel):
    """How a question fares, beside its form: the main figures over first attempts."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"heading": _("Statistics")} | kwargs)

    class BoundPanel(Panel.BoundPanel):
        template_name = "training/admin/statistics_panel.html"

        class Media:
            css = {"all": ["training/css/statistics.css"]}

        def is_shown(self) -> bool:
            return bool(self.instance.pk) and can_be_measured(question=self.instance)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            statistics = measure_question(question=self.instance, papers=PaperFilter())
            pk = self.instance.pk
            return context | {
                "statistics": statistics,
                "figures": list_question_figures(statistics),
                "statistics_url": reverse("lms_training_admin:question_statistics", args=[pk]),
                "regrade_url": reverse("lms_training_admin:regrade", args=[pk]),
            }
