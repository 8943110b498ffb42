from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from training.models import Learner


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "enter_current_password": _("This is not your current password."),
        "incorrect_password": _("This is not your password."),
        "email_taken": _(
            "There is an account with this address already. Please sign in, or set a new password"
            " if you have forgotten it."
        ),
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "too_many_login_attempts": _("Too many attempts. Please wait a while and try again."),
    }

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Editors to their editor, town halls to their lists, learners to their own page."""
        is_learner = Learner.objects.filter(user_id=request.user.pk).exists()
        if request.user.has_perm("wagtailadmin.access_admin") and not is_learner:
            return reverse("wagtailadmin_home")
        if request.user.has_perm("lms_certificates.add_bulkverification") and not is_learner:
            return reverse("certificates:lists")
        return reverse("training:desk")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return self.get_login_redirect_url(request)

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Of two sign-ups with one address at the same moment the second is sent to sign in."""
        try:
            with transaction.atomic():
                return super().save_user(request, user, form, commit)
        except IntegrityError as error:
            raise ImmediateHttpResponse(redirect("account_login")) from error

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """There are no user names."""
