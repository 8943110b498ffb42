"""WeasyPrint, set up once per process: closed fonts, nothing fetched, one parsed stylesheet."""

import io
import os
import tempfile
from datetime import datetime
from functools import cache

import pydyf
from weasyprint import CSS, HTML, Attachment, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError as FetchRefused
from weasyprint.urls import URLFetcher

from .conformance import (
    add_background,
    declare_pdfua,
    list_files_once,
    name_heading,
    pack_streams,
    place_figures,
)
from .errors import RenderingError
from .faces import HEAD, lean_faces
from .fonts import FONTS, closed_configuration
from .layouts import release_features
from .page import STYLESHEET

VARIANT = "pdf/a-3a"
CREDENTIAL_NAME = "credential.json"
__all__ = ["FetchRefused", "lay_out", "write"]


@cache
def _fetcher() -> URLFetcher:
    # Each one builds an SSL context, 29 ms. A refused fetch stops the certificate.
    return URLFetcher(allowed_protocols=("data",), fail_on_errors=True)


@cache
def _fonts() -> FontConfiguration:
    """fontconfig reads the variable when the object is made, and never again: browsers and other
    programs that this process starts keep their fonts."""
    before = os.environ.get("FONTCONFIG_FILE")
    with tempfile.NamedTemporaryFile("w", suffix=".conf", encoding="utf-8") as file:
        file.write(closed_configuration())
        file.flush()
        os.environ["FONTCONFIG_FILE"] = file.name
        try:
            return release_features(FontConfiguration())
        finally:
            if before is None:
                del os.environ["FONTCONFIG_FILE"]
            else:
                os.environ["FONTCONFIG_FILE"] = before


@cache
def _stylesheet() -> CSS:
    return CSS(
        string=STYLESHEET.read_text(encoding="utf-8"),
        font_config=_fonts(),
        url_fetcher=_fetcher(),
    )


def lay_out(html: str) -> Document:
    return HTML(string=html, url_fetcher=_fetcher()).render(
        font_config=_fonts(), stylesheets=[_stylesheet()], pdf_variant=VARIANT
    )


def attach(credential: bytes, *, at: datetime) -> Attachment:
    """WeasyPrint writes the moment as it is and calls it UTC."""
    return Attachment(
        file_obj=io.BytesIO(credential),
        url_fetcher=_fetcher(),
        name=CREDENTIAL_NAME,
        description="Open Badges 3.0",
        created=at,
        modified=at,
        relationship="Data",
    )


def write(
    document: Document,
    *,
    identifier: bytes,
    heading: str,
    is_specimen: bool,
    accent_colour: str,
    attachments: list[Attachment],
) -> bytes:
    """Raises RenderingError rather than print a character that is not the one meant."""

    def finish(document: Document, pdf: pydyf.PDF) -> None:
        _check_fonts(document)
        declare_pdfua(pdf)
        name_heading(pdf, heading)
        place_figures(pdf)
        list_files_once(pdf)
        add_background(pdf, is_specimen=is_specimen, accent_colour=accent_colour)
        pack_streams(pdf)

    with lean_faces():
        content: bytes = document.write_pdf(
            finisher=finish,
            pdf_variant=VARIANT,
            pdf_identifier=identifier,
            attachments=attachments,
        )
    return content


def _check_fonts(document: Document) -> None:
    families = {font.family for font in FONTS.values()}
    for font in document.fonts.values():
        if font.family not in families:
            raise RenderingError(f"{font.family} was chosen")
        if len(font.file_content) <= HEAD:
            raise RenderingError(f"{font.family} could not be embedded")
        if font.missing:
            missing = ", ".join(f"U+{codepoint:04X}" for codepoint in font.missing)
            raise RenderingError(f"{font.family} lacks {missing}")
