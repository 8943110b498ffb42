from datetime import date

from django.conf import settings
from django.contrib import admin
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from training.models import Enrolment

from .keys import SigningKey
from .templates import CertificateTemplate


def certificate_storage() -> Storage:
    """The private storage. Hosts without an alias of this name get the default one's class."""
    return storages["certificates" if "certificates" in settings.STORAGES else "default"]


class NumberSeries(models.Model):
    """The last number given in a fiscal year under a symbol. Its row lock makes numbers gapless."""

    symbol = models.CharField(_("number symbol"), max_length=10, blank=True)
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"))
    last_number = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        constraints = [
            models.UniqueConstraint(fields=["symbol", "fiscal_year"], name="one_series_per_year")
        ]

    def __str__(self) -> str:
        return f"{self.symbol}{self.fiscal_year}"


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def due(self, *, now) -> "CertificateQuerySet":
        """Waiting, and held by no worker that may still be alive."""
        return self.filter(Q(lease_until=None) | Q(lease_until__lt=now), status="pending")

    def valid(self, *, today: date) -> "CertificateQuerySet":
        return self.filter(Q(expires_on=None) | Q(expires_on__gte=today), status="issued")


class Certificate(models.Model):
    """The certificate itself; the PDF is its printed form. `facts` never changes once written:
    see certificates.rendering.facts.CertificateFacts for its shape."""

    class Status(models.TextChoices):
        PENDING = "pending", _("being prepared")
        ISSUED = "issued", _("issued")
        REVOKED = "revoked", _("revoked")
        SUPERSEDED = "superseded", _("superseded")

    class RevocationClass(models.TextChoices):
        ISSUED_IN_ERROR = "issued_in_error", _("issued in error")
        MISCONDUCT = "misconduct", _("obtained by misconduct")
        REQUEST = "request", _("at the holder's request")
        KEY_LOST = "key_lost", _("the signing key was lost")
        OTHER = "other", _("another reason")

    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, related_name="certificates", verbose_name=_("enrolment")
    )
    template = models.ForeignKey(
        CertificateTemplate, models.PROTECT, related_name="+", verbose_name=_("template")
    )
    template_revision = models.ForeignKey(
        "wagtailcore.Revision", models.PROTECT, null=True, related_name="+", editable=False
    )
    symbol = models.CharField(_("number symbol"), max_length=10, blank=True)
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"))
    number = models.PositiveIntegerField(_("number"))
    code = models.CharField(_("verification code"), max_length=13, unique=True)
    facts = models.JSONField(_("facts"))
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.PENDING, db_index=True
    )
    created_at = models.DateTimeField(_("created at"))
    issued_at = models.DateTimeField(_("issued at"), null=True, blank=True)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revocation_class = models.CharField(
        _("class of reason"), max_length=20, choices=RevocationClass, blank=True
    )
    revocation_reason = models.TextField(_("reason of the revocation"), blank=True)
    supersedes = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
        verbose_name=_("supersedes"),
    )
    file = models.FileField(_("file"), storage=certificate_storage, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True, db_index=True)
    signing_key = models.ForeignKey(
        SigningKey,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("key of the signature"),
    )
    credential_key = models.ForeignKey(
        SigningKey,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("key of the credential"),
    )
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    tries = models.PositiveIntegerField(_("tries"), default=0)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=Q(supersedes=None),
                name="one_certificate_per_completion",
            ),
            models.UniqueConstraint(
                fields=["symbol", "fiscal_year", "number"], name="certificate_number"
            ),
            models.CheckConstraint(
                name="certificate_issued_with_file",
                condition=~Q(status="issued") | (~Q(sha256="") & Q(issued_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.number_text

    @property
    @admin.display(description=_("number"))
    def number_text(self) -> str:
        return self.facts["number"]

    @property
    @admin.display(description=_("full name"))
    def holder(self) -> str:
        return self.facts["full_name"]

    @property
    @admin.display(description=_("course"))
    def course_title(self) -> str:
        return self.facts["course_title"]


class NameCorrection(models.Model):
    """A holder's request for a certificate with another name: approved, it becomes one that
    supersedes the old (rule R6)."""

    class Decision(models.TextChoices):
        WAITING = "waiting", _("waiting")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn by the holder")

    certificate = models.ForeignKey(
        Certificate, models.PROTECT, related_name="corrections", verbose_name=_("certificate")
    )
    full_name = models.CharField(_("full name"), max_length=100)
    kana = models.CharField(_("reading of the name"), max_length=100)
    former_name = models.CharField(_("former name"), max_length=100, blank=True)
    reason = models.TextField(_("reason"), max_length=1000)
    requested_at = models.DateTimeField(_("requested at"))
    decision = models.CharField(
        _("decision"), max_length=10, choices=Decision, default=Decision.WAITING, db_index=True
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decision_note = models.TextField(_("note to the holder"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("name correction")
        verbose_name_plural = _("name corrections")
        constraints = [
            models.UniqueConstraint(
                fields=["certificate"],
                condition=Q(decision="waiting"),
                name="one_name_correction_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.certificate} → {self.full_name}"
