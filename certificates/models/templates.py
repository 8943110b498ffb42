from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import PreviewableMixin, RevisionMixin

from training.models import CoursePage


class CertificateTemplate(PreviewableMixin, RevisionMixin, models.Model):
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
    number_symbol = models.CharField(
        _("number symbol"),
        max_length=10,
        blank=True,
        help_text=_(
            "Printed before the number, like 総情活: each template counts its own numbers."
        ),
    )
    study_hours = models.DecimalField(
        _("hours"),
        max_digits=5,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.1"))],
        help_text=_("Printed on the certificate. Empty: the sum of the modules' study time."),
    )
    validity_months = models.PositiveSmallIntegerField(
        _("validity in months"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(600)],
        help_text=_("Empty: valid without an end."),
    )
    accent_colour = models.CharField(
        _("accent colour"),
        max_length=7,
        default="#1a2b5c",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Write a colour like #1a2b5c."))],
    )
    seal = models.TextField(
        _("seal"),
        blank=True,
        max_length=100_000,
        help_text=_("An SVG picture, printed beside the issuer. Empty: none."),
    )

    class Meta:
        verbose_name = _("certificate template")
        verbose_name_plural = _("certificate templates")
        constraints = [
            models.UniqueConstraint(
                models.functions.Coalesce("course", 0),
                name="one_certificate_template_per_course",
                violation_error_message=_("This course has a certificate template already."),
            ),
            models.UniqueConstraint(
                fields=["number_symbol"],
                name="one_number_symbol_per_template",
                violation_error_message=_(
                    "Another template counts its numbers under this symbol. Please choose another."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} – {self.course or self.issuer_office}"

    @property
    def is_specimen(self) -> bool:
        return not self.issuer_name

    @property
    def preview_modes(self) -> list[tuple[str, str]]:
        return [
            ("usual", _("A usual name")),
            ("longest", _("The longest name, former name and course")),
            ("rarest", _("Rare characters")),
            ("former", _("With a former name")),
            ("specimen", _("As a specimen (見本)")),
            ("real", _("As a real certificate")),
        ]

    @property
    def preview_sizes(self) -> list[dict[str, Any]]:
        return [
            {"name": "paper", "icon": "doc-full", "device_width": 560, "label": _("Whole sheet")}
        ]
