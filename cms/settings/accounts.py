"""Signing in: docs/accounts.md tells what each of these means."""

import os
from urllib.parse import urlsplit

# Who works here shows a second factor. Off only where nobody works: `check --deploy` refuses it.
STAFF_MFA = os.environ.get("KATSUYO_STAFF_MFA", "1") != "0"

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600


def _seconds(name: str, default: int, unit: int) -> int:
    return int(float(os.environ.get(f"KATSUYO_{name}", default)) * unit)


# Seconds without a visit, and from the sign-in on, after which a session is over.
SESSION_LIMITS = {
    "learner": (_seconds("LEARNER_IDLE_DAYS", 14, DAY), _seconds("LEARNER_DAYS", 90, DAY)),
    "staff": (_seconds("STAFF_IDLE_MINUTES", 30, MINUTE), _seconds("STAFF_HOURS", 12, HOUR)),
    "shared": (_seconds("SHARED_IDLE_MINUTES", 10, MINUTE), _seconds("SHARED_HOURS", 2, HOUR)),
}
# Of visitors who are not signed in, and of rows whose cookie ends with the browser.
SESSION_COOKIE_AGE = DAY

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "training:desk"
ACCOUNT_ADAPTER = "cms.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "cms.forms.LoginForm",
    "request_login_code": "cms.forms.RequestLoginCodeForm",
    "confirm_login_code": "cms.forms.ConfirmLoginCodeForm",
    "signup": "cms.forms.SignupForm",
    "add_email": "cms.forms.AddEmailForm",
    "change_password": "cms.forms.ChangePasswordForm",
    "set_password": "cms.forms.SetPasswordForm",
    "reset_password": "cms.forms.ResetPasswordForm",
    "reset_password_from_key": "cms.forms.ResetPasswordKeyForm",
    "reauthenticate": "cms.forms.ReauthenticateForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
# No password: the mail proves the address, and who wants a password sets one later.
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_MAX_EMAIL_ADDRESSES = 5
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
# How long a session lives is for cms.accounts.sessions to say.
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * MINUTE

# The limits of the mail itself, 15 minutes and five tries, are those of cms.models.SignInMail.
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * MINUTE
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = 2
ACCOUNT_LOGIN_TIMEOUT = 30 * MINUTE
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}

# Two hundred people of a town hall come from one address, so what counts is the account ("key"):
# 20 mails a day with five tries each are a chance of 1 in 10,000 to guess a code.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "200/m/ip,5/5m/key,50/d/key",
    "request_login_code": "300/m/ip,3/5m/key,20/d/key",
    "signup": "300/10m/ip",
    "reset_password": "300/m/ip,3/5m/key,20/d/key",
    "reset_password_from_key": "300/m/ip",
    "manage_email": "20/h/user",
}

MFA_ADAPTER = "cms.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
# A telephone's clock half a minute off, or a code typed slowly, is nobody's fault.
MFA_TOTP_TOLERANCE = 1
MFA_RATE_LIMITS = {"webauthn_login": "300/m/ip"}
MFA_FORMS = {
    "authenticate": "cms.forms.SecondFactorForm",
    "reauthenticate": "cms.forms.SecondFactorAgainForm",
    "activate_totp": "cms.forms.ActivateTOTPForm",
    "add_webauthn": "cms.forms.AddPasskeyForm",
    "edit_webauthn": "cms.forms.RenamePasskeyForm",
    "login_webauthn": "cms.forms.PasskeyLoginForm",
}

# OpenID Connect, on the sign-in page once its server is named.
OIDC: dict[str, str] = {}
OIDC_ORIGINS: list[str] = []
SOCIALACCOUNT_ADAPTER = "cms.adapters.SocialAccountAdapter"
SOCIALACCOUNT_PROVIDERS: dict[str, dict] = {}
if _oidc_server := os.environ.get("KATSUYO_OIDC_SERVER_URL"):
    _domains = os.environ.get("KATSUYO_OIDC_TRUSTED_DOMAINS", "")
    OIDC = {"id": "oidc", "name": os.environ.get("KATSUYO_OIDC_NAME", "OpenID Connect")}
    _server = urlsplit(_oidc_server)
    OIDC_ORIGINS = [f"{_server.scheme}://{_server.netloc}"]
    OIDC_ORIGINS += os.environ.get("KATSUYO_OIDC_ORIGINS", "").split()
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": OIDC["id"],
                    "name": OIDC["name"],
                    "client_id": os.environ["KATSUYO_OIDC_CLIENT_ID"],
                    "secret": os.environ["KATSUYO_OIDC_CLIENT_SECRET"],
                    "settings": {
                        "server_url": _oidc_server,
                        # Of these domains every address counts as proven, whatever it says.
                        "verified_email": [each for each in _domains.split(",") if each],
                    },
                }
            ],
        }
    }
