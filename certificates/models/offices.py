"""What town halls use: lists to be verified, keys of the API, calls when something changes."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from training.models import LocalGovernment

from .certificates import certificate_storage
from .register import RegisterEntry


class BulkVerification(models.Model):
    """A list of certificates to be verified, and its answer; both are deleted after a day."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user")
    )
    file_name = models.CharField(_("file name"), max_length=200)
    upload = models.FileField(_("list"), storage=certificate_storage, blank=True)
    result = models.FileField(_("answered list"), storage=certificate_storage, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.WAITING)
    problem = models.TextField(_("problem"), blank=True)
    # How the file was understood: {"columns": {role: heading}, "layout": {…}}.
    reading = models.JSONField(default=dict, editable=False)
    rows_total = models.PositiveIntegerField(_("rows"), default=0)
    rows_done = models.PositiveIntegerField(_("rows done"), default=0)
    # What is shown on screen: a list of {"row", "given", "status", "note"}, without names.
    answers = models.JSONField(default=list, editable=False)
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("deleted at"), db_index=True)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    tries = models.PositiveIntegerField(_("tries"), default=0)

    class Meta:
        verbose_name = _("bulk verification")
        verbose_name_plural = _("bulk verifications")

    def __str__(self) -> str:
        return self.file_name


class ApiKey(models.Model):
    """A municipality's key to the API. Only its hash is kept; `prefix` is shown to tell keys
    apart."""

    local_government = models.ForeignKey(
        LocalGovernment, models.PROTECT, related_name="+", verbose_name=_("local government")
    )
    label = models.CharField(_("label"), max_length=100)
    prefix = models.CharField(_("begins with"), max_length=8)
    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created at"))
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")

    def __str__(self) -> str:
        return f"{self.local_government} {self.label} ({self.prefix}…)"


class Webhook(models.Model):
    """Where a municipality wants to be told of revocations and replacements."""

    api_key = models.ForeignKey(
        ApiKey, models.CASCADE, related_name="webhooks", verbose_name=_("API key")
    )
    url = models.URLField(_("address"), max_length=500)
    # Signs the calls: it must be read again for each of them, so it cannot be a hash.
    secret = models.CharField(_("secret"), max_length=64, editable=False)
    created_at = models.DateTimeField(_("created at"))
    disabled_at = models.DateTimeField(_("disabled at"), null=True, blank=True)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")

    def __str__(self) -> str:
        return self.url


class WebhookDelivery(models.Model):
    """One call to make: a row per webhook and register entry, kept as a log."""

    webhook = models.ForeignKey(
        Webhook, models.CASCADE, related_name="deliveries", verbose_name=_("webhook")
    )
    entry = models.ForeignKey(
        RegisterEntry, models.PROTECT, related_name="+", verbose_name=_("register entry")
    )
    tries = models.PositiveIntegerField(_("tries"), default=0)
    next_try_at = models.DateTimeField(_("next try at"), null=True, blank=True, db_index=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    answer = models.CharField(_("last answer"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        constraints = [
            models.UniqueConstraint(fields=["webhook", "entry"], name="one_delivery_per_entry"),
            models.CheckConstraint(
                name="webhook_delivery_has_no_more_tries",
                condition=Q(delivered_at=None) | Q(next_try_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry} → {self.webhook}"
