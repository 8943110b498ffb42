from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def due(self, *, now: datetime) -> "OutgoingMailQuerySet":
        return self.filter(next_try_at__lte=now)


class OutgoingMail(models.Model):
    """A mail to be sent, written in the transaction of what it tells. A killed sender delays it; at
    worst it goes out twice, never not at all."""

    # What it tells and to whom: asked for twice, it is one mail.
    key = models.CharField(_("key"), max_length=150, unique=True)
    to = models.EmailField(_("to"))
    reply_to = models.EmailField(_("answers go to"), blank=True)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))
    created_at = models.DateTimeField(_("created at"))
    # None once it is sent or given up.
    next_try_at = models.DateTimeField(_("next try at"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    problem = models.CharField(_("problem"), max_length=300, blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                name="sent_mail_has_no_more_tries",
                condition=Q(sent_at=None) | Q(next_try_at=None),
            )
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(next_try_at__isnull=False),
                name="outgoing_mail_due",
            )
        ]

    def __str__(self) -> str:
        return self.key
