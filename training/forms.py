import unicodedata

import jaconv
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from training.conf import find_undrawable
from training.models import Affiliation, LocalGovernment, PurposeNotice

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


class RegistrationForm(forms.Form):
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
    category = forms.ChoiceField(
        label=_("What you are"), choices=[("", _("Please choose")), *Affiliation.Category.choices]
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
        empty_label=_("Please choose"),
        help_text=_("The list appears once you have chosen a prefecture."),
        error_messages={"invalid_choice": _("Please choose a municipality of this prefecture.")},
    )
    accept = forms.BooleanField(
        label=_("I have read the purpose of use"),
        error_messages={"required": _("Please read the purpose of use and tick the box.")},
    )
    notice_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: object, notice: PurposeNotice, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.notice = notice
        self.initial["notice_version"] = notice.version
        source = self.data if self.is_bound else self.initial
        prefecture = clean_code(source.get("prefecture"))
        municipality = self.fields["municipality"]
        municipality.queryset = LocalGovernment.objects.filter(
            prefecture_id=prefecture, prefecture__isnull=False
        )
        # Their prefecture is chosen just above: repeating it 179 times helps nobody.
        municipality.label_from_instance = lambda body: body.name

    def clean_full_name(self) -> str:
        return clean_name(self.cleaned_data["full_name"])

    def clean_former_name(self) -> str:
        return clean_name(self.cleaned_data["former_name"])

    def clean_kana(self) -> str:
        return clean_kana(self.cleaned_data["kana"])

    def clean(self) -> dict[str, object]:
        data = super().clean()
        if data.get("notice_version") not in (None, self.notice.version):
            self.add_error("accept", _("The purpose of use was revised. Please read it again."))
        works_for_prefecture = data.get("category") == Affiliation.Category.PREFECTURE_STAFF
        if (
            data.get("prefecture")
            and not data.get("municipality")
            and not works_for_prefecture
            and "municipality" not in self.errors
        ):
            self.add_error("municipality", _("Please choose a municipality."))
        return data

    def facts(self) -> dict[str, object]:
        """The keyword arguments of `register_learner` that the form knows."""
        data = self.cleaned_data
        return {
            "full_name": data["full_name"],
            "kana": data["kana"],
            "former_name": data["former_name"],
            "category": data["category"],
            "local_government": data["municipality"] or data["prefecture"],
            "purpose_notice": self.notice,
        }
