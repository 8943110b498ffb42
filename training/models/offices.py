from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from .affiliations import Affiliation
from .bodies import LocalGovernment
from .people import Learner


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def current(self, *, today: date) -> "AppointmentQuerySet":
        return self.filter(
            Q(ends_on=None) | Q(ends_on__gte=today), starts_on__lte=today, ended_at=None
        )


class Appointment(models.Model):
    """That an account acts for a body, and from when to when. For a municipality it makes a town
    officer, for a prefecture a prefecture officer: see domain/scopes.py for what that opens."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="appointments",
        verbose_name=_("account"),
    )
    local_government = models.ForeignKey(
        LocalGovernment,
        models.PROTECT,
        related_name="appointments",
        verbose_name=_("local government"),
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    # Ended at once, before its last day was over.
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    appointed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("appointed by"),
    )

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("officer")
        verbose_name_plural = _("officers")
        constraints = [
            models.CheckConstraint(
                name="appointment_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
            ),
            models.UniqueConstraint(
                fields=["user", "local_government"],
                condition=Q(ends_on=None, ended_at=None),
                name="one_open_appointment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.local_government}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> "InvitationQuerySet":
        return self.filter(accepted_at=None, withdrawn_at=None)


class Invitation(models.Model):
    """A body asks somebody to register, with what it knows of them already. The link in the mail
    holds a token of which only the hash is kept."""

    local_government = models.ForeignKey(
        LocalGovernment, models.PROTECT, related_name="+", verbose_name=_("local government")
    )
    email = models.EmailField(_("e-mail address"))
    full_name = models.CharField(_("full name"), max_length=100)
    kana = models.CharField(_("reading of the name"), max_length=100, blank=True)
    category = models.CharField(_("category"), max_length=20, choices=Affiliation.Category)
    started_on = models.DateField(_("from"), null=True, blank=True)
    token_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("invited by")
    )
    invited_at = models.DateTimeField(_("invited at"))
    sent_at = models.DateTimeField(_("sent at"))
    sent_count = models.PositiveSmallIntegerField(_("times sent"), default=1)
    expires_at = models.DateTimeField(_("expires at"))
    # Whose account said yes, and has yet to register.
    taken_up_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken up by"),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    learner = models.ForeignKey(
        Learner,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("learner"),
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                "local_government",
                Lower("email"),
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="one_open_invitation",
            ),
            models.CheckConstraint(
                name="invitation_accepted_by_learner",
                condition=Q(accepted_at=None, learner=None)
                | Q(accepted_at__isnull=False, learner__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.local_government} – {self.email}"


class InvitationUpload(models.Model):
    """A list of people between its preview and its invitations; kept for a day at most. `data` is
    what training.rosters made of the file, as JSON."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    local_government = models.ForeignKey(
        LocalGovernment, models.PROTECT, null=True, related_name="+"
    )
    name = models.CharField(_("file name"), max_length=200)
    data = models.BinaryField()
    made_at = models.DateTimeField(_("uploaded at"))

    class Meta:
        verbose_name = _("uploaded list of people")
        verbose_name_plural = _("uploaded lists of people")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
