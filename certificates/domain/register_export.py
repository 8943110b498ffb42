"""The register as a file for people: a workbook, or pages to be kept (PDF/A)."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from certificates.models import RegisterEntry
from certificates.rendering.era import format_era_date
from certificates.rendering.register_pages import render_register
from training.clock import JAPAN
from training.tables.writing import make_inert

from .chain import GENESIS

WIDTHS = (8, 12, 24, 22, 22, 40, 14, 14, 14, 20, 66, 66)


@dataclass(frozen=True)
class Export:
    content: bytes
    count: int
    last_hash: str


@dataclass
class _Progress:
    count: int = 0
    last_hash: str = GENESIS


def _headings() -> list[str]:
    return [
        _("Sequence"),
        _("Entered on"),
        _("Event"),
        _("Certificate number"),
        _("Full name"),
        _("Course"),
        _("Completed on"),
        _("Issued on"),
        _("Valid until"),
        _("Remarks"),
        _("SHA-256 of the file"),
        _("Hash of the entry"),
    ]


def _day(iso: str | None) -> str:
    return format_era_date(date.fromisoformat(iso)) if iso else ""


def _note(entry: RegisterEntry) -> str:
    content = entry.content
    if entry.event == RegisterEntry.Event.REVOKED:
        return str(entry.certificate.get_revocation_class_display())
    return str(content.get("superseded_by") or content.get("supersedes") or "")


def _read_lines(fiscal_year: int | None, progress: _Progress) -> Iterator[list[str]]:
    """All entries are read, so that the last hash is the register's, whatever year is asked for."""
    entries = RegisterEntry.objects.select_related("certificate").order_by("sequence")
    for entry in entries.iterator(chunk_size=2000):
        progress.last_hash = entry.hash
        if fiscal_year and entry.certificate.fiscal_year != fiscal_year:
            continue
        progress.count += 1
        facts = entry.certificate.facts
        yield [
            str(entry.sequence),
            format_era_date(entry.at.astimezone(JAPAN).date()),
            str(entry.get_event_display()),
            facts["number"],
            facts["full_name"],
            facts["course_title"],
            _day(facts["completed_on"]),
            _day(facts["issued_on"]),
            _day(facts["expires_on"]),
            _note(entry),
            entry.content["file_sha256"],
            entry.hash,
        ]


def _ending(progress: _Progress, now: datetime) -> list[tuple[str, str]]:
    return [
        (_("Entries"), str(progress.count)),
        (_("Written on"), format_era_date(now.astimezone(JAPAN).date())),
        (_("Last hash of the register"), progress.last_hash),
    ]


def export_xlsx(*, fiscal_year: int | None, now: datetime) -> Export:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Register of certificates"))
    sheet.freeze_panes = "A2"
    for number, width in enumerate(WIDTHS):
        sheet.column_dimensions[chr(ord("A") + number)].width = width
    headings = []
    for text in _headings():
        cell = WriteOnlyCell(sheet, text)
        cell.font = Font(bold=True)
        headings.append(cell)
    sheet.append(headings)
    progress = _Progress()
    for line in _read_lines(fiscal_year, progress):
        sheet.append([int(line[0]), *map(make_inert, line[1:])])
    sheet.append([])
    for pair in _ending(progress, now):
        sheet.append(pair)
    out = io.BytesIO()
    book.save(out)
    return Export(out.getvalue(), progress.count, progress.last_hash)


def export_pdf(*, fiscal_year: int | None, now: datetime) -> Export:
    progress = _Progress()
    lines = list(_read_lines(fiscal_year, progress))
    content = render_register(
        headings=_headings(), lines=lines, ending=_ending(progress, now), written_at=now
    )
    return Export(content, progress.count, progress.last_hash)
