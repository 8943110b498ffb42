from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import Button
from wagtail.models import Page
from wagtail.snippets.models import register_snippet

from cms.domain.desk import find_comment
from cms.domain.notice_status import was_sent_out
from cms.models import NoticePage
from cms.users import keep_accounts_one_by_one
from cms.views import addressing, appointments
from cms.views.desk import DeskPanel
from cms.views.glossary_terms import GlossaryTermViewSet
from cms.views.readings import ReadingViewSet
from training.viewsets.menu import PermittedMenuItem


@hooks.register("register_admin_urls")
def register_admin_pages():
    return [*addressing.urlpatterns, *appointments.urlpatterns]


@hooks.register("construct_homepage_panels")
def lay_desk(request, panels):
    panels.append(DeskPanel())


@hooks.register("register_page_header_buttons")
def offer_sending_out(page, user, view_name, next_url=None):
    if isinstance(page, NoticePage) and addressing.can_send_out(user, page):
        yield Button(
            label=gettext_lazy("Send out to local governments"),
            url=reverse("notice_address", args=[page.pk]),
            icon_name="mail",
            priority=91,
        )
        yield Button(
            label=gettext_lazy("Who has confirmed it"),
            url=reverse("notice_status", args=[page.pk]),
            icon_name="list-ul",
            priority=92,
        )


@hooks.register("before_edit_page")
def tell_what_the_approver_wrote(request, page):
    """Where it is edited, not only in the mail."""
    if request.method == "GET" and (comment := find_comment(page=page)):
        messages.warning(
            request, _("The approver asks for changes: %(comment)s") % {"comment": comment}
        )


register_snippet(GlossaryTermViewSet)
register_snippet(ReadingViewSet)
hooks.register("before_bulk_action", keep_accounts_one_by_one)


@hooks.register("before_delete_page")
def keep_notices_that_were_sent_out(request, page):
    if was_sent_out(page=page):
        messages.error(
            request,
            _("“%(title)s” was sent out to local governments. Unpublish it instead.")
            % {"title": page.get_admin_display_title()},
        )
        return redirect("wagtailadmin_pages:edit", page.pk)
    return None


@hooks.register("before_bulk_action")
def keep_notices_in_bulk(request, action_type, objects, action):
    if action_type != "delete":
        return None
    pages = [each for each in objects if isinstance(each, Page)]
    kept = (keep_notices_that_were_sent_out(request, page) for page in pages)
    return next(filter(None, kept), None)


@hooks.register("register_settings_menu_item")
def offer_appointments():
    return PermittedMenuItem(
        gettext_lazy("Officers"),
        reverse("appointments"),
        permission=appointments.VIEW,
        icon_name="group",
        order=610,
    )


@hooks.register("register_help_menu_item")
def offer_handbook():
    return MenuItem(
        gettext_lazy("Handbook for editors"),
        reverse("handbook_editors"),
        name="handbook",
        icon_name="help",
        order=10,
    )


@hooks.register("construct_help_menu")
def keep_help_to_ours(request, items):
    """Wagtail's own two lead to pages in English on another site."""
    items[:] = [
        each for each in items if each.name != "editor-guide" and "whats-new" not in each.name
    ]
