from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import CreateView, EditView, SnippetViewSet

from training.domain.allowances import grant_allowance
from training.models import Allowance

from .choosers import ReadersChooserViewSet


class AllowanceForm(WagtailAdminModelForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["learner"].disabled = True


class GrantMixin:
    """Saving by way of the domain, which gives attempts under way the longer time, too."""

    def save_instance(self) -> Allowance:
        granted = self.form.save(commit=False)
        return grant_allowance(
            learner=granted.learner,
            time_percent=granted.time_percent,
            reason=granted.reason,
            now=timezone.now(),
            user=self.request.user,
        )


class CreateAllowanceView(GrantMixin, CreateView):
    pass


class EditAllowanceView(GrantMixin, EditView):
    pass


class AllowanceViewSet(SnippetViewSet):
    model = Allowance
    chooser_viewset_class = ReadersChooserViewSet
    icon = "time"
    menu_label = _("Time allowances")
    add_view_class = CreateAllowanceView
    edit_view_class = EditAllowanceView
    copy_view_enabled = False
    list_display = [
        "learner",
        Column("email", label=_("e-mail address"), accessor="learner.user.email"),
        "time_percent",
    ]
    search_fields = ["learner__full_name", "learner__kana", "learner__user__email"]
    edit_handler = ObjectList(
        [FieldPanel("learner"), FieldPanel("time_percent"), FieldPanel("reason")],
        base_form_class=AllowanceForm,
    )

    def get_queryset(self, request: Any) -> Any:
        return Allowance.objects.select_related("learner__user").order_by("learner__kana", "pk")
