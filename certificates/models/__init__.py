from .certificates import (
    Certificate,
    CertificateQuerySet,
    NameCorrection,
    NumberSeries,
    certificate_storage,
)
from .keys import SigningKey
from .offices import ApiKey, BulkVerification, Webhook, WebhookDelivery
from .register import RegisterEntry
from .templates import CertificateTemplate

__all__ = [
    "ApiKey",
    "BulkVerification",
    "Certificate",
    "CertificateQuerySet",
    "CertificateTemplate",
    "NameCorrection",
    "NumberSeries",
    "RegisterEntry",
    "SigningKey",
    "Webhook",
    "WebhookDelivery",
    "certificate_storage",
]
