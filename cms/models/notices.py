from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from training.models import LocalGovernment

from .pages import NoticePage


class NoticeAddressQuerySet(models.QuerySet["NoticeAddress"]):
    def waiting(self, *, asks_to_forward: bool) -> "NoticeAddressQuerySet":
        """Not confirmed yet, or, where prefectures are asked to, not forwarded."""
        is_open = Q(opened_at=None)
        if asks_to_forward:
            is_open |= Q(forwarded_at=None, local_government__prefecture=None)
        return self.filter(is_open)

    def untold(self, *, since: datetime) -> "NoticeAddressQuerySet":
        """Neither told of the notice nor reminded of it since then."""
        return self.filter(Q(reminded_at=None) | Q(reminded_at__lt=since), addressed_at__lt=since)


class NoticeAddress(models.Model):
    """That a notice was sent out to a body (周知), and what the body did with it. Forwarded by a
    prefecture, the rows of its towns say so."""

    notice = models.ForeignKey(
        NoticePage, models.PROTECT, related_name="addresses", verbose_name=_("notice")
    )
    local_government = models.ForeignKey(
        LocalGovernment, models.PROTECT, related_name="+", verbose_name=_("local government")
    )
    addressed_at = models.DateTimeField(_("addressed at"))
    forwarded_from = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="forwarded_to",
        verbose_name=_("forwarded from"),
    )
    opened_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    forwarded_at = models.DateTimeField(_("forwarded at"), null=True, blank=True)
    forwarded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("forwarded by"),
    )
    reminded_at = models.DateTimeField(_("reminded at"), null=True, blank=True)

    objects = NoticeAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("addressee of a notice")
        verbose_name_plural = _("addressees of notices")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "local_government"], name="notice_addressed_once"
            ),
            models.CheckConstraint(
                name="notice_opened_by_somebody",
                condition=Q(opened_at=None, opened_by=None)
                | Q(opened_at__isnull=False, opened_by__isnull=False),
            ),
            # Nobody hands on what nobody has read.
            models.CheckConstraint(
                name="notice_opened_before_forwarded",
                condition=Q(forwarded_at=None, forwarded_by=None)
                | Q(
                    forwarded_at__isnull=False,
                    forwarded_by__isnull=False,
                    opened_at__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice} → {self.local_government}"
