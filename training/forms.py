import unicodedata
from datetime import date

import jaconv
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from training.domain import affiliations, bodies
from training.domain.dates import BadDate, read_date
from training.domain.evidence import BadEvidence, check_upload
from training.models import Affiliation, LocalGovernment, PurposeNotice
from training.seams import find_undrawable

KANA_LENGTH = 100
KANA = {*map(chr, range(0x30A1, 0x30FB)), "ー", "・", " ", "゛", "゜"}


# Between the parts of a name, besides letters of any script: ・ and =, apostrophes, hyphens, the
# point of an initial.
NAME_MARKS = set("・･·=＝゠'’‘＇-‐‑－.．〇")


def _is_part_of_name(char: str) -> bool:
    # Letters, the marks that belong to one (variation selectors among them), and spaces.
    category = unicodedata.category(char)
    return category[0] in "LM" or category == "Zs" or char in NAME_MARKS


def _show(char: str) -> str:
    return f"「{char}」" if char.isprintable() else f"U+{ord(char):04X}"


def clean_name(value: str) -> str:
    """Keep a name code point for code point; only say what is no part of a name or cannot be
    printed."""
    if wrong := [char for char in value if not _is_part_of_name(char)]:
        raise ValidationError(
            _(
                "A name is made of letters, spaces and marks such as ・, ' and -. Not possible: "
                "%(characters)s"
            ),
            params={"characters": "、".join(map(_show, dict.fromkeys(wrong)))},
        )
    if value and not any(unicodedata.category(char)[0] == "L" for char in value):
        raise ValidationError(_("Please write the name with letters."))
    missing = find_undrawable(value)
    if missing:
        named = "、".join(
            f"「{cluster}」({' '.join(f'U+{ord(char):04X}' for char in cluster)})"
            for cluster in missing
        )
        raise ValidationError(
            _(
                "These characters cannot be printed on a certificate: %(characters)s. "
                "Please use another form of them, or ask the help desk."
            ),
            params={"characters": named},
        )
    return value


def clean_code(value: str | None) -> str:
    """A code as it may be looked up; "" for what can be none. PostgreSQL refuses NUL, for one."""
    return value if value and value.isascii() and value.isdigit() and len(value) == 6 else ""


def clean_kana(value: str) -> str:
    """Hiragana and half-width kana are taken too and stored as full-width katakana: a reading is
    for sorting and matching, unlike the name itself."""
    folded = jaconv.hira2kata(unicodedata.normalize("NFKC", value)).replace("\u3000", " ")
    if len(folded) > KANA_LENGTH:
        raise ValidationError(_("Please shorten this to 100 characters."))
    if wrong := [char for char in folded if char not in KANA]:
        raise ValidationError(
            _("Please write the reading in katakana. Not katakana: %(characters)s"),
            params={"characters": "、".join(dict.fromkeys(wrong))},
        )
    return folded


class DateField(forms.Field):
    """As people write dates: see domain/dates.py."""

    widget = forms.TextInput(attrs={"maxlength": 40})

    def to_python(self, value: str | None) -> date | None:
        text = (value or "").strip()
        if not text:
            return None
        try:
            return read_date(text)
        except BadDate as error:
            raise ValidationError(str(error)) from error


class ReasonField(forms.CharField):
    """Why somebody's rights or results change, for the audit log."""

    def __init__(self, **kwargs: object) -> None:
        given = {
            "label": _("Reason"),
            "max_length": 200,
            "help_text": _("Kept in the audit log for ever. Please write no names."),
        }
        super().__init__(**given | kwargs)


class PurposeForm(forms.Form):
    accept = forms.BooleanField(
        label=_("I have read the purpose of use"),
        error_messages={"required": _("Please read the purpose of use and tick the box.")},
    )
    notice_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: object, notice: PurposeNotice, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.notice = notice
        # Whatever was read before, this is what stands above the box.
        self.initial["notice_version"] = notice.version

    def clean(self) -> dict[str, object]:
        data = super().clean()
        if data.get("notice_version") not in (None, self.notice.version):
            self.add_error("accept", _("The purpose of use was revised. Please read it again."))
            # Shown again, the box is about the new one and not ticked yet.
            self.data = {"notice_version": str(self.notice.version)}
        return data


class NameForm(forms.Form):
    full_name = forms.CharField(
        label=_("Full name"),
        max_length=100,
        help_text=_("As it shall be printed on your certificate."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    kana = forms.CharField(
        label=_("Reading (katakana)"), max_length=KANA_LENGTH, help_text=_("Example: ヤマダ ハナコ")
    )
    former_name = forms.CharField(
        label=_("Former family name (optional)"), max_length=100, required=False
    )

    def clean_full_name(self) -> str:
        return clean_name(self.cleaned_data["full_name"])

    def clean_former_name(self) -> str:
        return clean_name(self.cleaned_data["former_name"])

    def clean_kana(self) -> str:
        return clean_kana(self.cleaned_data["kana"])


class BodyForm(forms.Form):
    """What somebody is, and for which body. `is_past` offers those that merged as well."""

    category = forms.ChoiceField(
        label=_("What you are"),
        choices=[("", _("Please choose")), *Affiliation.Category.choices],
        error_messages={
            "required": _("Please choose what you are, for example village supporter.")
        },
    )
    prefecture = forms.ModelChoiceField(
        label=_("Prefecture"),
        queryset=LocalGovernment.objects.filter(prefecture=None),
        empty_label=_("Please choose"),
        error_messages={"required": _("Please choose a prefecture.")},
    )
    municipality = forms.ModelChoiceField(
        label=_("Municipality"),
        queryset=LocalGovernment.objects.none(),
        required=False,
        help_text=_("The list appears once you have chosen a prefecture."),
        error_messages={"invalid_choice": _("Please choose a municipality of this prefecture.")},
    )

    def __init__(self, *args: object, today: date, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        source = self.data if self.is_bound else self.initial
        prefecture = clean_code(source.get("prefecture"))
        municipality = self.fields["municipality"]
        # All of them are taken, so that one that merged gets an answer of its own.
        municipality.queryset = LocalGovernment.objects.filter(
            prefecture_id=prefecture, prefecture__isnull=False
        )
        offered = bodies.offer_municipalities(
            prefecture=prefecture, is_past=self.is_past(source), today=today
        )
        municipality.choices = [
            ("", _("Please choose")),
            *((body.pk, bodies.label_in_prefecture(body=body, today=today)) for body in offered),
        ]

    def is_past(self, source: object) -> bool:
        return False

    def clean(self) -> dict[str, object]:
        data = super().clean()
        if data.get("category") == Affiliation.Category.PREFECTURE_STAFF:
            data["municipality"] = None
            self._errors.pop("municipality", None)
        elif (
            data.get("prefecture")
            and not data.get("municipality")
            and "municipality" not in self.errors
        ):
            self.add_error("municipality", _("Please choose a municipality."))
        return data

    def check_facts(self, *, started_on: date | None, ended_on: date | None) -> None:
        """To be called at the end of `clean`."""
        if self.errors:
            return
        try:
            affiliations.check_facts(
                category=self.cleaned_data["category"],
                local_government=self.body,
                started_on=started_on,
                ended_on=ended_on,
                today=self.today,
            )
        except affiliations.EndsBeforeStart:
            self.add_error("ended_on", _("The last day lies before the first."))
        except affiliations.StartsTooFarAhead:
            self.add_error(
                "started_on", _("This day is more than a year ahead. Please check the year.")
            )
        except affiliations.BodyIsGone as gone:
            self.add_error("municipality", _merged_text(gone.body))

    @property
    def body(self) -> LocalGovernment:
        return self.cleaned_data["municipality"] or self.cleaned_data["prefecture"]


def _merged_text(body: LocalGovernment) -> ValidationError:
    return ValidationError(
        _(
            "%(body)s merged into %(successor)s on %(date)s. Please choose %(successor)s, or enter "
            "a last day before that."
        ),
        params={
            "body": body.name,
            "successor": body.successor.name,
            "date": date_format(body.abolished_on, "DATE_FORMAT"),
        },
    )


class AffiliationForm(BodyForm):
    standing = forms.ChoiceField(
        label=_("Are you still in office?"),
        choices=[("current", _("Yes, I am in office")), ("former", _("No, my office has ended"))],
        initial="current",
        widget=forms.RadioSelect,
    )
    started_on = DateField(
        label=_("First day in office (optional)"),
        required=False,
        help_text=_("Example: 2026/4/1 or 令和8年4月1日"),
    )
    ended_on = DateField(
        label=_("Last day in office"),
        required=False,
        help_text=_("Only if your office has ended. Example: 2026/3/31 or 令和8年3月31日"),
    )
    evidence = forms.FileField(
        label=_("Document that shows it (optional)"),
        required=False,
        help_text=_(
            "For example a letter of appointment or an identity card of your office. PDF, JPEG or "
            "PNG, up to 10 MB. Only you and your local government see it."
        ),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )
    field_order = ("category", "standing", "started_on", "ended_on", "prefecture", "municipality")

    def is_past(self, source: object) -> bool:
        return source.get("standing") == "former"

    def clean_evidence(self) -> File | None:
        return clean_evidence(self.cleaned_data.get("evidence"))

    def clean(self) -> dict[str, object]:
        data = super().clean()
        is_former, ended_on = data.get("standing") == "former", data.get("ended_on")
        if "ended_on" not in self.errors:
            if is_former and not ended_on:
                self.add_error("ended_on", _("Please enter the last day of your office."))
            elif is_former and ended_on > self.today:
                self.add_error(
                    "ended_on", _("This day is still to come: please choose “in office” above.")
                )
            elif ended_on and not is_former and ended_on < self.today:
                self.add_error(
                    "ended_on", _("This day is over: please choose “has ended” above, or clear it.")
                )
        self.check_facts(started_on=data.get("started_on"), ended_on=data.get("ended_on"))
        return data

    def facts(self) -> dict[str, object]:
        """The keyword arguments of `add_affiliation` that the form knows."""
        data = self.cleaned_data
        return {
            "category": data["category"],
            "local_government": self.body,
            "started_on": data["started_on"],
            "ended_on": data["ended_on"],
        }


def clean_evidence(upload: File | None) -> File | None:
    if upload:
        try:
            check_upload(upload=upload)
        except BadEvidence as error:
            raise ValidationError(str(error)) from error
    return upload


class EvidenceForm(forms.Form):
    evidence = forms.FileField(
        label=_("Document to be added"),
        help_text=_("PDF, JPEG or PNG, up to 10 MB."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        error_messages={
            "required": _("Please choose a file."),
            "empty": _("This file is empty."),
        },
    )

    def clean_evidence(self) -> File | None:
        return clean_evidence(self.cleaned_data["evidence"])


class EndForm(forms.Form):
    ended_on = DateField(
        label=_("Last day in office"),
        help_text=_("Example: 2026/3/31 or 令和8年3月31日"),
        error_messages={"required": _("Please enter the last day of your office.")},
    )


class TransferForm(BodyForm):
    ended_on = DateField(
        label=_("Last day at your present local government"),
        help_text=_("Example: 2026/3/31 or 令和8年3月31日"),
        error_messages={"required": _("Please enter the last day of your office.")},
    )
    started_on = DateField(
        label=_("First day at the new one"),
        help_text=_("Example: 2026/4/1 or 令和8年4月1日"),
        error_messages={"required": _("Please enter the first day.")},
    )
    field_order = ("ended_on", "started_on", "category", "prefecture", "municipality")

    def clean(self) -> dict[str, object]:
        data = super().clean()
        ended_on, started_on = data.get("ended_on"), data.get("started_on")
        if ended_on and started_on and started_on <= ended_on:
            self.add_error("started_on", _("This must come after the last day at the former one."))
        self.check_facts(started_on=started_on, ended_on=None)
        return data


class EraseForm(forms.Form):
    understood = forms.BooleanField(
        label=_("I have read what happens, and that it cannot be undone"),
        error_messages={"required": _("Please read what happens and tick the box.")},
    )


class PasswordForm(forms.Form):
    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class AddressForm(forms.Form):
    """For accounts without a password."""

    address = forms.CharField(
        label=_("Your e-mail address"), max_length=254, widget=forms.EmailInput
    )
