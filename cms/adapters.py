"""allauth in the site's own words, and where this site is stricter than it."""

import base64
import hashlib
import logging
import time
from contextlib import suppress
from smtplib import SMTPException
from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.account.models import EmailAddress
from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cms.accounts.mails import find_user, make_mail
from cms.accounts.sessions import read_facts
from training.clock import today_in_japan
from training.domain.mail_html import attach_html
from training.domain.scopes import read_scope
from training.models import Learner

logger = logging.getLogger(__name__)
# Of the mail that the code now in the session came with.
MAIL_ID = "sign_in_mail"
CODE_MAIL = "account/email/login_code"


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "enter_current_password": _("This is not your current password."),
        "incorrect_password": _("This is not your password."),
        "incorrect_code": _(
            "This is not the code, or it cannot be used any more. Please look at the newest mail."
        ),
        "email_taken": _(
            "There is an account with this address already. Please sign in, or set a new password"
            " if you have forgotten it."
        ),
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "too_many_login_attempts": _("Too many attempts. Please wait a while and try again."),
        "rate_limited": _("Too many attempts. Please wait a while and try again."),
        "max_email_addresses": _("An account has at most %d addresses."),
    }

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Editors to their editor, officers to their bodies, learners to their own page."""
        is_learner = Learner.objects.filter(user_id=request.user.pk).exists()
        if request.user.has_perm("wagtailadmin.access_admin") and not is_learner:
            return reverse("wagtailadmin_home")
        if not is_learner and read_scope(user=request.user, today=today_in_japan()).is_officer:
            return reverse("training:offices")
        if request.user.has_perm("lms_certificates.add_bulkverification") and not is_learner:
            return reverse("certificates:lists")
        return reverse("training:desk")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """A shared computer forgets a message with everything else: the page itself tells."""
        facts = read_facts(request.session)
        if facts and facts["is_shared"]:
            return f"{reverse('account_login')}?left=1"
        return str(super().get_logout_redirect_url(request))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_index")

    def login(self, request: HttpRequest, user: Any) -> None:
        """What a mail's first use took from the account is not in the user loaded before it."""
        user.refresh_from_db(fields=["password", "session_number"])
        super().login(request, user)

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Of two sign-ups with one address at the same moment the second is sent to sign in."""
        try:
            with transaction.atomic():
                return super().save_user(request, user, form, commit)
        except IntegrityError as error:
            raise ImmediateHttpResponse(redirect("account_login")) from error

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """There are no user names."""

    def is_login_by_code_required(self, login: Any) -> bool:
        """A new account is signed in by what its mailbox holds, and so has a proven address."""
        return login.signup and not has_proven_address(login.user)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not of somebody who signed in a moment ago. Who has neither password nor second factor
        to show signs in anew: allauth would let the open session alone suffice."""
        user = self.request.user
        times = [record["at"] for record in get_authentication_records(self.request, user)]
        if times and time.time() - max(times) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
            return False
        if not get_reauthentication_flows(user):
            back = reverse("account_index")
            if self.request.method == "GET":
                back = self.request.get_full_path()
            url = f"{reverse('account_again')}?{urlencode({'next': back})}"
            raise ImmediateHttpResponse(redirect(url))
        return True

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        words = {
            "reauthenticate": gettext("Use the password"),
            "mfa_reauthenticate": gettext("Use the authenticator app or a recovery code"),
            "mfa_reauthenticate:webauthn": gettext("Use a passkey"),
        }
        methods = super().get_reauthentication_methods(user)
        return [method | {"description": words[method["id"]]} for method in methods]

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        if template_prefix == CODE_MAIL:
            context = context | {"sign_in_url": self._make_link(email)}
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException) as error:
            logger.warning("%s: %s", template_prefix, type(error).__name__)
            messages.error(
                self.request,
                gettext("The mail could not be sent just now. Please try again in a few minutes."),
            )
            raise ImmediateHttpResponse(redirect(self.request.get_full_path())) from error

    def render_mail(self, *args: Any, **kwargs: Any) -> Any:
        message = super().render_mail(*args, **kwargs)
        attach_html(message)
        return message

    def _make_link(self, email: str) -> str:
        mail, secret = make_mail(
            user=find_user(email),
            email=email,
            next_url=get_next_redirect_url(self.request) or "",
            now=timezone.now(),
        )
        self.request.session[MAIL_ID] = mail.pk
        return self.request.build_absolute_uri(reverse("account_sign_in_link", args=[secret]))

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """What was changed stays changed when the mail about it cannot be sent."""
        with suppress(ImmediateHttpResponse):
            super().send_notification_mail(*args, **kwargs)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    error_messages = DefaultSocialAccountAdapter.error_messages | {
        "no_password": _("Please set a password first: else you could not sign in any more."),
        "connected_other": _("This sign-in is connected with another account already."),
    }

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """New people come in with an address that the provider has proven and nobody here uses.
        Everybody else signs in by mail first and connects the two: no address opens an account."""
        if sociallogin.is_existing or sociallogin.state.get("process") == "connect":
            return
        addresses = [each.email for each in sociallogin.email_addresses if each.verified]
        if not addresses or any(find_user(address) for address in addresses):
            raise ImmediateHttpResponse(redirect("account_connect_first"))
        # allauth would also note down what the provider could not prove.
        sociallogin.email_addresses = [
            each for each in sociallogin.email_addresses if each.email == addresses[0]
        ]
        sociallogin.user.email = addresses[0]

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        """The address only: the name on a certificate is what the learner enters."""
        return super().populate_user(request, sociallogin, {"email": data.get("email")})


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This is not the code. Please look at the app again and type it anew."),
        "unverified_email": _(
            "First confirm your e-mail addresses, or remove the one that is not confirmed."
        ),
        "cannot_generate_recovery_codes": _("First set up the app or a passkey."),
        "cannot_delete_authenticator": _("This cannot be removed."),
    }

    def encrypt(self, text: str) -> str:
        """Who reads the database alone has no second factors."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        return settings.WAGTAIL_SITE_NAME

    def build_totp_svg(self, url: str) -> str:
        """To stand in the page: the policy allows no data: addresses."""
        return segno.make(url).svg_inline(scale=6, light="#fff")

    def _get_site_name(self) -> str:
        return settings.WAGTAIL_SITE_NAME

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        number = user.authenticator_set.filter(type=type).count() + 1
        return gettext("Passkey %(number)d") % {"number": number}


def _cipher() -> MultiFernet:
    """From the site's secret key, and from those before it."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (hashlib.sha256(f"second factors:{key}".encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def has_proven_address(user: Any) -> bool:
    """What a town sends to an address is for its owner alone."""
    return EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists()
