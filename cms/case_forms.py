import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.models import CaseStudyPage
from cms.models.pages import AUDIENCES, FEES, PLACES
from training.domain.local_governments import name_prefecture
from training.models import LocalGovernment

ANY = ("", _("All of them"))
TEXT = forms.Textarea(attrs={"rows": 3})
MAX_POINTS = 10
# Control characters but for tab and line feed, and those that turn the direction of writing.
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
DESCRIPTION = (
    *("title", "summary", "activity", "lecturer", "audience", "audience_kind"),
    *("fee", "fee_kind", "place", "place_kind", "frequency"),
)


class CaseFilterForm(forms.Form):
    """Sent by GET. Every choice may be left open."""

    prefecture = forms.ChoiceField(label=_("Prefecture"), required=False)
    fee = forms.ChoiceField(label=_("Fee"), required=False, choices=[ANY, *FEES.items()])
    place = forms.ChoiceField(label=_("Place"), required=False, choices=[ANY, *PLACES.items()])
    audience = forms.ChoiceField(
        label=_("For whom"), required=False, choices=[ANY, *AUDIENCES.items()]
    )

    def __init__(self, *args: Any, prefectures: list[LocalGovernment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(each.pk[:2], name_prefecture(body=each)) for each in prefectures]
        self.fields["prefecture"].choices = [ANY, *choices]


class CaseForm(forms.ModelForm):
    """A case that a body hands in. What is printed nowhere is not asked for."""

    body = forms.ModelChoiceField(
        label=_("Local government"), queryset=LocalGovernment.objects.none(), empty_label=None
    )
    source_url = forms.URLField(
        label=_("Address of the source"), required=False, max_length=200, assume_scheme="https"
    )
    points = forms.CharField(
        label=_("What others can take from it"),
        required=False,
        max_length=2000,
        widget=TEXT,
        help_text=_("One thought a line."),
    )

    class Meta:
        model = CaseStudyPage
        fields = (*DESCRIPTION, "source", "source_url", "as_of")
        widgets = {
            **dict.fromkeys(("summary", "lecturer", "audience", "place", "frequency"), TEXT),
            "as_of": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        labels = {
            "title": _("Title of the case"),
            "activity": _("Name of the activity"),
            "lecturer": _("Who teaches"),
            "audience": _("Who may come"),
            "audience_kind": _("Who may come, to filter by"),
            "fee": _("What it costs"),
            "fee_kind": _("What it costs, to filter by"),
            "place": _("Where it is"),
            "place_kind": _("Where it is, to filter by"),
            "frequency": _("How often it is"),
            "source": _("What this rests on"),
            "as_of": _("As of which day"),
        }
        help_texts = {
            "title": _("Such as: A class and a consultation, side by side"),
            "summary": _("What is done and why, in a few sentences."),
            "lecturer": _("Their role, never their name: a volunteer of the town."),
            "source": _("Such as: report of the town, the town's page."),
        }

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = bodies
        for name in ("audience_kind", "fee_kind", "place_kind", "as_of"):
            self.fields[name].required = True
        for name in ("audience_kind", "fee_kind", "place_kind"):
            kinds = [choice for choice in self.fields[name].choices if choice[0]]
            self.fields[name].choices = [("", _("Please choose")), *kinds]
        self.order_fields(["body", *DESCRIPTION, "points"])

    def clean(self) -> dict[str, Any]:
        """Without what cannot be seen, such as the line breaks of a slide that was pasted."""
        data: dict[str, Any] = super().clean() or {}
        for name, value in list(data.items()):
            if not isinstance(value, str) or not UNSEEN.search(value):
                continue
            data[name] = UNSEEN.sub(" ", value).strip()
            if not data[name] and self.fields[name].required:
                self.add_error(name, self.fields[name].error_messages["required"])
        return data

    def clean_points(self) -> list[tuple[str, str]]:
        written = self.cleaned_data["points"].splitlines()
        lines = [line for each in written if (line := UNSEEN.sub(" ", each).strip())]
        if len(lines) > MAX_POINTS:
            raise forms.ValidationError(_("At most %(count)s lines."), params={"count": MAX_POINTS})
        return [("point", line) for line in lines]

    def read_fields(self) -> dict[str, Any]:
        """Of the page; `body` is not among them."""
        return {name: self.cleaned_data[name] for name in (*self.Meta.fields, "points")}

    def _post_clean(self) -> None:
        """Without the page's own cleaning, which looks for its place in the tree: it has none."""
