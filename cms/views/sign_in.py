from allauth.account.internal.flows.email_verification import verify_email_indirectly
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import Login
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from cms.accounts.mails import find_mail, spend_mail
from cms.accounts.sessions import SHARED
from cms.forms import SignInLinkForm
from cms.models import User


def editor_login(request: HttpRequest) -> HttpResponse:
    """allauth signs everybody in, editors too. Wagtail sends here whoever may not edit: someone
    already signed in would be sent back and forth for ever."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect(f"{reverse('account_login')}?{request.GET.urlencode()}")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, secret: str) -> HttpResponse:
    """What the mail leads to. It tells nothing about the account and spends nothing: programs that
    look through mails open every link. The button signs in, in whatever browser this is."""
    mail = find_mail(secret=secret, now=timezone.now())
    if mail is None:
        return render(request, "account/sign_in_link_over.html", status=410)
    if request.method != "POST":
        form = SignInLinkForm(initial={"shared": request.session.get(SHARED, False)})
        return render(request, "account/sign_in_link.html", {"form": form})
    if request.user.is_authenticated:
        logout(request)
    if not SignInLinkForm(request.POST).is_valid() or not spend_mail(
        mail_id=mail.pk, now=timezone.now()
    ):
        return render(request, "account/sign_in_link_over.html", status=410)
    clear_login(request)
    user = User.objects.get(pk=mail.user_id)
    record_authentication(request, user, method="code", email=mail.email)
    verify_email_indirectly(request, user, mail.email)
    login = Login(user=user, email=mail.email, redirect_url=mail.next_url or None)
    return perform_login(request, login)


@never_cache
def start_oidc(request: HttpRequest, provider_id: str) -> HttpResponse:
    if request.method != "POST":
        return redirect("account_login")
    request.session[SHARED] = "shared" in request.POST
    return openid_connect.login(request, provider_id=provider_id)


@require_GET
def connect_first(request: HttpRequest) -> HttpResponse:
    return render(request, "account/connect_first.html")
