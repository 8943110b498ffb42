"""What of the figures is shown, chosen in the URL."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from training.domain.oversight import Choice, Period, shift_month, this_month
from training.models import Affiliation

MONTH = re.compile(r"(\d{4})-(\d{1,2})")
LONGEST = 60


def category_labels() -> dict[str, str]:
    """Those of the figures: who had left when registering is no longer a volunteer."""
    return {
        **{value: str(label) for value, label in Affiliation.Category.choices},
        "alumni": _("former volunteer or supporter (OB/OG)"),
        "none": _("no affiliation"),
    }


class MonthField(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"type": "month", "placeholder": "2026-04"})
        super().__init__(required=False, widget=widget, **kwargs)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        found = MONTH.fullmatch(text.strip())
        try:
            month = dt.date(int(found[1]), int(found[2]), 1) if found else self._refuse()
        except ValueError:
            return self._refuse()
        # Periods to compare lie up to five years before.
        return month if month.year >= 1900 else self._refuse()

    def _refuse(self) -> dt.date:
        raise forms.ValidationError(_("Write a month like 2026-04."))


class FiguresForm(forms.Form):
    first = MonthField(label=gettext_lazy("From month"))
    last = MonthField(label=gettext_lazy("To month"))
    compare = forms.ChoiceField(
        label=gettext_lazy("Beside it"),
        choices=[
            ("year", gettext_lazy("the same months a year earlier")),
            ("before", gettext_lazy("the months just before")),
        ],
        required=False,
    )
    course = forms.ChoiceField(label=gettext_lazy("Course"), required=False)
    category = forms.ChoiceField(
        label=gettext_lazy("Category"),
        choices=lazy(lambda: [("", _("All")), *category_labels().items()], list)(),
        required=False,
    )
    prefecture = forms.ChoiceField(label=gettext_lazy("Prefecture"), required=False)
    measure = forms.ChoiceField(
        label=gettext_lazy("On the map"),
        choices=[
            ("coverage", gettext_lazy("municipalities with a certified person")),
            ("certified", gettext_lazy("people certified in the period")),
            ("registered", gettext_lazy("people registered in the period")),
        ],
        required=False,
    )

    def __init__(
        self,
        data: Any,
        *,
        courses: list[dict[str, Any]],
        prefectures: dict[str, str],
        now: dt.datetime,
    ) -> None:
        self.this_month = this_month(now=now)
        self.courses = courses
        initial = {
            "first": f"{shift_month(self.this_month, by=-11):%Y-%m}",
            "last": f"{self.this_month:%Y-%m}",
        }
        super().__init__(data or None, initial=initial)
        self.fields["course"].choices = [(str(each["id"]), each["title"]) for each in courses]
        self.fields["prefecture"].choices = [("", _("All")), *prefectures.items()]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        first, last = self._months(data)
        if last < first:
            self.add_error("last", _("This month lies before the first one."))
        elif Period(first, last).length > LONGEST:
            self.add_error(
                "last",
                _("Please choose %(count)s months at most.") % {"count": LONGEST},
            )
        return data

    def _months(self, data: dict[str, Any]) -> tuple[dt.date, dt.date]:
        last = data.get("last") or self.this_month
        return data.get("first") or shift_month(last, by=-11), last

    def read(self) -> Choice:
        """The default where nothing was chosen, or nothing that makes sense."""
        data = self.cleaned_data if self.is_valid() else {}
        period = Period(*self._months(data))
        # Whole years back, as many as it takes to be another period.
        by = period.length if data.get("compare") == "before" else -(-period.length // 12) * 12
        chosen = data.get("course") or (self.courses[0]["id"] if self.courses else None)
        return Choice(
            period=period,
            compared=period.before(by=by),
            course_id=int(chosen) if chosen else None,
            prefecture=data.get("prefecture") or "",
            category=data.get("category") or "",
        )

    def query(self) -> str:
        """What was chosen, and nothing else that stood in the address."""
        data = self.cleaned_data if self.is_valid() else {}
        chosen = {
            name: f"{value:%Y-%m}" if isinstance(value, dt.date) else value
            for name, value in data.items()
            if value
        }
        return urlencode(chosen)

    @property
    def on_map(self) -> str:
        return (self.is_valid() and self.cleaned_data["measure"]) or "coverage"
