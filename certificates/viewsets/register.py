"""The register and the requests for another name in Wagtail's admin."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button
from wagtail.permissions import register_permission_policy

from certificates.domain.corrections import is_own
from certificates.models import NameCorrection, RegisterEntry

from .read_only import ONLY_WIDE, ReadOnlyInspectView, ReadOnlyPolicy, ReadOnlyViewSet


def can_decide(*, user: Any, correction: NameCorrection) -> bool:
    may = user.has_perm("lms_certificates.change_namecorrection")
    is_waiting = correction.decision == NameCorrection.Decision.WAITING
    return may and is_waiting and not is_own(correction=correction, user_id=user.pk)


class RegisterInspectView(ReadOnlyInspectView):
    def get_content_display_value(self) -> str:
        lines = sorted(self.object.content.items())
        return format_html_join(mark_safe("<br>"), "<code>{}</code> {}", lines)


class RegisterViewSet(ReadOnlyViewSet):
    model = RegisterEntry
    icon = "list-ol"
    add_to_admin_menu = False
    list_display = [
        "sequence",
        "number_text",
        Column("event", label=_("event"), accessor="get_event_display"),
        "at",
        Column("hash", label=_("hash of the entry"), classname=ONLY_WIDE),
    ]
    list_filter = ["event"]
    ordering = ["-sequence"]
    inspect_view_class = RegisterInspectView
    inspect_view_fields = [
        "sequence",
        "certificate",
        "event",
        "at",
        "content",
        "previous_hash",
        "hash",
    ]


class CorrectionInspectView(ReadOnlyInspectView):
    @cached_property
    def header_more_buttons(self) -> list[Button]:
        if not can_decide(user=self.request.user, correction=self.object):
            return []
        url = reverse("certificates_decide", args=[self.object.pk])
        return [Button(_("Decide"), url=url, icon_name="edit")]


class CorrectionViewSet(ReadOnlyViewSet):
    model = NameCorrection
    icon = "edit"
    list_display = [
        "__str__",
        "requested_at",
        Column("decision", label=_("decision"), accessor="get_decision_display"),
        Column("decided_by", label=_("decided by"), classname=ONLY_WIDE),
        Column("decided_at", label=_("decided at"), sort_key="decided_at", classname=ONLY_WIDE),
    ]
    list_filter = ["decision"]
    # Those that wait come first, the longest first.
    ordering = ["-decision", "requested_at"]
    inspect_view_class = CorrectionInspectView
    inspect_view_fields = [
        "certificate",
        "full_name",
        "kana",
        "former_name",
        "reason",
        "requested_at",
        "decision",
        "decided_by",
        "decided_at",
        "decision_note",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[NameCorrection]:
        return NameCorrection.objects.select_related("certificate", "decided_by")


register_permission_policy(RegisterEntry, ReadOnlyPolicy(RegisterEntry))
register_permission_policy(NameCorrection, ReadOnlyPolicy(NameCorrection))
register_viewset = RegisterViewSet()
correction_viewset = CorrectionViewSet()
