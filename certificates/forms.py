from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certificates.domain.verification import read_number
from certificates.models import Certificate
from training.forms import clean_name

# What is typed is not a word: browsers neither correct it nor offer what was typed here before.
AS_TYPED = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}


class CodeForm(forms.Form):
    # Long enough for a whole address. A code that cannot be one gets an answer of its own, not an
    # error.
    code = forms.CharField(
        label=_("Verification code"),
        max_length=300,
        help_text=_("13 letters and digits, printed below the QR code."),
        widget=forms.TextInput(attrs=AS_TYPED | {"autocapitalize": "characters"}),
    )

    def clean_code(self) -> str:
        """A slash, or dots alone, would leave the address of the answer; no code has them."""
        code = self.cleaned_data["code"].rstrip("/").rpartition("/")[2]
        return code if code.strip(".") else "-"


class NameForm(forms.Form):
    full_name = forms.CharField(
        label=_("Name on the paper"),
        max_length=100,
        widget=forms.TextInput(attrs=AS_TYPED),
    )


class NumberForm(NameForm):
    number = forms.CharField(
        label=_("Certificate number"),
        max_length=40,
        help_text=_("Example: 令和8年度 第000123号"),
        widget=forms.TextInput(attrs=AS_TYPED),
    )
    field_order = ["number", "full_name"]

    def clean_number(self) -> str:
        number = self.cleaned_data["number"]
        if read_number(typed=number) is None:
            raise forms.ValidationError(
                _("Please type the fiscal year as well, as on the paper: 令和8年度 第000123号.")
            )
        return number


class CorrectionForm(forms.Form):
    full_name = forms.CharField(
        label=_("Full name"),
        max_length=100,
        help_text=_("As it shall be printed on your certificate."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    former_name = forms.CharField(
        label=_("Former family name (optional)"), max_length=100, required=False
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For example: I married. The issuer decides by it; it is not printed."),
    )

    def clean_full_name(self) -> str:
        return clean_name(self.cleaned_data["full_name"])

    def clean_former_name(self) -> str:
        return clean_name(self.cleaned_data["former_name"])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        names = ("full_name", "former_name")
        if not self.errors and all(data[name] == self.initial[name] for name in names):
            self.add_error("full_name", _("This is the name on the certificate already."))
        return data


class DecisionForm(forms.Form):
    note = forms.CharField(
        label=_("Note to the holder"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Shown on the holder's page. Needed for a refusal."),
    )
    decision = forms.ChoiceField(choices=[("approve", ""), ("refuse", "")])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("decision") == "refuse" and not data.get("note"):
            self.add_error("note", _("Please tell the holder why."))
        return data


class RevocationForm(forms.Form):
    reason_class = forms.ChoiceField(
        label=_("Class of reason"),
        choices=[("", _("Please choose")), *Certificate.RevocationClass.choices],
        help_text=_("Kept in the register."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Kept with the certificate; never shown to the public."),
    )
