import uuid
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certificates.domain.offers import MAX_AREAS, family_name, holds_contact, name_area
from certificates.models import TeachingOffer
from training.forms import clean_code
from training.models import Learner, LocalGovernment


class FirstOptionLabelled:
    """The summary of errors leads to the first option; Django's own label leads nowhere."""

    def id_for_label(self, id_: str, index: Any = None) -> str:
        return super().id_for_label(id_, index or "0")  # type: ignore[misc]


class Checkboxes(FirstOptionLabelled, forms.CheckboxSelectMultiple):
    pass


class Radios(FirstOptionLabelled, forms.RadioSelect):
    pass


class AreasField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: LocalGovernment) -> str:
        return name_area(body=obj)


class OfferForm(forms.Form):
    """Of the areas those that are ticked are offered, and those of the prefecture looked at."""

    prefecture = forms.ModelChoiceField(
        label=_("Show the municipalities of"),
        queryset=LocalGovernment.objects.filter(prefecture=None),
        required=False,
        empty_label=_("Please choose"),
    )
    areas = AreasField(
        label=_("Where you would teach"),
        queryset=LocalGovernment.objects.none(),
        widget=Checkboxes,
        error_messages={"required": _("Please tick at least one area.")},
    )
    name_shown = forms.ChoiceField(
        label=_("Name that officers see"),
        choices=TeachingOffer.NameShown,
        widget=Radios,
        error_messages={"required": _("Please choose which name officers see.")},
    )
    text = forms.CharField(
        label=_("What you offer"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "Up to 400 characters. For example: which devices, for how many people, on which days. "
            "Please write no address and no telephone number."
        ),
    )

    def __init__(self, *args: Any, learner: Learner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.learner = learner
        if self.is_bound:
            ticked, prefecture = self.data.getlist("areas"), self.data.get("prefecture")
        else:
            ticked, prefecture = self.initial.get("areas", []), self.initial.get("prefecture")
        codes = {clean_code(code) for code in ticked[: MAX_AREAS * 10]}
        looked_at = clean_code(prefecture)
        areas = self.fields["areas"]
        areas.queryset = (
            LocalGovernment.objects.filter(
                Q(pk__in=codes) | Q(pk=looked_at) | Q(prefecture=looked_at), successor=None
            )
            .select_related("prefecture")
            .order_by("pk")
        )

    def clean_areas(self) -> list[LocalGovernment]:
        areas = list(self.cleaned_data["areas"])
        if len(areas) > MAX_AREAS:
            raise forms.ValidationError(
                _("Please choose %(count)s areas at most, or a whole prefecture."),
                params={"count": MAX_AREAS},
            )
        return areas

    def clean_name_shown(self) -> str:
        chosen = self.cleaned_data["name_shown"]
        is_family = chosen == TeachingOffer.NameShown.FAMILY
        if is_family and not family_name(full_name=self.learner.full_name):
            raise forms.ValidationError(
                _(
                    "Your name is registered without a space, so we cannot tell the family name. "
                    "Please choose the full name, or have your name corrected first."
                )
            )
        return chosen

    def clean_text(self) -> str:
        text = self.cleaned_data["text"]
        if holds_contact(text=text):
            raise forms.ValidationError(
                _(
                    "Please leave out e-mail addresses, telephone numbers and web addresses: "
                    "officers write to you through this site, and you decide whether to answer."
                )
            )
        return text


class OfferSearchForm(forms.Form):
    prefecture = forms.ModelChoiceField(
        label=_("Area"),
        queryset=LocalGovernment.objects.filter(prefecture=None),
        required=False,
        empty_label=_("Own area"),
    )
    word = forms.CharField(label=_("Word in the offer"), max_length=50, required=False)


class OfferMessageForm(forms.Form):
    local_government = forms.ModelChoiceField(
        label=_("You write for"), queryset=LocalGovernment.objects.none(), empty_label=None
    )
    text = forms.CharField(
        label=_("Message"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "Up to 1,000 characters. Please tell what it is about, when and where, and who you are."
        ),
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, towns: list[LocalGovernment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["token"] = uuid.uuid4()
        field = self.fields["local_government"]
        field.queryset = LocalGovernment.objects.select_related("prefecture").filter(
            pk__in=[town.pk for town in towns]
        )
        if len(towns) == 1:
            self.initial["local_government"] = towns[0].pk
            field.widget = field.hidden_widget()


class ReportForm(forms.Form):
    report = forms.CharField(
        label=_("What is wrong with the message"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The ministry reads it together with the message."),
    )
