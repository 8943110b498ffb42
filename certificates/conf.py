"""Settings of this app, read when asked for."""

import os
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Deeds of this app, for the audit log: see training.seams.audit_actions.
AUDIT_ACTIONS: dict[str, Promise] = {
    "api_key.make": _("API key made"),
    "api_key.revoke": _("API key revoked"),
    "certificate.issue": _("Certificate issued"),
    "certificate.issue_by_hand": _("Issue by hand approved"),
    "certificate.propose": _("Issue by hand proposed"),
    "certificate.refuse_by_hand": _("Issue by hand refused"),
    "certificate.revoke": _("Certificate revoked"),
    "certificate.supersede": _("Certificate superseded"),
    "correction.approved": _("Another name approved"),
    "correction.refused": _("Another name refused"),
    "key.create": _("Signing key made"),
    "key.retire": _("Signing key retired"),
    "key.revoke": _("Signing key revoked"),
    "list.verify": _("List sent for verification"),
    "offer.report": _("Message of an officer reported"),
    "offer.write": _("Message sent to a learner who offers to teach"),
    "register.export": _("Register exported"),
    "template.publish": _("Certificate template published"),
}


def base_url() -> str:
    """What the QR code points at, without a path: it is printed for ever, so set it well."""
    url = getattr(settings, "CERTIFICATES_BASE_URL", "") or settings.WAGTAILADMIN_BASE_URL
    return url.rstrip("/")


def lease_seconds() -> int:
    """How long a worker may hold a certificate; longer than the hard time limit of its task."""
    return getattr(settings, "CERTIFICATES_LEASE_SECONDS", 120)


def issuer_name() -> str:
    """The organisation in the certificates of the keys we make."""
    return getattr(settings, "CERTIFICATES_ISSUER_NAME", "") or settings.WAGTAIL_SITE_NAME


def key_folder() -> Path:
    """Where private keys lie that are in no token."""
    try:
        return Path(settings.CERTIFICATES_KEY_FOLDER)
    except AttributeError as error:
        raise ImproperlyConfigured("Set CERTIFICATES_KEY_FOLDER: keys are kept there") from error


def pkcs11_token() -> dict[str, str] | None:
    """CERTIFICATES_PKCS11 names the module's path and the token's label; its PIN comes from the
    environment only, as settings end up in error reports."""
    token = getattr(settings, "CERTIFICATES_PKCS11", None)
    if token is None:
        return None
    pin = os.environ.get("KATSUYO_PKCS11_PIN")
    if not pin:
        raise ImproperlyConfigured("CERTIFICATES_PKCS11 needs the PIN in KATSUYO_PKCS11_PIN")
    return {"module": token["module"], "label": token["label"], "pin": pin}


def renewal_days() -> int:
    """How long before its last day a certificate's holder may take the course again."""
    return getattr(settings, "CERTIFICATES_RENEWAL_DAYS", 90)


def trusted_proxies() -> int:
    """How many proxies of our own stand before the site, each adding to X-Forwarded-For."""
    return getattr(settings, "CERTIFICATES_TRUSTED_PROXIES", 0)


# Failures within ten minutes from one address. 200 people behind one address make a mistake each,
# and are not stopped.
THROTTLE_LIMITS = {"verification": 300, "malformed": 300, "name": 20, "upload": 60}


def throttle_limit(scope: str) -> int:
    limits = THROTTLE_LIMITS | getattr(settings, "CERTIFICATES_THROTTLE_LIMITS", {})
    return limits.get(scope, limits["verification"])


def allows_private_webhooks() -> bool:
    """Whether webhooks may lead to this network and do without TLS: for tests only."""
    return getattr(settings, "CERTIFICATES_ALLOW_PRIVATE_WEBHOOKS", False)


# A day, for one officer, to learners who offer to teach.
OFFER_MESSAGES_PER_DAY = 10
# Unless TRAINING_RETENTION says otherwise of `offer_texts`.
OFFER_TEXT_DAYS = 90


def api_rate() -> str:
    """How often a key may ask the API."""
    return getattr(settings, "CERTIFICATES_API_RATE", "120/min")
