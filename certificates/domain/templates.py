"""Whether a template can be printed, tried before anybody's certificate depends on it."""

from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _

from certificates.models import CertificateTemplate
from certificates.rendering.errors import RenderingError, UndrawableText
from certificates.rendering.facts import CertificateFacts
from certificates.rendering.pdf import SPECIMEN, render_pdf

# A long name, a former one and a long course: what fits with these fits with most.
TRIAL = replace(
    SPECIMEN,
    full_name="勘解由小路 龍之介左衛門",
    former_name="東四柳",
    course_title="地域でスマホを教える人のための デジタル活用支援 研修",
    expires_on=date(2029, 3, 31),
    number="令和8年度 第000000号",
)


def read_wording(*, template: CertificateTemplate) -> dict[str, str | bool]:
    """What a template contributes to CertificateFacts."""
    return {
        "title": template.title,
        "wording": template.wording,
        "issuer_office": template.issuer_office,
        "issuer_title": template.issuer_title,
        "issuer_name": template.issuer_name,
        "is_specimen": template.is_specimen,
    }


def find_template_problems(*, template: CertificateTemplate) -> list[str]:
    """Print a trial; say in the editor's words why it cannot be printed."""
    facts = CertificateFacts.from_json(TRIAL.to_json() | read_wording(template=template))
    try:
        render_pdf(facts)
    except UndrawableText as error:
        named = "、".join(f"「{cluster}」" for cluster in error.clusters)
        return [_("These characters cannot be printed: %(characters)s") % {"characters": named}]
    except RenderingError:
        return [
            _("This does not fit on one page. Please shorten the wording or break fewer lines.")
        ]
    return []
