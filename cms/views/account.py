from allauth.account.models import EmailAddress
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from training.models import Learner


@never_cache
@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """Everything about the account in one place. Four statements."""
    types = list(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    return render(
        request,
        "account/index.html",
        {
            "addresses": EmailAddress.objects.filter(user=request.user).order_by("-primary", "pk"),
            "has_app": Authenticator.Type.TOTP in types,
            "has_codes": Authenticator.Type.RECOVERY_CODES in types,
            "passkeys": types.count(Authenticator.Type.WEBAUTHN),
            "is_learner": Learner.objects.filter(user=request.user).exists(),
            "connections": SocialAccount.objects.filter(user=request.user).count(),
        },
    )


@require_POST
@login_required
def end_sessions(request: HttpRequest) -> HttpResponse:
    request.user.end_sessions()
    update_session_auth_hash(request, request.user)
    messages.success(request, _("Signed out everywhere else. You go on here."))
    return redirect("account_index")


@never_cache
@require_GET
@login_required
def again(request: HttpRequest) -> HttpResponse:
    """For somebody without password and second factor before an important change."""
    back = get_next_redirect_url(request) or reverse("account_index")
    login = f"{reverse('account_login')}?{urlencode({'next': back})}"
    return render(request, "account/again.html", {"login": login})
