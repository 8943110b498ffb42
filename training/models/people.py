from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from training.blocks import LessonBlock


class LocalGovernment(models.Model):
    """A prefecture or municipality, by its six-digit code (全国地方公共団体コード)."""

    class Kind(models.TextChoices):
        PREFECTURE = "prefecture", _("prefecture")
        CITY = "city", _("city")
        TOWN = "town", _("town")
        VILLAGE = "village", _("village")
        SPECIAL_WARD = "special_ward", _("special ward")

    code = models.CharField(_("code"), max_length=6, primary_key=True)
    prefecture = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="municipalities",
        verbose_name=_("prefecture"),
    )
    name = models.CharField(_("name"), max_length=50)
    kana = models.CharField(_("reading"), max_length=100)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)

    class Meta:
        verbose_name = _("local government")
        verbose_name_plural = _("local governments")
        ordering = ["code"]

    def __str__(self) -> str:
        """25 municipality names occur in several prefectures, so the prefecture always shows."""
        return f"{self.prefecture.name}{self.name}" if self.prefecture else self.name


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
    """The person behind an account. Names are kept code point for code point, never normalised."""

    # Erasing a person detaches the account; records and register stay.
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="learner",
        verbose_name=_("account"),
    )
    full_name = models.CharField(_("full name"), max_length=100)
    kana = models.CharField(_("reading of the name"), max_length=100)
    former_name = models.CharField(_("former family name"), max_length=100, blank=True)
    purpose_notice = models.ForeignKey(
        PurposeNotice, models.PROTECT, related_name="+", verbose_name=_("accepted purpose notice")
    )
    purpose_accepted_at = models.DateTimeField(_("accepted at"))

    class Meta:
        verbose_name = _("learner")
        verbose_name_plural = _("learners")

    def __str__(self) -> str:
        return self.full_name


class Affiliation(models.Model):
    """Which body a learner worked for, and when: a dated history."""

    class Category(models.TextChoices):
        REVITALISATION_VOLUNTEER = "volunteer", _("regional revitalisation volunteer")
        VILLAGE_SUPPORTER = "supporter", _("village supporter")
        FORMER_MEMBER = "former", _("former volunteer or supporter")
        PREFECTURE_STAFF = "prefecture_staff", _("prefecture staff")
        MUNICIPALITY_STAFF = "municipality_staff", _("municipality staff")

    learner = models.ForeignKey(
        Learner, models.PROTECT, related_name="affiliations", verbose_name=_("learner")
    )
    category = models.CharField(_("category"), max_length=20, choices=Category)
    local_government = models.ForeignKey(
        LocalGovernment,
        models.PROTECT,
        related_name="affiliations",
        verbose_name=_("local government"),
    )
    started_on = models.DateField(_("from"), null=True, blank=True)
    ended_on = models.DateField(_("until"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("affiliation")
        verbose_name_plural = _("affiliations")
        constraints = [
            models.CheckConstraint(
                name="affiliation_ends_after_it_starts",
                condition=models.Q(started_on__isnull=True)
                | models.Q(ended_on__isnull=True)
                | models.Q(ended_on__gte=models.F("started_on")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_category_display()} {self.local_government}"
