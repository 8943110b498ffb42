from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from training.models import CoursePage, Learner

from .certificates import Certificate


class ManualIssueQuerySet(models.QuerySet["ManualIssue"]):
    def waiting(self) -> "ManualIssueQuerySet":
        return self.filter(decision=ManualIssue.Decision.WAITING)


class ManualIssue(models.Model):
    """A certificate for a completion that this site did not see: one officer proposes it, another
    one approves. That they are two is held by the database."""

    class Decision(models.TextChoices):
        WAITING = "waiting", _("waiting for a second officer")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")

    learner = models.ForeignKey(
        Learner, models.PROTECT, related_name="+", verbose_name=_("learner")
    )
    course = models.ForeignKey(
        CoursePage, models.PROTECT, related_name="+", verbose_name=_("course")
    )
    completed_on = models.DateField(_("completed on"))
    reason = models.TextField(_("reason"), max_length=1000)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    decision = models.CharField(
        _("decision"), max_length=10, choices=Decision, default=Decision.WAITING
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decision_note = models.TextField(_("note on the decision"), max_length=1000, blank=True)
    certificate = models.OneToOneField(
        Certificate,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("certificate"),
    )

    objects = ManualIssueQuerySet.as_manager()

    class Meta:
        verbose_name = _("issue by hand")
        verbose_name_plural = _("issues by hand")
        default_permissions = ("add", "change", "view")
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "course"],
                condition=Q(decision="waiting"),
                name="one_manual_issue_waiting",
            ),
            models.CheckConstraint(
                name="manual_issue_approved_by_another",
                condition=~Q(decision="approved")
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by"))),
            ),
            models.CheckConstraint(
                name="manual_issue_approved_with_certificate",
                condition=Q(decision="approved", certificate__isnull=False)
                | (~Q(decision="approved") & Q(certificate=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.learner} – {self.course}"
