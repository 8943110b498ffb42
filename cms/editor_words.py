"""Labels of the editor that Wagtail makes of its names of fields, in English whatever the language.

Its catalogues cannot mend them; the templates in `templates/wagtailadmin` mend others.
"""

from django.utils.translation import gettext_lazy as _

LINKS = {
    "link_text": _("Words of the link"),
    "email_address": _("E-mail address"),
    "subject": _("Subject of the mail"),
    "body": _("Text of the mail"),
    "phone_number": _("Telephone number"),
}


def name_fields() -> None:
    from wagtail.admin.forms import choosers
    from wagtail.admin.forms.workflows import WorkflowPageForm
    from wagtail.admin.views.workflows import WorkflowContentTypeForm
    from wagtail.models import Page
    from wagtail.sites.views import IndexView
    from wagtail.users.forms import PagePermissionsForm

    WorkflowPageForm.base_fields["page"].label = _("Page")
    WorkflowContentTypeForm.base_fields["content_types"].label = _("Kinds of snippets")
    PagePermissionsForm.base_fields["page"].label = _("Page")
    said = {name: label for name, _short, label in Page.permission_types}
    PagePermissionsForm.base_fields["permissions"].label_from_instance = lambda permission: said[
        permission.codename
    ]
    labels = {"port": _("Port"), "site_name": _("Site name"), "root_page": _("Root page")}
    for column in IndexView.columns:
        column.label = labels.get(column.name, column.label)
    for form in (
        choosers.ExternalLinkChooserForm,
        choosers.AnchorLinkChooserForm,
        choosers.EmailLinkChooserForm,
        choosers.PhoneLinkChooserForm,
    ):
        for name, label in LINKS.items():
            if name in form.base_fields:
                form.base_fields[name].label = label
    choosers.AnchorLinkChooserForm.base_fields["url"].label = _("Place in this page (after the #)")
