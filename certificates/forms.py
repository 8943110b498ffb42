from django import forms
from django.utils.translation import gettext_lazy as _

from certificates.domain.verification import read_number

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


class RevocationForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Kept in the register; never shown to the public."),
    )
