"""Lists in Wagtail's admin of what nobody writes by hand."""

from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import cached_property
from wagtail.admin.admin_url_finder import ModelAdminURLFinder
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import policy_registry
from wagtail.snippets.views.snippets import IndexView, InspectView, SnippetViewSet

from training.clock import in_japan
from training.viewsets.choosers import ReadersChooserViewSet

# Columns that certificates/css/admin.css leaves out on a phone.
ONLY_WIDE = "certificates-wide"


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


class ReadOnlyIndexView(IndexView):
    @cached_property
    def columns(self) -> list[Column]:
        """No bulk action is for these."""
        columns = super().columns
        return [each for each in columns if not isinstance(each, BulkActionsCheckboxColumn)]


class ReadOnlyInspectView(InspectView):
    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        """Wagtail prints moments in UTC here, which is the day before until nine in the morning."""
        value = super().get_field_display_value(field_name, field)
        if isinstance(value, datetime):
            return date_format(in_japan(value), "DATETIME_FORMAT")
        return "–" if value in (None, "") else value


class InspectFinder(ModelAdminURLFinder):
    """Where other lists of Wagtail's link to; without it they say "private" of these."""

    def get_edit_url(self, instance: Any) -> str | None:
        policy = policy_registry.get(instance)
        if self.user and not policy.user_has_permission(self.user, "view"):
            return None
        return self.construct_edit_url(instance)


class ReadOnlyViewSet(SnippetViewSet):
    chooser_viewset_class = ReadersChooserViewSet
    list_per_page = 50
    index_view_class = ReadOnlyIndexView
    index_template_name = "wagtailadmin/generic/index.html"
    inspect_view_enabled = True
    inspect_view_class = ReadOnlyInspectView
    copy_view_enabled = False
    panels = []

    @property
    def url_finder_class(self) -> type[InspectFinder]:
        names = {"edit_url_name": self.get_url_name("inspect")}
        return type("_InspectFinder", (InspectFinder,), names)
