from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.widgets import ListingButton

from certificates.models import Certificate, NameCorrection
from certificates.viewsets import api_keys, decisions, manual, offer_reports
from certificates.viewsets.certificates import can_revoke
from certificates.viewsets.register import can_decide
from training.viewsets.menu import PermittedMenuItem


@hooks.register("register_admin_urls")
def register_admin_urls():
    pages = (decisions, api_keys, manual, offer_reports)
    return [pattern for each in pages for pattern in each.urlpatterns]


@hooks.register("insert_global_admin_css")
def style_lists():
    return format_html('<link rel="stylesheet" href="{}">', static("certificates/css/admin.css"))


@hooks.register("register_reports_menu_item")
def offer_reported_messages():
    return PermittedMenuItem(
        gettext_lazy("Reported messages"),
        reverse("certificates_offer_reports"),
        permission=offer_reports.VIEW,
        icon_name="warning",
        order=95,
    )


@hooks.register("register_reports_menu_item")
def offer_manual_issues():
    return PermittedMenuItem(
        gettext_lazy("Issue by hand"),
        reverse("certificates_manual_issues"),
        permission=manual.VIEW,
        icon_name="edit",
        order=85,
    )


@hooks.register("register_settings_menu_item")
def offer_api_keys():
    return PermittedMenuItem(
        gettext_lazy("API keys"),
        reverse("certificates_api_keys"),
        permission=api_keys.VIEW,
        icon_name="key",
        order=900,
    )


@hooks.register("register_snippet_listing_buttons")
def offer_revocation(snippet, user, next_url=None):
    if isinstance(snippet, Certificate) and can_revoke(user=user, certificate=snippet):
        yield ListingButton(
            _("Revoke"), reverse("certificates_revoke", args=[snippet.pk]), icon_name="cross"
        )


@hooks.register("register_snippet_listing_buttons")
def offer_decision(snippet, user, next_url=None):
    if isinstance(snippet, NameCorrection) and can_decide(user=user, correction=snippet):
        yield ListingButton(
            _("Decide"), reverse("certificates_decide", args=[snippet.pk]), icon_name="edit"
        )


@hooks.register("register_log_actions")
def register_log_actions(actions):
    actions.register_action(
        "certificates.revoke",
        gettext_lazy("Revoke certificate"),
        gettext_lazy("Certificate revoked"),
    )
    actions.register_action(
        "certificates.approve_name",
        gettext_lazy("Approve another name"),
        gettext_lazy("Another name approved"),
    )
    actions.register_action(
        "certificates.refuse_name",
        gettext_lazy("Refuse another name"),
        gettext_lazy("Another name refused"),
    )
    actions.register_action(
        "certificates.make_api_key",
        gettext_lazy("Make API key"),
        gettext_lazy("API key made"),
    )
    actions.register_action(
        "certificates.revoke_api_key",
        gettext_lazy("Revoke API key"),
        gettext_lazy("API key revoked"),
    )
    actions.register_action(
        "certificates.verify_list",
        gettext_lazy("Verify a list"),
        gettext_lazy("List sent for verification"),
    )
