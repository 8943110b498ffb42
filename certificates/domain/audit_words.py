"""What training's audit log calls the deeds' details and objects of this app."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from certificates.models import Certificate, CertificateTemplate, SigningKey
from training.seams import AuditDetail, AuditObject

from .searching import match_key


def _name_class(value: Any) -> str:
    return str(dict(Certificate.RevocationClass.choices).get(value, value))


AUDIT_DETAILS = {
    "class": AuditDetail(_("class of reason"), _name_class),
    "fiscal_year": AuditDetail(_("fiscal year")),
    "proposal": AuditDetail(_("number of the proposal")),
    "proposed_by": AuditDetail(_("number of the proposer's account")),
    "superseded_by": AuditDetail(_("superseded by")),
    "supersedes": AuditDetail(_("supersedes")),
}
AUDIT_OBJECTS = {
    "lms_certificates.certificate": AuditObject(
        name=str, find=lambda word: Certificate.objects.filter(match_key(typed=word))
    ),
    "lms_certificates.signingkey": AuditObject(
        name=str, find=lambda word: SigningKey.objects.filter(name__icontains=word)
    ),
    "lms_certificates.certificatetemplate": AuditObject(
        name=str,
        find=lambda word: CertificateTemplate.objects.filter(title__icontains=word),
        related=("course",),
    ),
}
