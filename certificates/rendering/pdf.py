"""A certificate's facts as one printed page: PDF/A-3a and PDF/UA-1, the same bytes every time.

WeasyPrint and Pango are loaded when first used, so that the web process, which never prints,
need not carry them.
"""

import hashlib
from datetime import UTC, date, datetime, time

from training.clock import JAPAN

from .design import Design
from .errors import RenderingError
from .facts import CertificateFacts
from .fonts import check_fonts
from .page import Page

DEFAULT_DESIGN = Design()


def render_pdf(
    facts: CertificateFacts, *, design: Design = DEFAULT_DESIGN, credential: bytes | None = None
) -> bytes:
    """The same arguments give the same bytes. `credential` is attached as credential.json.

    Raises UndrawableText, FontMissing, RenderingError.
    """
    from .engine import FetchRefused, attach, lay_out, write

    page = Page(facts, design)
    identifier, attachments = page.identifier, []
    if credential is not None:
        identifier = hashlib.sha256(identifier + credential).hexdigest()[:32].encode()
        begin = datetime.combine(facts.issued_on, time(), JAPAN)
        attachments = [attach(credential, at=begin.astimezone(UTC))]
    try:
        for html in page.attempts():
            document = lay_out(html)
            if len(document.pages) == 1:
                return write(
                    document,
                    identifier=identifier,
                    heading=facts.title,
                    is_specimen=facts.is_specimen,
                    accent_colour=design.accent_colour,
                    attachments=attachments,
                )
    except FetchRefused as error:
        # WeasyPrint makes it a BaseException, which would take the worker down.
        raise RenderingError(str(error)) from error
    raise RenderingError("the text does not fit on one page")


def warm_up() -> None:
    """Load everything that the first certificate would otherwise wait for, about 1.5 s."""
    render_pdf(SPECIMEN)


def check_libraries() -> list[str]:
    """What would make certificates slow, different or impossible on this machine."""
    warnings = check_fonts()
    try:
        from weasyprint.text.ffi import harfbuzz, harfbuzz_subset
    except OSError as error:
        return [
            *warnings,
            f"WeasyPrint cannot load Pango: apt-get install libpangoft2-1.0-0 ({error})",
        ]
    if harfbuzz_subset is None or not harfbuzz.hb_version_atleast(4, 1, 0):
        warnings.append(
            "libharfbuzz-subset 4.1 or later is missing, certificates take 12 to 45 times longer: "
            "apt-get install libharfbuzz-subset0"
        )
    return warnings


# 𠮷 brings in the third font.
SPECIMEN = CertificateFacts(
    full_name="見本 𠮷江",
    former_name="",
    course_title="見本",
    study_minutes=60,
    completed_on=date(2026, 4, 1),
    issued_on=date(2026, 4, 1),
    expires_on=None,
    number="第0号",
    code="0000-0000-00000",
    verify_url="https://example.jp/v/0000-0000-00000",
    verify_host_text="example.jp/v/",
    title="修了証書",
    wording="見本",
    issuer_office="見本",
    issuer_title="",
    issuer_name="",
    is_specimen=True,
)
