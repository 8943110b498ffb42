from datetime import date

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .bodies import LocalGovernment
from .people import Learner


def evidence_storage() -> Storage:
    """Private, and apart from everything else. Hosts without an alias of this name get the default
    one's class."""
    return storages["evidence" if "evidence" in settings.STORAGES else "default"]


class AffiliationQuerySet(models.QuerySet["Affiliation"]):
    def current(self, *, today: date) -> "AffiliationQuerySet":
        """Not ended and not refused; whether confirmed is another question."""
        return self.filter(Q(ended_on=None) | Q(ended_on__gte=today), refused_at=None)

    def of_people(self) -> "AffiliationQuerySet":
        """Without those whose data was erased or who were registered a second time: no list of a
        body has them."""
        return self.filter(learner__erased_at=None, learner__merged_into=None)

    def waiting(self) -> "AffiliationQuerySet":
        """Neither confirmed nor refused by the body."""
        return self.filter(confirmed_at=None, refused_at=None)


class Affiliation(models.Model):
    """Which body a learner works or worked for, and when: a dated history. Who is OB/OG follows
    from the end of a volunteer's or supporter's affiliation (domain/affiliations.py)."""

    class Category(models.TextChoices):
        REVITALISATION_VOLUNTEER = "volunteer", _("regional revitalisation volunteer")
        VILLAGE_SUPPORTER = "supporter", _("village supporter")
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
    claimed_at = models.DateTimeField(_("entered at"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("refused by"),
    )
    refused_at = models.DateTimeField(_("refused at"), null=True, blank=True)
    refusal_reason = models.TextField(_("reason of the refusal"), max_length=1000, blank=True)

    objects = AffiliationQuerySet.as_manager()

    class Meta:
        verbose_name = _("affiliation")
        verbose_name_plural = _("affiliations")
        constraints = [
            models.CheckConstraint(
                name="affiliation_ends_after_it_starts",
                condition=Q(started_on__isnull=True)
                | Q(ended_on__isnull=True)
                | Q(ended_on__gte=F("started_on")),
            ),
            models.CheckConstraint(
                name="affiliation_confirmed_or_refused",
                condition=Q(confirmed_at=None) | Q(refused_at=None),
            ),
            models.UniqueConstraint(
                fields=["learner", "local_government", "category"],
                condition=Q(ended_on=None, refused_at=None),
                name="one_open_affiliation",
            ),
        ]
        indexes = [
            models.Index(fields=["local_government", "ended_on"], name="affiliations_of_body"),
            models.Index(
                fields=["local_government"],
                condition=Q(confirmed_at=None, refused_at=None),
                name="affiliations_to_confirm",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_category_display()} {self.local_government}"


class Evidence(models.Model):
    """A file that shows an affiliation. Kept apart and deleted by a clock of its own; that it was
    there stays known."""

    affiliation = models.ForeignKey(
        Affiliation, models.CASCADE, related_name="evidence", verbose_name=_("affiliation")
    )
    file = models.FileField(_("file"), storage=evidence_storage, blank=True)
    name = models.CharField(_("file name"), max_length=200)
    uploaded_at = models.DateTimeField(_("uploaded at"))
    deleted_at = models.DateTimeField(_("deleted at"), null=True, blank=True)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
