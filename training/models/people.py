from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from training.blocks import LessonBlock


class PurposeNotice(models.Model):
    """What personal data is used for (個人情報保護法 61・62条), told before any is taken.

    A version that somebody accepted stays as it was; a change is a new version.
    """

    version = models.PositiveIntegerField(_("version"), unique=True)
    published_on = models.DateField(_("published on"))
    short = models.TextField(
        _("short form"), help_text=_("Three to five sentences, shown above the registration form.")
    )
    body = StreamField(LessonBlock(), verbose_name=_("text"))

    panels = [
        FieldPanel("version"),
        FieldPanel("published_on"),
        FieldPanel("short"),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("purpose notice")
        verbose_name_plural = _("purpose notices")
        ordering = ["-version"]
        get_latest_by = "version"

    def __str__(self) -> str:
        return str(_("Version %(version)s")) % {"version": self.version}


class Learner(models.Model):
    """The person behind an account. Names are kept code point for code point, never normalised.

    Erased, the names are empty and the account is gone; registered twice, one row was merged into
    the other. Records and the register go on pointing at either.
    """

    # Erasing a person detaches the account; records and register stay.
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="learner",
        verbose_name=_("account"),
    )
    full_name = models.CharField(_("full name"), max_length=100, blank=True)
    kana = models.CharField(_("reading of the name"), max_length=100, blank=True)
    former_name = models.CharField(_("former family name"), max_length=100, blank=True)
    purpose_notice = models.ForeignKey(
        PurposeNotice, models.PROTECT, related_name="+", verbose_name=_("accepted purpose notice")
    )
    purpose_accepted_at = models.DateTimeField(_("accepted at"))
    registered_at = models.DateTimeField(_("registered at"))
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_from",
        verbose_name=_("merged into"),
    )

    class Meta:
        verbose_name = _("learner")
        verbose_name_plural = _("learners")
        constraints = [
            models.CheckConstraint(
                name="learner_has_name_unless_erased",
                condition=~models.Q(full_name="") | models.Q(erased_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.full_name or str(_("(erased)"))


class RegistrationDraft(models.Model):
    """What somebody typed into the steps of the registration and has not sent yet."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="registration_draft",
        verbose_name=_("account"),
    )
    # The forms' own fields by name, as typed: what is wrong is shown again, not lost.
    data = models.JSONField(_("data"), default=dict)
    updated_at = models.DateTimeField(_("changed at"))

    class Meta:
        verbose_name = _("registration under way")
        verbose_name_plural = _("registrations under way")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user)
