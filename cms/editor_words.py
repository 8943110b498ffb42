"""Labels of the editor that Wagtail makes of its names of fields, in English whatever the language.

Its catalogues cannot mend them; the templates in `templates/wagtailadmin` mend others.
"""

from django.utils.translation import gettext_lazy as _


def name_fields() -> None:
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
