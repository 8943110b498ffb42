from django.db import models
from django.utils.translation import gettext_lazy as _


class SigningKey(models.Model):
    """The public part of a key. The private part lies in a file or a PKCS#11 token under `name`,
    never in the database."""

    class Purpose(models.TextChoices):
        DOCUMENT = "document", _("signature of the PDF (P-256)")
        CREDENTIAL = "credential", _("proof of the Open Badge (Ed25519)")

    name = models.SlugField(_("key name"), max_length=60, unique=True)
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose)
    # PEM: for documents the certificate and its chain, for credentials the public key.
    public = models.TextField(_("public part"))
    is_demo = models.BooleanField(_("demo key"), default=False)
    created_at = models.DateTimeField(_("created at"))
    valid_until = models.DateTimeField(_("valid until"))
    # Of two keys for one purpose the one that is not retired signs.
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revocation_reason = models.TextField(_("reason of the revocation"), blank=True)

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        constraints = [
            models.UniqueConstraint(
                fields=["purpose"],
                condition=models.Q(retired_at=None, revoked_at=None),
                name="one_active_signing_key",
            )
        ]

    def __str__(self) -> str:
        return self.name
