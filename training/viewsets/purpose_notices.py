from typing import Any

from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import ObjectList
from wagtail.snippets.views.snippets import SnippetViewSet

from training.domain.people import is_accepted
from training.models import PurposeNotice

from .choosers import ReadersChooserViewSet


class PurposeNoticeForm(WagtailAdminModelForm):
    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.instance.pk and self.has_changed() and is_accepted(notice=self.instance):
            self.add_error(
                None,
                _("Somebody has accepted this version, so it stays as it is. Add a new version."),
            )
        return data


class PurposeNoticeViewSet(SnippetViewSet):
    model = PurposeNotice
    chooser_viewset_class = ReadersChooserViewSet
    icon = "lock"
    list_display = ["version", "published_on"]
    edit_handler = ObjectList(PurposeNotice.panels, base_form_class=PurposeNoticeForm)
