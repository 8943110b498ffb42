from django.conf import settings
from django.contrib import admin
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import RevisionMixin

from training.models import CoursePage, Enrolment


def certificate_storage() -> Storage:
    """The private storage. Hosts without an alias of this name get the default one's class."""
    return storages["certificates" if "certificates" in settings.STORAGES else "default"]


class CertificateTemplate(RevisionMixin, models.Model):
    """Wording and issuer. What is issued keeps a copy, so a change touches no earlier paper."""

    course = models.OneToOneField(
        CoursePage,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="certificate_template",
        verbose_name=_("course"),
        help_text=_("Empty: for every course without a template of its own."),
    )
    title = models.CharField(_("title"), max_length=50, default="修了証書")
    wording = models.TextField(_("wording"), max_length=400)
    issuer_office = models.CharField(_("issuing office"), max_length=100)
    issuer_title = models.CharField(_("issuer's title"), max_length=100, blank=True)
    issuer_name = models.CharField(
        _("issuer's name"),
        max_length=100,
        blank=True,
        help_text=_("As long as it is empty, everything issued is marked as a specimen (見本)."),
    )

    panels = [
        FieldPanel("course"),
        FieldPanel("title"),
        FieldPanel("wording"),
        MultiFieldPanel(
            [FieldPanel("issuer_office"), FieldPanel("issuer_title"), FieldPanel("issuer_name")],
            heading=_("Issuer"),
        ),
    ]

    class Meta:
        verbose_name = _("certificate template")
        verbose_name_plural = _("certificate templates")
        constraints = [
            models.UniqueConstraint(
                models.functions.Coalesce("course", 0),
                name="one_certificate_template_per_course",
                violation_error_message=_("This course has a certificate template already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} – {self.course or self.issuer_office}"

    @property
    def is_specimen(self) -> bool:
        return not self.issuer_name


class NumberSeries(models.Model):
    """The last number given in a fiscal year. Its row lock makes numbers gapless."""

    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"), unique=True)
    last_number = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")

    def __str__(self) -> str:
        return str(self.fiscal_year)


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def due(self, *, now) -> "CertificateQuerySet":
        """Waiting, and held by no worker that may still be alive."""
        return self.filter(Q(lease_until=None) | Q(lease_until__lt=now), status="pending")


class Certificate(models.Model):
    """The certificate itself; the PDF is its printed form. `facts` never changes once written:
    see certificates.rendering.facts.CertificateFacts for its shape."""

    class Status(models.TextChoices):
        PENDING = "pending", _("being prepared")
        ISSUED = "issued", _("issued")
        REVOKED = "revoked", _("revoked")
        SUPERSEDED = "superseded", _("superseded")

    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, related_name="certificates", verbose_name=_("enrolment")
    )
    template = models.ForeignKey(
        CertificateTemplate, models.PROTECT, related_name="+", verbose_name=_("template")
    )
    template_revision = models.ForeignKey(
        "wagtailcore.Revision", models.PROTECT, null=True, related_name="+", editable=False
    )
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
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
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
            models.UniqueConstraint(fields=["fiscal_year", "number"], name="certificate_number"),
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
    @admin.display(description=_("name"))
    def holder(self) -> str:
        return self.facts["full_name"]

    @property
    @admin.display(description=_("course"))
    def course_title(self) -> str:
        return self.facts["course_title"]
