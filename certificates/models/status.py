from django.db import models
from django.utils.translation import gettext_lazy as _


class StatusList(models.Model):
    """A list of revocations as it is handed out, signed. The worker writes it: where pages are
    served there need be no private key."""

    number = models.PositiveIntegerField(_("number"), primary_key=True)
    document = models.TextField(_("document"))
    # Of what it says and the key that signed it: another state is a list to be renewed.
    state = models.CharField(max_length=64)
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("status list")
        verbose_name_plural = _("status lists")

    def __str__(self) -> str:
        return str(self.number)
