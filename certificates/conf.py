"""Settings of this app, read when asked for."""

from django.conf import settings


def base_url() -> str:
    """What the QR code points at, without a path: it is printed for ever, so set it well."""
    return getattr(settings, "CERTIFICATES_BASE_URL", settings.WAGTAILADMIN_BASE_URL).rstrip("/")


def lease_seconds() -> int:
    """How long a worker may hold a certificate; longer than the hard time limit of its task."""
    return getattr(settings, "CERTIFICATES_LEASE_SECONDS", 120)
