"""The register and the requests for another name in Wagtail's admin."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import InspectView, SnippetViewSet

from certificates.models import NameCorrection, RegisterEntry


class ReadOnlyPolicy(ModelPermissionPolicy):
    """These come from completions and decisions: nobody writes, copies or deletes one by hand.
    Whoever decides about them sees them as well."""

    def user_has_permission(self, user, action):
        may = super().user_has_permission
        return action == "view" and (may(user, "view") or may(user, "change"))

    def user_has_permission_for_instance(self, user, action, instance):
        return self.user_has_permission(user, action)

    def user_has_any_permission(self, user, actions):
        return "view" in actions and self.user_has_permission(user, "view")


def can_decide(*, user: Any, correction: NameCorrection) -> bool:
    may = user.has_perm("lms_certificates.change_namecorrection")
    return may and correction.decision == NameCorrection.Decision.WAITING


class ReadOnlyInspectView(InspectView):
    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        """Wagtail prints moments in UTC here, which is the day before until nine in the morning."""
        value = super().get_field_display_value(field_name, field)
        if isinstance(value, datetime):
            return date_format(timezone.localtime(value), "DATETIME_FORMAT")
        return "–" if value in (None, "") else value


class RegisterInspectView(ReadOnlyInspectView):
    def get_content_display_value(self) -> str:
        lines = sorted(self.object.content.items())
        return format_html_join(mark_safe("<br>"), "<code>{}</code> {}", lines)


class RegisterViewSet(SnippetViewSet):
    model = RegisterEntry
    icon = "list-ol"
    add_to_admin_menu = False
    list_display = [
        "sequence",
        "number_text",
        Column("event", label=_("event"), accessor="get_event_display"),
        "at",
        "hash",
    ]
    list_filter = ["event"]
    list_per_page = 50
    ordering = ["-sequence"]
    inspect_view_enabled = True
    inspect_view_class = RegisterInspectView
    copy_view_enabled = False
    inspect_view_fields = [
        "sequence",
        "certificate",
        "event",
        "at",
        "content",
        "previous_hash",
        "hash",
    ]
    panels = []


class CorrectionInspectView(ReadOnlyInspectView):
    @cached_property
    def header_more_buttons(self) -> list[Button]:
        if not can_decide(user=self.request.user, correction=self.object):
            return []
        url = reverse("certificates_decide", args=[self.object.pk])
        return [Button(_("Decide"), url=url, icon_name="edit")]


class CorrectionViewSet(SnippetViewSet):
    model = NameCorrection
    icon = "edit"
    list_display = [
        "__str__",
        "requested_at",
        Column("decision", label=_("decision"), accessor="get_decision_display"),
        "decided_by",
        "decided_at",
    ]
    list_filter = ["decision"]
    list_per_page = 50
    # Those that wait come first, the longest first.
    ordering = ["-decision", "requested_at"]
    inspect_view_enabled = True
    inspect_view_class = CorrectionInspectView
    copy_view_enabled = False
    inspect_view_fields = [
        "certificate",
        "full_name",
        "former_name",
        "reason",
        "requested_at",
        "decision",
        "decided_by",
        "decided_at",
        "decision_note",
    ]
    panels = []

    def get_queryset(self, request: HttpRequest) -> QuerySet[NameCorrection]:
        return NameCorrection.objects.select_related("certificate", "decided_by")


register_permission_policy(RegisterEntry, ReadOnlyPolicy(RegisterEntry))
register_permission_policy(NameCorrection, ReadOnlyPolicy(NameCorrection))
register_viewset = RegisterViewSet()
correction_viewset = CorrectionViewSet()
