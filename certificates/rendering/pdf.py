"""One page of PDF/A-3a and PDF/UA-1 from the facts: the same facts give the same bytes."""

import hashlib
import json
import os
import tempfile
from contextlib import contextmanager
from ctypes.util import find_library
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import segno
from django.template import Engine
from django.utils.safestring import mark_safe
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from .era import format_era_date
from .facts import CertificateFacts
from .fonts import FONTS, MissingFont, find_font_problems, split_runs

FOLDER = Path(__file__).resolve().parent.parent / "templates" / "certificates" / "print"

# PDF/A accepts pdfuaid only with its schema described; WeasyPrint writes one standard or the other.
PDFUA_XMP = b"""
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag>
<rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>"""

# Upper bounds of lengths in characters, and the class of the size that still fits.
NAME_SIZES = ((12, "large"), (20, "medium"), (32, "small"))
TITLE_SIZES = ((28, "large"), (44, "medium"))
WORDING_SIZES = ((140, "large"), (240, "medium"))


def check_libraries() -> list[str]:
    """What the operator should mend before certificates are made, as sentences."""
    warnings = find_font_problems()
    if find_library("harfbuzz-subset") is None:
        warnings.append(
            "libharfbuzz-subset is missing: certificates take 12 to 45 times as long; "
            "install the package libharfbuzz-subset0"
        )
    return warnings


@contextmanager
def _closed_fontconfig():
    """Only the chosen files, so that every machine prints the same. Read once, at creation."""
    folders = "".join(f"<dir>{font.path.parent}</dir>" for font in FONTS)
    files = "".join(f"<glob>{font.path}</glob>" for font in FONTS)
    text = (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>'
        f"{folders}<selectfont><rejectfont><glob>*</glob></rejectfont>"
        f"<acceptfont>{files}</acceptfont></selectfont>"
        '<cachedir>/var/cache/fontconfig</cachedir><cachedir prefix="xdg">fontconfig</cachedir>'
        "</fontconfig>"
    )
    before = os.environ.get("FONTCONFIG_FILE")
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
        file.write(text)
        file.flush()
        os.environ["FONTCONFIG_FILE"] = file.name
        try:
            yield
        finally:
            if before is None:
                del os.environ["FONTCONFIG_FILE"]
            else:
                os.environ["FONTCONFIG_FILE"] = before


@cache
def _tools() -> tuple[URLFetcher, FontConfiguration, CSS, Any]:
    """Made once a process: each fetcher builds a TLS context, each configuration reads fonts."""
    for font in FONTS:
        if not font.path.exists():
            raise MissingFont(f"{font.path} is missing: install the package {font.package}")
    # Nothing can be fetched or read from disk, whatever a name contains.
    fetcher = URLFetcher(allowed_protocols=("data",))
    with _closed_fontconfig():
        fonts = FontConfiguration()
    style = CSS(
        string=(FOLDER / "certificate.css").read_text(encoding="utf-8"),
        font_config=fonts,
        url_fetcher=fetcher,
    )
    template = Engine(dirs=[FOLDER], autoescape=True).get_template("certificate.html")
    return fetcher, fonts, style, template


def _size(length: int, bounds: tuple[tuple[int, str], ...], last: str) -> str:
    return next((name for bound, name in bounds if length <= bound), last)


def _markup(text: str) -> str:
    """Escaped text in spans that name the font of each run."""
    return mark_safe(  # noqa: S308 every run is escaped here
        "".join(
            escape(run) if key == "mincho" else f'<span class="{key}">{escape(run)}</span>'
            for key, run in split_runs(text)
        )
    )


def _qr_code(url: str) -> str:
    code = segno.make(url, error="m", micro=False)
    svg = code.svg_inline(border=4, omitsize=True, svgclass=None, lineclass=None, title="QR")
    return mark_safe(svg.replace("<title>QR</title>", "<title>真正性を確認するためのQRコード</title>"))  # noqa: S308


def _study_time(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{f'{hours}時間' if hours else ''}{f'{rest}分' if rest or not hours else ''}"


def _iso_midnight(day: date) -> str:
    return f"{day.isoformat()}T00:00:00+09:00"


def _html(facts: CertificateFacts, template: Any) -> str:
    from django.template import Context

    return template.render(
        Context(
            {
                "facts": facts,
                "name": _markup(facts.full_name),
                "former_name": _markup(facts.former_name),
                "issuer_name": _markup(facts.issuer_name),
                "name_size": _size(len(facts.full_name), NAME_SIZES, "tiny"),
                "title_size": _size(len(facts.course_title), TITLE_SIZES, "small"),
                "wording_size": _size(len(facts.wording), WORDING_SIZES, "small"),
                "study_time": _study_time(facts.study_minutes),
                "completed_on": format_era_date(facts.completed_on),
                "issued_on": format_era_date(facts.issued_on),
                "expires_on": facts.expires_on and format_era_date(facts.expires_on),
                "created": _iso_midnight(facts.issued_on),
                "qr_code": _qr_code(facts.verify_url),
            }
        )
    )


def _add_pdfua(original: Any, variant: str, version: int, conformance: str) -> bytes:
    xmp: bytes = original(variant, version, conformance)
    return xmp.replace(b"</rdf:RDF>", PDFUA_XMP)


def render_pdf(facts: CertificateFacts) -> bytes:
    """Raises MissingFont."""
    fetcher, fonts, style, template = _tools()
    html = HTML(string=_html(facts, template), url_fetcher=fetcher)
    document = html.render(font_config=fonts, stylesheets=[style], pdf_variant="pdf/a-3a")
    metadata = document.metadata
    metadata.generate_rdf_metadata = partial(_add_pdfua, metadata.generate_rdf_metadata)
    canonical = json.dumps(facts.to_json(), sort_keys=True, ensure_ascii=True).encode()
    content = document.write_pdf(
        pdf_variant="pdf/a-3a", pdf_identifier=hashlib.sha256(canonical).digest()[:16]
    )
    assert content is not None  # noqa: S101 for the type checker: no target was given
    return content


def warm_up() -> None:
    """Pay 1.3 s of first-time costs before the first learner waits for them."""
    day = date(2026, 1, 1)
    render_pdf(
        CertificateFacts(
            full_name="見本 𠮷",
            former_name="",
            course_title="見本",
            study_minutes=1,
            completed_on=day,
            issued_on=day,
            expires_on=None,
            number="見本",
            code="0000",
            verify_url="https://example.jp/",
            verify_host_text="example.jp",
            title="見本",
            wording="見本",
            issuer_office="見本",
            issuer_title="",
            issuer_name="",
            is_specimen=True,
        )
    )
