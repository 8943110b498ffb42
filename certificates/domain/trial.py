"""Prints a template before anybody's certificate depends on it, and says what is wrong with it."""

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from certificates.models import CertificateTemplate
from certificates.rendering.design import Design, contrast_on_white
from certificates.rendering.errors import RenderingError, SealRefused, UndrawableText
from certificates.rendering.facts import CertificateFacts
from certificates.rendering.pdf import SPECIMEN, render_pdf
from certificates.rendering.seal import clean_seal

from .numbering import fiscal_year, write_number
from .templates import PLACEHOLDER, PLACEHOLDERS, fill_wording, read_wording
from .validity import last_valid_day

# A field of the template, or none, and what is wrong with it.
Problem = tuple[str | None, str]

READABLE_CONTRAST = 4.5
COURSE = "地域でスマホを教える人のための デジタル活用支援 研修"
NAMES: dict[str, dict[str, str]] = {
    "usual": {"full_name": "山田 花子"},
    "longest": {
        "full_name": "ウォルフェシュレーゲルシュタインハウゼンベルガードルフ 勘解由小路 龍之介",
        "former_name": "東四柳 エリザベート・マルガレーテ",
    },
    "rarest": {"full_name": "髙﨑 𠮷邉\U000e010f 辻\U000e0102", "former_name": "渡邊 德\ufa38"},
    "former": {"full_name": "山田 花子", "former_name": "佐藤"},
    "specimen": {"full_name": "山田 花子"},
    "real": {"full_name": "山田 花子"},
}


def make_facts(*, template: CertificateTemplate, mode: str) -> CertificateFacts:
    """As a certificate of this template would be, for an invented person."""
    day = SPECIMEN.issued_on
    symbol = template.number_symbol
    course = template.course.title if template.course else COURSE
    facts = replace(
        SPECIMEN,
        course_title=course * 2 if mode == "longest" and not template.course else course,
        study_minutes=int(template.study_hours * 60) if template.study_hours else 120,
        number=write_number(symbol=symbol, year=fiscal_year(day=day), number=123),
        expires_on=last_valid_day(issued_on=day, months=template.validity_months),
    )
    words = read_wording(template=template) | NAMES[mode]
    facts = CertificateFacts.from_json(facts.to_json() | words)
    if mode in ("specimen", "real"):
        facts = replace(facts, is_specimen=mode == "specimen")
    return fill_wording(facts=facts)


def print_trial(*, template: CertificateTemplate, mode: str) -> bytes:
    """Raises UndrawableText, RenderingError."""
    design = Design(accent_colour=template.accent_colour, seal=template.seal)
    return render_pdf(make_facts(template=template, mode=mode), design=design)


def find_template_problems(
    *, template: CertificateTemplate, mode: str = "longest"
) -> list[Problem]:
    """In the editor's words. What can be read off the fields first; then a trial is printed."""
    problems = [
        *_find_placeholder_problems(template),
        *_find_colour_problems(template),
        *_find_seal_problems(template),
    ]
    if problems:
        return problems
    try:
        print_trial(template=template, mode=mode)
    except UndrawableText as error:
        named = "、".join(f"「{cluster}」" for cluster in error.clusters)
        return [
            (None, _("These characters cannot be printed: %(characters)s") % {"characters": named})
        ]
    except RenderingError:
        advice = _(
            "This does not fit on one page. Please shorten the wording or break fewer lines."
        )
        return [(None, advice)]
    return []


def _find_placeholder_problems(template: CertificateTemplate) -> Iterator[Problem]:
    known = "、".join(f"｛{name}｝" for name in PLACEHOLDERS)
    for found in PLACEHOLDER.finditer(template.wording):
        name = found[1].strip()
        if name not in PLACEHOLDERS:
            yield (
                "wording",
                _("“%(placeholder)s” is not known. You can use: %(known)s")
                % {"placeholder": found[0], "known": known},
            )
        elif name == "有効期限" and not template.validity_months:
            yield (
                "wording",
                _("The wording names the expiry date, but no validity in months is set."),
            )
    if any(bracket in PLACEHOLDER.sub("", template.wording) for bracket in "{}｛｝"):
        yield (
            "wording",
            _("A bracket ｛ or ｝ stands alone. You can use: %(known)s") % {"known": known},
        )


def _find_colour_problems(template: CertificateTemplate) -> Iterator[Problem]:
    try:
        contrast = contrast_on_white(template.accent_colour)
    except RenderingError:
        yield "accent_colour", _("Write a colour like #1a2b5c.")
        return
    if contrast < READABLE_CONTRAST:
        yield (
            "accent_colour",
            _(
                "This colour is too pale to read on white paper: its contrast is %(contrast).1f "
                "to 1, and 4.5 to 1 is needed. Please choose a darker one."
            )
            % {"contrast": int(contrast * 10) / 10},
        )


def _find_seal_problems(template: CertificateTemplate) -> Iterator[Problem]:
    if not template.seal:
        return
    try:
        clean_seal(template.seal)
    except SealRefused as error:
        yield "seal", _say_refusal(error)


def _say_refusal(error: SealRefused) -> str:
    return {
        "broken": _(
            "This is not a complete SVG file, or it defines abbreviations of its own (entities). "
            "Please save it again as “plain SVG”."
        ),
        "no_svg": _("This is not an SVG picture."),
        "too_large": _(
            "This picture is too large: at most 100 KB and 500 shapes. Please simplify it."
        ),
        "element": _(
            "The picture contains “%(named)s”, which is not printed. Please turn everything into "
            "plain shapes (text into outlines) and save it with presentation attributes."
        ),
        "value": _(
            "The picture contains “%(named)s”, which is not printed. Please use plain, opaque "
            "colours and shapes only."
        ),
        "no_size": _(
            "The picture needs a size (viewBox), at most three times as long as it is high or the "
            "other way round."
        ),
        "empty": _("There is nothing to see in this picture."),
    }[error.reason] % {"named": error.named}
