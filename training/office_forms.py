"""Forms of the pages for towns and prefectures."""

from django import forms
from django.utils.translation import gettext_lazy as _

from training.domain.invitation_lists import MAX_BYTES
from training.domain.offices import PeopleFilter, Status
from training.models import Affiliation
from training.upload_forms import UploadForm

EITHER = ("", _("all"))


class PeopleFilterForm(forms.Form):
    """In the address of the page: what makes no sense there is left out, never refused."""

    q = forms.CharField(label=_("Name or reading"), max_length=100, required=False)
    status = forms.ChoiceField(
        label=_("Learning status"), choices=[EITHER, *Status.choices], required=False
    )
    category = forms.ChoiceField(
        label=_("What they are"), choices=[EITHER, *Affiliation.Category.choices], required=False
    )
    confirmed = forms.ChoiceField(
        label=_("Confirmation"),
        choices=[EITHER, ("yes", _("confirmed")), ("no", _("waiting for confirmation"))],
        required=False,
    )
    stuck = forms.BooleanField(label=_("Only who is stuck"), required=False)
    ended = forms.BooleanField(label=_("Who left (退任・転出)"), required=False)

    def read(self) -> PeopleFilter:
        self.is_valid()
        data = self.cleaned_data
        return PeopleFilter(
            status=data.get("status", ""),
            category=data.get("category", ""),
            confirmed=data.get("confirmed", ""),
            stuck=data.get("stuck", False),
            ended=data.get("ended", False),
            name=data.get("q", ""),
        )


class RefusalForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The person reads it in a mail. For example: our list has no such name."),
    )


class PeopleListForm(UploadForm):
    max_bytes, too_large = MAX_BYTES, _("The file is larger than 5 MB.")
    file = forms.FileField(
        label=_("List of people (Excel or CSV)"),
        help_text=_("Up to 500 people, .xlsx or .csv (UTF-8 or Shift_JIS)."),
        error_messages={
            "required": _("Please choose a file."),
            "empty": _("The file is empty."),
        },
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )
