from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportUpload(models.Model):
    """A file of questions, or of a course, between its preview and its import. It holds answer
    keys, so only who uploaded it may see it, and it is kept for a day at most."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(_("file name"), max_length=200)
    data = models.BinaryField()
    made_at = models.DateTimeField(_("uploaded at"))

    class Meta:
        verbose_name = _("uploaded file of questions")
        verbose_name_plural = _("uploaded files of questions")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
