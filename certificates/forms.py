import re
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from certificates.domain.lists import MAX_BYTES
from certificates.domain.verification import read_number
from certificates.models import Certificate
from training.forms import KANA_LENGTH, clean_kana, clean_name
from training.models import LocalGovernment

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
        path = re.split("[?#]", self.cleaned_data["code"], maxsplit=1)[0]
        code = path.rstrip("/").rpartition("/")[2]
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
    kana = forms.CharField(
        label=_("Reading (katakana)"),
        max_length=KANA_LENGTH,
        help_text=_("Of the name above. It is not printed."),
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

    def clean_kana(self) -> str:
        return clean_kana(self.cleaned_data["kana"])

    def clean_former_name(self) -> str:
        return clean_name(self.cleaned_data["former_name"])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        names = ("full_name", "former_name")
        if not self.errors and all(data[name] == self.initial[name] for name in names):
            self.add_error("full_name", _("This is the name on the certificate already."))
        return data


class ConfirmedForm(forms.Form):
    """Of what cannot be undone: sent twice, the second time from a page that says so."""

    @property
    def is_confirmed(self) -> bool:
        return self.is_valid() and "confirmed" in self.data

    @property
    def is_to_confirm(self) -> bool:
        """`change` leads back from that page; nothing typed is lost."""
        return self.is_valid() and not {"confirmed", "change"} & set(self.data)


class DecisionForm(ConfirmedForm):
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


class UploadForm(forms.Form):
    MAX_BYTES = 10_000_000
    too_long = _("The file is longer than 10 MB.")

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > self.MAX_BYTES:
            raise forms.ValidationError(self.too_long)
        return file


class DocumentForm(UploadForm):
    file = forms.FileField(
        label=_("PDF file of the certificate"),
        help_text=_("Up to 10 MB."),
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
    )

    def clean_file(self) -> UploadedFile:
        file = super().clean_file()
        # Where readers look for it: a few bytes may stand before it.
        if b"%PDF-" not in file.read(1024):
            raise forms.ValidationError(
                _("This is not a PDF file. Choose the file that ends with .pdf, not a photo of it.")
            )
        file.seek(0)
        return file


class PhotoForm(UploadForm):
    file = forms.FileField(
        label=_("Photo of the QR code"),
        help_text=_("JPEG or PNG, up to 10 MB."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )


class RevocationForm(ConfirmedForm):
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


class ListForm(forms.Form):
    file = forms.FileField(
        label=_("List"),
        help_text=_(
            "Excel (.xlsx) or CSV, 500 rows and 5 MB at most, with a column of codes or numbers "
            "and one of names."
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt,.tsv"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 5 MB."))
        return file


class ApiKeyForm(forms.Form):
    local_government = forms.ModelChoiceField(
        LocalGovernment.objects.select_related("prefecture"), label=_("Local government")
    )
    label = forms.CharField(
        label=_("What it is for"),
        max_length=100,
        help_text=_("For telling keys apart: an office or a program. No name of a person."),
    )
