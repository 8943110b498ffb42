"""allauth's forms in the site's own words: one sentence on passwords, no placeholder that says the
label again, no second link for a forgotten password (the pages have their own)."""

from typing import Any

from allauth.account import forms
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext_lazy as _


class PlainFields:
    fields: dict[str, Any]

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


class LoginForm(PlainFields, forms.LoginForm):
    pass


class SignupForm(PlainFields, forms.SignupForm):
    pass


class AddEmailForm(PlainFields, forms.AddEmailForm):
    pass


class ChangePasswordForm(PlainFields, forms.ChangePasswordForm):
    pass


class ResetPasswordForm(PlainFields, forms.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(PlainFields, forms.ResetPasswordKeyForm):
    pass


class ReauthenticateForm(PlainFields, forms.ReauthenticateForm):
    pass
