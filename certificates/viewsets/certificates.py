from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from certificates.domain.searching import match_key
from certificates.models import Certificate
from training.clock import today_in_japan

from .read_only import (
    ONLY_WIDE,
    ReadOnlyIndexView,
    ReadOnlyInspectView,
    ReadOnlyPolicy,
    ReadOnlyViewSet,
)
from .register import correction_viewset, register_viewset
from .templates import template_viewset

# Of what other models point here with; Wagtail would call it by theirs.
LABELS = {
    "superseded_by": gettext_lazy("replaced by"),
    "register_entries": gettext_lazy("entries in the register"),
}


def can_revoke(*, user: Any, certificate: Certificate) -> bool:
    may = user.has_perm("lms_certificates.change_certificate")
    return may and certificate.status == Certificate.Status.ISSUED


class CertificateIndexView(ReadOnlyIndexView):
    def search_queryset(self, queryset: QuerySet[Certificate]) -> QuerySet[Certificate]:
        found = super().search_queryset(queryset)
        if self.is_searching:
            found |= queryset.filter(match_key(typed=self.search_query))
        return found


class CertificateInspectView(ReadOnlyInspectView):
    def get_field_label(self, field_name: str, field: Any) -> Any:
        return LABELS.get(field_name) or super().get_field_label(field_name, field)

    def get_register_entries_display_value(self) -> str:
        lines = [
            (entry.sequence, entry.get_event_display(), entry.hash)
            for entry in self.object.register_entries.order_by("sequence")
        ]
        return format_html_join(mark_safe("<br>"), "{} {} <code>{}</code>", lines)

    def _link(self, certificate: Certificate | None) -> str:
        if certificate is None:
            return ""
        url = reverse(certificate_viewset.get_url_name("inspect"), args=[certificate.pk])
        return format_html('<a href="{}">{}</a>', url, certificate)

    def get_supersedes_display_value(self) -> str:
        return self._link(self.object.supersedes)

    def get_superseded_by_display_value(self) -> str:
        return self._link(Certificate.objects.filter(supersedes=self.object).first())

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        url = reverse("certificates_revoke", args=[self.object.pk])
        may = can_revoke(user=self.request.user, certificate=self.object)
        return [Button(_("Revoke"), url=url, icon_name="cross")] if may else []


def describe_state(certificate: Certificate) -> str:
    """As the public page says it: an issued one may be over."""
    today = today_in_japan()
    is_issued = certificate.status == Certificate.Status.ISSUED
    if is_issued and certificate.expires_on and certificate.expires_on < today:
        return _("Expired")
    return certificate.get_status_display()


class CertificateViewSet(ReadOnlyViewSet):
    model = Certificate
    icon = "success"
    list_display = [
        "number_text",
        "holder",
        Column("course_title", label=gettext_lazy("course"), classname=ONLY_WIDE),
        Column("state", label=gettext_lazy("status"), accessor=describe_state),
        "issued_at",
        Column(
            "expires_on",
            label=gettext_lazy("expires on"),
            sort_key="expires_on",
            classname=ONLY_WIDE,
        ),
    ]
    list_filter = ["status", "fiscal_year"]
    search_fields = ["enrolment__learner__full_name", "enrolment__learner__kana"]
    search_backend_name = None
    index_view_class = CertificateIndexView
    inspect_view_class = CertificateInspectView
    inspect_view_fields = [
        "number_text",
        "status",
        "holder",
        "course_title",
        "created_at",
        "issued_at",
        "expires_on",
        "supersedes",
        "superseded_by",
        "revoked_at",
        "revocation_class",
        "revocation_reason",
        "sha256",
        "register_entries",
    ]


register_permission_policy(Certificate, ReadOnlyPolicy(Certificate))
certificate_viewset = CertificateViewSet()


class CertificatesGroup(SnippetViewSetGroup):
    items = [certificate_viewset, correction_viewset, register_viewset, template_viewset]
    menu_label = gettext_lazy("Certificates")
    menu_icon = "success"
    menu_order = 160


register_snippet(CertificatesGroup)
