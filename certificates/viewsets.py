from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets.button import Button
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import InspectView as SnippetInspectView
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from certificates.models import Certificate
from certificates.template_editor import template_viewset


def can_revoke(*, user: Any, certificate: Certificate) -> bool:
    may = user.has_perm("lms_certificates.change_certificate")
    return may and certificate.status == Certificate.Status.ISSUED


class ReadOnlyPolicy(ModelPermissionPolicy):
    """Certificates come from completions: nobody writes, copies or deletes one by hand."""

    def user_has_permission(self, user, action):
        return action == "view" and super().user_has_permission(user, "view")

    def user_has_permission_for_instance(self, user, action, instance):
        return self.user_has_permission(user, action)

    def user_has_any_permission(self, user, actions):
        return "view" in actions and super().user_has_permission(user, "view")


class CertificateInspectView(SnippetInspectView):
    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        """Wagtail prints moments in UTC here, which is the day before until nine in the morning."""
        value = super().get_field_display_value(field_name, field)
        if isinstance(value, datetime):
            return date_format(timezone.localtime(value), "DATETIME_FORMAT")
        return "–" if value in (None, "") else value

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        url = reverse("certificates_revoke", args=[self.object.pk])
        may = can_revoke(user=self.request.user, certificate=self.object)
        return [Button(_("Revoke"), url=url, icon_name="cross")] if may else []


class CertificateViewSet(SnippetViewSet):
    model = Certificate
    icon = "success"
    list_display = [
        "number_text",
        "holder",
        "course_title",
        "status",
        "issued_at",
        "tries",
    ]
    list_filter = ["status", "fiscal_year"]
    search_fields = ["code", "enrolment__learner__full_name", "enrolment__learner__kana"]
    search_backend_name = None
    list_per_page = 50
    inspect_view_enabled = True
    inspect_view_class = CertificateInspectView
    copy_view_enabled = False
    inspect_view_fields = [
        "number_text",
        "status",
        "holder",
        "course_title",
        "created_at",
        "issued_at",
        "revoked_at",
        "revocation_reason",
        "sha256",
    ]
    panels = []


register_permission_policy(Certificate, ReadOnlyPolicy(Certificate))
certificate_viewset = CertificateViewSet()


class CertificatesGroup(SnippetViewSetGroup):
    items = [certificate_viewset, template_viewset]
    menu_label = gettext_lazy("Certificates")
    menu_icon = "success"
    menu_order = 160


register_snippet(CertificatesGroup)
