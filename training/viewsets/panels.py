"""Panels of the question and quiz forms that Wagtail has no equivalent of."""

from functools import partial
from typing import Any

from django.forms import Media
from django.forms.widgets import Script
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.admin.compare import FieldComparison
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import Panel

from training.clock import today_in_japan
from training.domain.problems import find_question_problems, find_quiz_problems
from training.kinds import Kind, all_kinds, get_kind
from training.models import Question

CHOICE_FIELDS = ("text", "is_right", "match", "image", "alt", "feedback")


class QuestionForm(WagtailAdminModelForm):
    """A question's form with the form of its kind inside."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parameter_forms = {
            kind.name: kind.parameters(
                self.data if self.is_bound else None,
                prefix=f"parameters-{kind.name}",
                initial=self.instance.parameters if self.instance.kind == kind.name else None,
                # Those of the other kinds are hidden.
                use_required_attribute=False,
            )
            for kind in all_kinds()
            if kind.parameters.base_fields
        }
        if self.instance.is_fixed:
            for name in ("key", "kind"):
                # Django ignores what is posted for a disabled field.
                self.fields[name].disabled = True
                self.fields[name].help_text = _("Fixed since the question was first published.")

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

    def has_changed(self) -> bool:
        form = self.parameter_forms.get(self.instance.kind)
        return super().has_changed() or bool(form and form.has_changed())


def describe_parameters(question: Question) -> list[tuple[Any, str]]:
    """Each detail of the kind by its label, in words."""
    words = {True: _("Yes"), False: _("No")}
    rows = []
    for name, field in get_kind(question.kind).parameters.base_fields.items():
        value = question.parameters.get(name)
        if isinstance(value, bool):
            value = words[value]
        elif isinstance(value, list):
            value = "、".join(map(str, value))
        rows.append((field.label or name, "" if value is None else str(value)))
    return rows


class ParametersComparison(FieldComparison):
    """Two versions side by side in words, not as the JSON that the column holds."""

    def __init__(self, field: Any, obj_a: Question, obj_b: Question) -> None:
        super().__init__(field, obj_a, obj_b)
        self.rows_a, self.rows_b = describe_parameters(obj_a), describe_parameters(obj_b)

    def htmldiff(self) -> SafeString:
        return format_html(
            "{}{}",
            format_html_join(
                "",
                '<p>{}: <span class="deletion">{}</span></p>',
                self._missing(self.rows_a, self.rows_b),
            ),
            format_html_join(
                "",
                '<p>{}: <span class="addition">{}</span></p>',
                self._missing(self.rows_b, self.rows_a),
            ),
        )

    @staticmethod
    def _missing(rows: list[tuple[Any, str]], others: list[tuple[Any, str]]) -> list[Any]:
        return [row for row in rows if row not in others]


def describe_form(kind: Kind) -> dict[str, Any]:
    """What the form's script needs to know of a kind."""
    return {
        "hasParameters": bool(kind.parameters.base_fields),
        "hasParts": type(kind).expand is not Kind.expand,
        "choiceFields": list(kind.choice_fields),
    }


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
            context["kinds"] = {kind.name: describe_form(kind) for kind in all_kinds()}
            return context

        def get_comparison(self) -> list[Any]:
            return [partial(ParametersComparison, Question._meta.get_field("parameters"))]

        @property
        def media(self) -> Media:
            return Media(
                js=[Script("training/admin/question-form.js", type="module")],
                css={"all": ["training/admin/admin.css"]},
            )


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
            today = today_in_japan()
            if isinstance(self.instance, Question):
                return find_question_problems(question=self.instance, today=today)
            return find_quiz_problems(quiz=self.instance, today=today)
