from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from training.models import LocalGovernment


class CaseSubmission(models.Model):
    """That a body handed in a case of its own, and which page was made of it."""

    local_government = models.ForeignKey(LocalGovernment, models.PROTECT, related_name="+")
    # SHA-256 of what was written: a form that is sent twice hands in one case.
    digest = models.CharField(max_length=64)
    title = models.CharField(_("title"), max_length=255)
    # The office still sees what it handed in when an editor has deleted the page.
    page = models.OneToOneField(Page, models.SET_NULL, null=True, related_name="+")
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    submitted_at = models.DateTimeField(_("submitted at"))

    class Meta:
        verbose_name = _("submitted case")
        verbose_name_plural = _("submitted cases")
        default_permissions = ()
        ordering = ["-submitted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["local_government", "digest"], name="case_handed_in_once"
            )
        ]

    def __str__(self) -> str:
        return self.title
