"""地域の修了者: certified learners who offer to teach, and what towns write to them."""

from collections.abc import Collection
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from training.models import Affiliation, Learner, LocalGovernment

from .certificates import Certificate


def has_valid_certificate(*, learner: str, today: date) -> Q:
    """A condition; `learner` names the column that points at the person."""
    valid = Certificate.objects.valid(today=today)
    return Q(Exists(valid.filter(enrolment__learner=OuterRef(learner))))


def has_affiliation(*, learner: str) -> Q:
    """One that nobody refused, ended or not."""
    kept = Affiliation.objects.filter(refused_at=None)
    return Q(Exists(kept.filter(learner=OuterRef(learner))))


class TeachingOfferQuerySet(models.QuerySet["TeachingOffer"]):
    def shown(self, *, today: date) -> "TeachingOfferQuerySet":
        """Decided whenever it is asked: nothing has to be switched off when a certificate ends."""
        return self.filter(
            has_valid_certificate(learner="learner", today=today),
            has_affiliation(learner="learner"),
            learner__erased_at=None,
            learner__merged_into=None,
            learner__user__is_active=True,
        )

    def in_areas(self, *, codes: Collection[str]) -> "TeachingOfferQuerySet":
        chosen = TeachingOffer.areas.through.objects.filter(
            teachingoffer=OuterRef("pk"), localgovernment__in=codes
        )
        return self.filter(Exists(chosen))

    def not_blocking(self, *, codes: Collection[str]) -> "TeachingOfferQuerySet":
        """A block of a body goes on for the one that it merged into."""
        of_body = Q(local_government__in=codes)
        for path in ("successor", "successor__successor"):
            of_body |= Q(**{f"local_government__{path}__in": codes})
        blocks = OfferBlock.objects.filter(of_body, learner=OuterRef("learner"))
        return self.filter(~Exists(blocks))


class TeachingOffer(models.Model):
    """Made by the learner alone, and deleted when it is taken back."""

    class NameShown(models.TextChoices):
        FULL = "full", _("full name")
        FAMILY = "family", _("family name only")

    learner = models.OneToOneField(
        Learner, models.PROTECT, related_name="teaching_offer", verbose_name=_("learner")
    )
    # A prefecture stands for all of its municipalities.
    areas = models.ManyToManyField(LocalGovernment, related_name="+", verbose_name=_("areas"))
    name_shown = models.CharField(_("name shown"), max_length=6, choices=NameShown)
    text = models.TextField(_("what you offer"), max_length=400)
    changed_at = models.DateTimeField(_("changed at"))

    objects = TeachingOfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer to teach")
        verbose_name_plural = _("offers to teach")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.learner)


class OfferMessage(models.Model):
    """That an officer wrote to a learner. The text is forgotten after a while, the rest stays."""

    # Of the form that sent it: pressed twice, it is one message.
    token = models.UUIDField(editable=False)
    learner = models.ForeignKey(
        Learner, models.PROTECT, related_name="+", verbose_name=_("learner")
    )
    local_government = models.ForeignKey(
        LocalGovernment, models.PROTECT, related_name="+", verbose_name=_("local government")
    )
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    sent_at = models.DateTimeField(_("sent at"))
    # The limit per day is held by the numbers: two at once cannot both be the last one.
    sent_on = models.DateField(_("sent on"))
    number = models.PositiveSmallIntegerField(_("number of the day"))
    text = models.TextField(_("text"), max_length=1000, blank=True)
    reported_at = models.DateTimeField(_("reported at"), null=True, blank=True)
    report = models.TextField(_("what was reported"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("message to a learner")
        verbose_name_plural = _("messages to learners")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["sender", "sent_on", "number"], name="one_offer_message_per_number"
            ),
            models.UniqueConstraint(fields=["sender", "token"], name="one_offer_message_per_form"),
        ]

    def __str__(self) -> str:
        return f"{self.local_government} {self.sent_on}"


class OfferBlock(models.Model):
    """A learner wants to hear no more of a body, and not to be shown to it."""

    learner = models.ForeignKey(
        Learner, models.PROTECT, related_name="+", verbose_name=_("learner")
    )
    local_government = models.ForeignKey(
        LocalGovernment, models.PROTECT, related_name="+", verbose_name=_("local government")
    )
    blocked_at = models.DateTimeField(_("blocked at"))

    class Meta:
        verbose_name = _("blocked local government")
        verbose_name_plural = _("blocked local governments")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "local_government"], name="local_government_blocked_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.local_government)
