from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.widgets import ListingButton
from wagtail.log_actions import log
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from certificates.domain.register import NotIssued, revoke_certificate
from certificates.forms import RevocationForm
from certificates.models import Certificate, CertificateTemplate


class ReadOnlyPolicy(ModelPermissionPolicy):
    """Certificates come from completions: nobody writes, copies or deletes one by hand."""

    def user_has_permission(self, user, action):
        return action == "view" and super().user_has_permission(user, "view")

    def user_has_permission_for_instance(self, user, action, instance):
        return self.user_has_permission(user, action)

    def user_has_any_permission(self, user, actions):
        return "view" in actions and super().user_has_permission(user, "view")


class CertificateTemplateViewSet(SnippetViewSet):
    model = CertificateTemplate
    icon = "doc-full"
    list_display = ["title", "course", "issuer_office"]


class CertificateViewSet(SnippetViewSet):
    model = Certificate
    icon = "success"
    list_display = ["number_text", "status", "created_at", "issued_at"]
    list_filter = ["status", "fiscal_year"]
    list_per_page = 50
    inspect_view_enabled = True
    copy_view_enabled = False
    inspect_view_fields = [
        "number_text",
        "status",
        "enrolment",
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
    items = [certificate_viewset, CertificateTemplateViewSet()]
    menu_label = gettext_lazy("Certificates")
    menu_icon = "success"
    menu_order = 160


register_snippet(CertificatesGroup)


@permission_required("lms_certificates.change_certificate", raise_exception=True)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    certificate = get_object_or_404(Certificate, pk=pk)
    form = RevocationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            revoke_certificate(
                certificate_id=pk, reason=form.cleaned_data["reason"], now=timezone.now()
            )
        except NotIssued:
            messages.error(request, _("Only an issued certificate can be revoked."))
        else:
            log(instance=certificate, action="certificates.revoke", user=request.user)
            messages.success(request, _("Revoked. Its number answers “revoked” from now on."))
        return redirect(certificate_viewset.get_url_name("inspect"), pk)
    return render(
        request, "certificates/admin/revoke.html", {"certificate": certificate, "form": form}
    )


@hooks.register("register_admin_urls")
def register_revocation():
    return [path("certificates/<int:pk>/revoke/", revoke, name="certificates_revoke")]


@hooks.register("register_snippet_listing_buttons")
def offer_revocation(snippet, user, next_url=None):
    if (
        isinstance(snippet, Certificate)
        and snippet.status == Certificate.Status.ISSUED
        and user.has_perm("lms_certificates.change_certificate")
    ):
        yield ListingButton(
            _("Revoke"), reverse("certificates_revoke", args=[snippet.pk]), icon_name="cross"
        )


@hooks.register("register_log_actions")
def register_log_actions(actions):
    actions.register_action(
        "certificates.revoke",
        gettext_lazy("Revoke certificate"),
        gettext_lazy("Certificate revoked"),
    )
