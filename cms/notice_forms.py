from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from training.domain.invitation_words import fold_word
from training.models import LocalGovernment

# More than all bodies of Japan with their names.
MAX_CHARACTERS = 60_000


class AddressForm(forms.Form):
    """To whom a notice is sent out. `cleaned_data` are the arguments of `choose_bodies`."""

    all_prefectures = forms.BooleanField(label=_("All prefectures"), required=False)
    all_towns = forms.BooleanField(label=_("All municipalities"), required=False)
    towns_of = forms.ModelMultipleChoiceField(
        label=_("All municipalities of these prefectures"),
        queryset=LocalGovernment.objects.filter(prefecture=None),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    codes = forms.CharField(
        label=_("Single bodies"),
        required=False,
        max_length=MAX_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "One a line: the six-digit code, or the name with its prefecture, like 山形県中山町."
        ),
    )

    def clean_towns_of(self) -> list[str]:
        return [prefecture.pk for prefecture in self.cleaned_data["towns_of"]]

    def clean_codes(self) -> list[str]:
        typed = self.cleaned_data["codes"].splitlines()
        wanted = {fold_word(line): line.strip() for line in typed if fold_word(line)}
        if not wanted:
            return []
        bodies = LocalGovernment.objects.filter(successor=None).select_related("prefecture")
        known = {key: body.pk for body in bodies for key in (body.pk, fold_word(str(body)))}
        if unknown := [line for key, line in wanted.items() if key not in known]:
            raise forms.ValidationError(
                _("There is no such body: %(lines)s"), params={"lines": "、".join(unknown[:10])}
            )
        return list(dict.fromkeys(known[key] for key in wanted))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not any(data.values()):
            raise forms.ValidationError(_("Please choose to whom the notice is sent out."))
        return data
