from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse

from training.models import Learner


class AccountAdapter(DefaultAccountAdapter):
    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Editors to their editor, learners to their own page."""
        is_learner = Learner.objects.filter(user_id=request.user.pk).exists()
        if request.user.has_perm("wagtailadmin.access_admin") and not is_learner:
            return reverse("wagtailadmin_home")
        return reverse("training:desk")

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """There are no user names."""
