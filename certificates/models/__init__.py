from .certificates import (
    Certificate,
    CertificateQuerySet,
    NameCorrection,
    NumberSeries,
    certificate_storage,
)
from .keys import SigningKey
from .manual import ManualIssue
from .offers import OfferBlock, OfferMessage, TeachingOffer
from .offices import ApiKey, BulkVerification, Webhook, WebhookDelivery
from .register import RegisterEntry
from .status import StatusList
from .templates import CertificateTemplate

__all__ = [
    "ApiKey",
    "BulkVerification",
    "Certificate",
    "CertificateQuerySet",
    "CertificateTemplate",
    "ManualIssue",
    "NameCorrection",
    "NumberSeries",
    "OfferBlock",
    "OfferMessage",
    "RegisterEntry",
    "SigningKey",
    "StatusList",
    "TeachingOffer",
    "Webhook",
    "WebhookDelivery",
    "certificate_storage",
]
