import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from pathlib import Path

from django.template import Context, Engine, Template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .design import Design
from .era import format_era_date
from .errors import RenderingError
from .facts import CertificateFacts
from .fitting import fit, measure_mm
from .qr import draw_qr
from .seal import clean_seal
from .typesetting import Typesetter

TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "certificates" / "print"
STYLESHEET = TEMPLATES / "certificate.css"
# Points to one rem, the largest first: a page that overflows is laid out again, smaller.
SCALES = (10, 9, 8, 7, 6, 5)
# A paragraph's layout time grows with the square of its length: 23 s for 200,000 characters.
MAX_CHARACTERS = 1000
ISSUER_MM = 118
SEAL_MM, SEAL_GAP_MM = 24, 3


@cache
def _template() -> Template:
    # An engine of our own: a site's settings, builtins and overrides do not change the paper.
    return Engine(dirs=[str(TEMPLATES)]).get_template("certificate.html")


def format_duration(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return (f"{hours}時間" if hours else "") + (f"{rest}分" if rest or not hours else "")


class Page:
    """The certificate's HTML. Raises UndrawableText, RenderingError."""

    def __init__(self, facts: CertificateFacts, design: Design) -> None:
        self._facts = facts
        self._design = design
        data = facts.to_json()
        for name, value in data.items():
            if isinstance(value, str) and len(value) > MAX_CHARACTERS:
                raise RenderingError(f"{name} is longer than {MAX_CHARACTERS} characters")
        document = json.dumps(data | asdict(design), sort_keys=True).encode()
        self.identifier = hashlib.sha256(document).hexdigest()[:32].encode()
        self._texts = self._set_texts()

    def attempts(self) -> Iterator[str]:
        for scale in SCALES:
            yield _template().render(Context(self._texts | self._sizes(scale)))

    @property
    def _issuer(self) -> str:
        return "　".join(
            part for part in (self._facts.issuer_title, self._facts.issuer_name) if part
        )

    def _draw_seal(self) -> SafeString:
        if not self._design.seal:
            return SafeString()
        # Cleaned again: what lies in the database need not have come through the editor's form.
        opening, drawing = clean_seal(self._design.seal).split(">", 1)
        title = escape(f"{self._facts.issuer_office}の印")
        return mark_safe(  # noqa: S308 clean_seal lets nothing through but plain shapes
            f'{opening} class="seal"><title>{title}</title>{drawing}'
        )

    def _sizes(self, scale: float) -> dict[str, str]:
        facts = self._facts
        share = scale / SCALES[0]
        wording = 15.5 * share
        issued = 13
        room = ISSUER_MM - (SEAL_MM + SEAL_GAP_MM if self._design.seal else 0)
        office = fit(facts.issuer_office, width_mm=room - 2, largest=15, smallest=8, most_lines=4)
        issuer = fit(self._issuer, width_mm=room - 2, largest=18, smallest=8, most_lines=6)
        lines = [(line, wording) for line in facts.wording.splitlines()]
        block = [
            (format_era_date(facts.issued_on), issued),
            (facts.issuer_office, office),
            (self._issuer, issuer),
        ]
        sizes = {
            "scale": scale,
            # Leaves room for the spacing of its letters, 0.42 em each.
            "title_size": fit(facts.title, width_mm=160, largest=44 * share, smallest=14),
            # 殿 stands beside the name.
            "name_size": fit(
                facts.full_name, width_mm=230, largest=38 * share, smallest=14 * share, beside=1
            ),
            "course_size": fit(
                facts.course_title, width_mm=230, largest=22 * share, smallest=16 * share
            ),
            "wording_size": wording,
            "wording_width": min(200, measure_mm(lines)),
            "issued_size": issued,
            "office_size": office,
            "issuer_size": issuer,
            "issuer_width": min(room, measure_mm(block)),
            "number_size": fit(
                facts.number, width_mm=110, largest=10.5, smallest=7, most_lines=1, face="gothic"
            ),
            "host_size": fit(
                facts.verify_host_text,
                width_mm=72,
                largest=9,
                smallest=6,
                most_lines=4,
                face="gothic",
            ),
            "code_size": fit(
                facts.code, width_mm=48, largest=12, smallest=8, most_lines=1, face="gothic"
            ),
        }
        # As text: a site's number format must not reach the style sheet.
        return {name: f"{size:.2f}" for name, size in sizes.items()}

    def _set_texts(self) -> dict[str, object]:
        facts = self._facts
        source = _template().source
        set_text = Typesetter(labels=source).set
        details = [
            ("学習時間", format_duration(facts.study_minutes)),
            ("修了日", format_era_date(facts.completed_on)),
        ]
        if facts.expires_on:
            details.append(("有効期限", format_era_date(facts.expires_on)))
        return {
            "document_title": f"{facts.title}（{facts.number}）",
            "author": facts.issuer_office,
            "timestamp": f"{facts.issued_on.isoformat()}T00:00:00+09:00",
            "title": set_text(facts.title),
            "number": set_text(facts.number, face="gothic"),
            "full_name": set_text(facts.full_name),
            "former_name": set_text(facts.former_name),
            "course_title": set_text(facts.course_title),
            "wording": [set_text(line) for line in facts.wording.splitlines()],
            "details": [
                (set_text(label, face="gothic"), set_text(value)) for label, value in details
            ],
            "issued_on": set_text(format_era_date(facts.issued_on)),
            "issuer_office": set_text(facts.issuer_office),
            "issuer": set_text(self._issuer),
            "qr": draw_qr(facts.verify_url),
            "qr_title": f"真正性を確認するページのQRコード {facts.verify_url}",
            "verify_host_text": set_text(facts.verify_host_text, face="gothic"),
            "code": set_text(facts.code, face="gothic"),
            "is_specimen": facts.is_specimen,
            "accent_colour": self._design.accent_colour,
            "seal": self._draw_seal(),
        }
