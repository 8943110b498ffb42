"""What a template says on paper and how it looks, frozen when a certificate's row is written."""

import re
from dataclasses import replace
from typing import Any

from wagtail.models import Revision

from certificates.models import Certificate, CertificateTemplate
from certificates.rendering.design import Design
from certificates.rendering.era import format_era_date
from certificates.rendering.facts import CertificateFacts
from certificates.rendering.page import format_duration

# Only what a correction of the name leaves as it was: the wording is filled in once.
PLACEHOLDERS = {
    "講座名": lambda facts: facts.course_title,
    "時間": lambda facts: format_duration(facts.study_minutes),
    "修了日": lambda facts: format_era_date(facts.completed_on),
    "有効期限": lambda facts: facts.expires_on and format_era_date(facts.expires_on),
}
# In half-width or full-width brackets: an input method gives either.
PLACEHOLDER = re.compile(r"[{｛]([^{}｛｝]*)[}｝]")
DESIGN_FIELDS = ("accent_colour", "seal")


def read_wording(*, template: CertificateTemplate) -> dict[str, str | bool]:
    """What a template contributes to CertificateFacts, before `fill_wording`."""
    return {
        "title": template.title,
        "wording": template.wording,
        "issuer_office": template.issuer_office,
        "issuer_title": template.issuer_title,
        "issuer_name": template.issuer_name,
        "is_specimen": template.is_specimen,
    }


def fill_wording(*, facts: CertificateFacts) -> CertificateFacts:
    """Put the facts in the places the wording has for them, each once: what they hold is text."""

    def fill(found: re.Match[str]) -> str:
        read = PLACEHOLDERS.get(found[1].strip())
        return (read and read(facts)) or found[0]

    return replace(facts, wording=PLACEHOLDER.sub(fill, facts.wording))


def reword(*, facts: dict[str, Any], template: CertificateTemplate) -> dict[str, Any]:
    """The facts of a certificate that was never printed, with what the template says now."""
    fresh = CertificateFacts.from_json(facts | read_wording(template=template))
    return fill_wording(facts=fresh).to_json()


def freeze_template(*, template: CertificateTemplate) -> Revision:
    """The revision that says what the template says; made if it was changed without one."""
    latest = template.latest_revision
    if latest and all(
        latest.content.get(name) == getattr(template, name)
        for name in (*read_wording(template=template), *DESIGN_FIELDS)
        if name != "is_specimen"
    ):
        return latest
    return template.save_revision(clean=False)


def read_design(*, certificate: Certificate) -> Design:
    """From the revision that the certificate was written under, never from the template as it is
    now. Raises RenderingError."""
    if certificate.template_revision is None:
        return Design()
    content = certificate.template_revision.content
    return Design(**{name: content[name] for name in DESIGN_FIELDS if name in content})


def count_earlier(*, template: CertificateTemplate) -> int:
    """Certificates that were written under an earlier version of the template."""
    written = Certificate.objects.filter(template=template)
    return written.exclude(template_revision=template.latest_revision_id).count()
