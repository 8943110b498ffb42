"""Accounts and groups in the administration: Wagtail's pages, so that nobody gives rights to
themselves or takes over an account, and no change of rights goes unrecorded."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.users.views import groups, users

from cms.rights import because, read_places, record_places
from training.forms import ReasonField

# Of the accounts; the others ask for each account by itself.
BULK_ACTIONS = ("assign_role", "set_active_state", "delete")


RIGHTS = ("is_active", "is_superuser", "groups")


class AccountForm(forms.ModelForm):
    """No name and no password: a name belongs to the learner, and whoever could set a password
    could sign in as somebody else."""

    reason = ReasonField(
        required=False,
        help_text=gettext_lazy(
            "Needed when roles or the right to sign in change. Kept in the audit log; please write"
            " no names."
        ),
    )

    def __init__(self, *args: Any, actor: Any, editing_self: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if editing_self:
            for name in (*RIGHTS, "reason"):
                del self.fields[name]
        elif not actor.is_superuser:
            del self.fields["is_superuser"]
        if self.instance.pk and not actor.is_superuser:
            self.fields["email"].disabled = True
            self.fields["email"].help_text = _("People change their own address themselves.")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        changed = set(RIGHTS) & set(self.changed_data)
        if not self.instance.pk:
            # A new account may sign in, and that is no change of anything.
            changed.discard("is_active")
        if changed and "reason" not in self.errors and not data["reason"]:
            self.add_error("reason", _("Please say why the rights of this account change."))
        return data

    class Meta:
        model = get_user_model()
        fields = ["email", "is_active", "groups", "is_superuser"]
        labels = {
            "is_active": gettext_lazy("May sign in"),
            "groups": gettext_lazy("Roles"),
            "is_superuser": gettext_lazy("Everything (for whoever runs the server)"),
        }
        help_texts = {"is_active": "", "groups": "", "is_superuser": ""}
        widgets = {"groups": forms.CheckboxSelectMultiple}


class ActorMixin:
    request: HttpRequest

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"actor": self.request.user}  # type: ignore[misc]


class CreateUserView(ActorMixin, users.CreateView):
    def save_instance(self) -> Any:
        # They sign in by mail, or set a password by mail.
        self.form.instance.set_unusable_password()
        with because(self.form.cleaned_data["reason"]):
            return super().save_instance()


class EditUserView(ActorMixin, users.EditView):
    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if self.object.is_superuser and not request.user.is_superuser:
            raise PermissionDenied

    def save_instance(self) -> Any:
        # Nobody changes their own rights, so nobody gives a reason for it.
        with because(self.form.cleaned_data.get("reason", "")):
            return super().save_instance()


class UserViewSet(users.UserViewSet):
    add_view_class = CreateUserView
    edit_view_class = EditUserView
    create_template_name = "wagtailadmin/generic/create.html"
    edit_template_name = "wagtailadmin/generic/edit.html"
    copy_view_enabled = False

    def get_form_class(self, for_update: bool = False) -> type[AccountForm]:
        return AccountForm


class PlacesMixin:
    """What a group may do with which pages and collections is written in bulk, without signals."""

    object: Group

    @transaction.atomic
    def process_form(self) -> HttpResponse:
        before = read_places(self.object) if self.object.pk else set()
        response = super().process_form()  # type: ignore[misc]
        if self.object.pk:
            record_places(group=self.object, before=before)
        return response


class CreateGroupView(PlacesMixin, groups.CreateView):
    pass


class EditGroupView(PlacesMixin, groups.EditView):
    pass


class GroupViewSet(groups.GroupViewSet):
    add_view_class = CreateGroupView
    edit_view_class = EditGroupView


def keep_accounts_one_by_one(
    request: HttpRequest, action_type: str, objects: list[Any], action: BulkAction
) -> HttpResponse | None:
    """In bulk nobody sees whose rights change, and Wagtail would let people change their own."""
    is_of_accounts = any(isinstance(each, get_user_model()) for each in objects)
    if not is_of_accounts or action_type not in BULK_ACTIONS:
        return None
    messages.error(request, _("Change accounts one by one."))
    return redirect("wagtailusers_users:index")
