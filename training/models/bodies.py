from django.db import models
from django.utils.translation import gettext_lazy as _


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
    # A body that merged keeps its row: affiliations and certificates tell what was true then.
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("merged into"),
    )
    abolished_on = models.DateField(_("abolished on"), null=True, blank=True)

    class Meta:
        verbose_name = _("local government")
        verbose_name_plural = _("local governments")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="abolished_with_successor",
                condition=models.Q(successor=None, abolished_on=None)
                | models.Q(successor__isnull=False, abolished_on__isnull=False),
            )
        ]

    def __str__(self) -> str:
        """25 municipality names occur in several prefectures, so the prefecture always shows."""
        return f"{self.prefecture.name}{self.name}" if self.prefecture else self.name
