"""allauth's forms in the site's own words: one sentence on passwords, no placeholder that says the
label again, no second link for a forgotten password (the pages have their own)."""

import unicodedata
from typing import Any

from allauth.account import forms
from allauth.account.adapter import get_adapter
from allauth.account.internal import flows
from allauth.core import context, ratelimit
from allauth.core.internal.httpkit import headed_redirect_response
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp.forms import ActivateTOTPForm as AllauthActivateTOTPForm
from allauth.mfa.webauthn import forms as webauthn_forms
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.forms import BooleanField, CharField, EmailField, Form, HiddenInput, TextInput
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.accounts.mails import find_user, may_try_code, spend_mail
from cms.accounts.sessions import SHARED
from cms.adapters import MAIL_ID

HALF_WIDTH = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)} | {0x3000: " "}


class CodeField(CharField):
    """Digits as they come from a Japanese keyboard, with the blanks and dashes people put in."""

    def to_python(self, value: Any) -> str:
        text = unicodedata.normalize("NFKC", super().to_python(value))
        return "".join(character for character in text if character.isalnum())


class AddressField(EmailField):
    """As it comes from a Japanese keyboard, in full-width letters too."""

    def to_python(self, value: Any) -> str:
        return super().to_python(str(value or "").translate(HALF_WIDTH))


class PlainFields:
    fields: dict[str, Any]
    code_label = _("Six digits from the app, or a recovery code")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.help_text = ""
            if name == "password1":
                field.help_text = _(
                    "At least %(number)d characters. Not digits only, not one that many people use,"
                    " not one like your e-mail address."
                ) % {"number": MinimumLengthValidator().min_length}
        for name in ("email", "login"):
            if name in self.fields:
                given = self.fields[name]
                self.fields[name] = AddressField(label=given.label, widget=given.widget)
        if "code" in self.fields:
            attrs = {"inputmode": "numeric", "autocomplete": "one-time-code"}
            self.fields["code"] = CodeField(label=self.code_label, widget=TextInput(attrs))


class SharedComputer:
    """A question of every form to sign in with. The answer waits in the session until the sign-in
    succeeds, which may take a mail and a second factor."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shared"] = BooleanField(
            label=_("Several people use this computer"), required=False
        )

    def clean(self) -> Any:
        data = super().clean()
        context.request.session[SHARED] = bool(self.cleaned_data.get("shared"))
        return data


class LoginForm(SharedComputer, PlainFields, forms.LoginForm):
    def _setup_password_field(self) -> None:
        """allauth drops the field of a site where accounts are made without a password."""


class RequestLoginCodeForm(SharedComputer, PlainFields, forms.RequestLoginCodeForm):
    def clean_email(self) -> str:
        email = super().clean_email()
        self._user = find_active_user(email)
        return email


class ConfirmLoginCodeForm(PlainFields, forms.ConfirmLoginCodeForm):
    code_label = _("Six digits from the mail")

    def clean_code(self) -> str:
        mail_id = context.request.session.get(MAIL_ID)
        now = timezone.now()
        # Whoever asked with an unknown address has no code, and hears the same.
        if not self.expected_code or not mail_id or not may_try_code(mail_id=mail_id, now=now):
            raise get_adapter().validation_error("incorrect_code")
        code = super().clean_code()
        if not spend_mail(mail_id=mail_id, now=now):
            raise get_adapter().validation_error("incorrect_code")
        return code


class SignInLinkForm(SharedComputer, Form):
    pass


class SignupForm(SharedComputer, PlainFields, forms.SignupForm):
    """An address and nothing else. If it has an account, the mail signs in to that one: the page
    answers alike."""

    def clean_email(self) -> str:
        email = super().clean_email()
        # The same mail as on the page to sign in, so the same limit.
        if not ratelimit.consume(context.request, action="request_login_code", key=email):
            raise get_adapter().validation_error("too_many_login_attempts")
        return email

    def validate_unique_email(self, value: str) -> str:
        self.existing_user = find_user(value)
        self.account_already_exists = self.existing_user is not None
        return value

    def try_save(self, request: Any) -> tuple[Any, Any]:
        if not self.account_already_exists:
            return self.save(request), None
        email = self.cleaned_data["email"]
        flows.login_by_code.LoginCodeVerificationProcess.initiate(
            request=request, user=find_active_user(email), email=email
        )
        return None, headed_redirect_response("account_confirm_login_code")


class AddEmailForm(PlainFields, forms.AddEmailForm):
    pass


class ChangePasswordForm(PlainFields, forms.ChangePasswordForm):
    pass


class SetPasswordForm(PlainFields, forms.SetPasswordForm):
    pass


class ResetPasswordForm(PlainFields, forms.ResetPasswordForm):
    def clean_email(self) -> str:
        email = super().clean_email()
        user = find_active_user(email)
        self.users = [user] if user else []
        return email


class ResetPasswordKeyForm(PlainFields, forms.ResetPasswordKeyForm):
    pass


class ReauthenticateForm(PlainFields, forms.ReauthenticateForm):
    pass


class SecondFactorForm(PlainFields, mfa_forms.AuthenticateForm):
    pass


class SecondFactorAgainForm(PlainFields, mfa_forms.ReauthenticateForm):
    pass


class ActivateTOTPForm(PlainFields, AllauthActivateTOTPForm):
    code_label = _("Six digits from the app")


class AddPasskeyForm(PlainFields, webauthn_forms.AddWebAuthnForm):
    """Passkeys only, no keys that do not ask who holds them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = CharField(label=_("Name of this passkey"), max_length=60)
        self.fields["name"].required = False
        self.fields["passwordless"].initial = True
        self.fields["passwordless"].widget.attrs["hidden"] = True


class RenamePasskeyForm(PlainFields, webauthn_forms.EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = CharField(label=_("Name of this passkey"), max_length=60)


class PasskeyLoginForm(SharedComputer, PlainFields, webauthn_forms.LoginWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The page's one box; the script copies it.
        self.fields["shared"].widget = HiddenInput()


def find_active_user(email: str) -> Any:
    user = find_user(email)
    return user if user and user.is_active else None
