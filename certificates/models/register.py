from typing import Any, NoReturn

from django.contrib import admin
from django.db import models
from django.utils.translation import gettext_lazy as _

from .certificates import Certificate


class RegisterQuerySet(models.QuerySet["RegisterEntry"]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("The register is only ever added to.")

    def delete(self) -> NoReturn:
        raise TypeError("The register is only ever added to.")


class RegisterEntry(models.Model):
    """One line of the 修了原簿. `sequence` has no gap; each line holds the hash of the one before,
    so none can be changed, taken out or put between without breaking the chain."""

    # Wagtail's index of references is of use for what editors may delete; nobody deletes these.
    wagtail_reference_index_ignore = True

    class Event(models.TextChoices):
        ISSUED = "issued", _("issued")
        REVOKED = "revoked", _("revoked")
        SUPERSEDED = "superseded", _("superseded")

    sequence = models.PositiveBigIntegerField(_("entry number"), primary_key=True)
    certificate = models.ForeignKey(
        Certificate, models.PROTECT, related_name="register_entries", verbose_name=_("certificate")
    )
    event = models.CharField(_("event"), max_length=10, choices=Event)
    at = models.DateTimeField(_("at"))
    # What is hashed, in canonical JSON: see certificates.domain.chain.
    content = models.JSONField(_("content"))
    previous_hash = models.CharField(_("hash of the entry before"), max_length=64, unique=True)
    hash = models.CharField(_("hash of the entry"), max_length=64, unique=True)

    objects = RegisterQuerySet.as_manager()

    class Meta:
        verbose_name = _("register entry")
        verbose_name_plural = _("register")
        constraints = [
            models.UniqueConstraint(
                fields=["certificate", "event"], name="one_register_entry_per_event"
            )
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.certificate} {self.get_event_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("The register is only ever added to.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("The register is only ever added to.")

    @property
    @admin.display(description=_("number"))
    def number_text(self) -> str:
        return self.content["number"]
