"""Panels of the question and quiz forms that Wagtail has no equivalent of."""

from typing import Any

from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import Panel

from training.domain.problems import find_question_problems, find_quiz_problems
from training.kinds import all_kinds, get_kind
from training.models import Question


class QuestionForm(WagtailAdminModelForm):
    """A question's form with the form of its kind inside."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parameter_forms = {
            kind.name: kind.parameters(
                self.data if self.is_bound else None,
                prefix=f"parameters-{kind.name}",
                initial=self.instance.parameters if self.instance.kind == kind.name else None,
            )
            for kind in all_kinds()
            if kind.parameters.base_fields
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        form = self.parameter_forms.get(data.get("kind"))
        self.instance.parameters = {}
        if form is None:
            return data
        if not form.is_valid() and not self.is_deferred_validation:
            for name, errors in form.errors.items():
                label = form.fields[name].label if name in form.fields else ""
                self.add_error(None, [f"{label}: {error}" for error in errors])
        # A draft keeps what is right so far.
        self.instance.parameters = form.cleaned_data
        return data


class ParametersPanel(Panel):
    """The forms of all kinds; a script shows only the one that belongs to the kind chosen."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "training/admin/parameters_panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            context["sections"] = [
                {"kind": get_kind(name), "form": form}
                for name, form in self.form.parameter_forms.items()
            ]
            return context


class ProblemsPanel(Panel):
    """Tells the editor why a saved question or quiz cannot do what it promises."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"heading": _("To be mended")} | kwargs)

    class BoundPanel(Panel.BoundPanel):
        template_name = "training/admin/problems_panel.html"

        def is_shown(self) -> bool:
            return bool(self.problems)

        @cached_property
        def problems(self) -> list[str]:
            if not self.instance.pk:
                return []
            today = timezone.localdate()
            if isinstance(self.instance, Question):
                return find_question_problems(question=self.instance, today=today)
            return find_quiz_problems(quiz=self.instance, today=today)
