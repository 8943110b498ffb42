"""Rows as CSV or as a workbook, in which no cell ever runs (drill S9)."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

# A cell that begins so could be run as a formula by a careless program.
RISKY = tuple("=+-@\t\r\n＝＋－＠")
# A workbook is XML, which cannot hold them; nor can a feed.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Excel's way of writing characters that XML would change.
ESCAPED = re.compile(r"_x[0-9A-Fa-f]{4}_")
CHUNK = 500
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Row = Sequence[Any]


def make_inert(text: str) -> str:
    return f"'{text}" if text.startswith(RISKY) else text


class _Echo:
    """csv.writer wants a file; this one hands each line straight back."""

    def write(self, line: str) -> str:
        return line


def write_csv_lines(rows: Iterable[Row]) -> Iterator[str]:
    """Some hundred lines at a time: one write to the client for each would cost more than the
    query. Excel takes UTF-8 for what it is only after a byte-order mark."""
    writer = csv.writer(_Echo())
    chunk = ["\ufeff"]
    for row in rows:
        chunk.append(
            writer.writerow(
                [make_inert(value) if isinstance(value, str) else value for value in row]
            )
        )
        if len(chunk) == CHUNK:
            yield "".join(chunk)
            chunk = []
    yield "".join(chunk)


def write_workbook_rows(rows: Iterable[Row], *, title: str, widths: Sequence[int]) -> bytes:
    """The first row is the heading. Numbers and dates stay what they are."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for index, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    for number, row in enumerate(rows):
        cells = [make_cell(sheet, value) for value in row]
        if number == 0:
            for cell in cells:
                cell.font = Font(bold=True)
                cell.fill = PatternFill("solid", start_color="E6EEF7")
        sheet.append(cells)
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def make_cell(sheet: Any, value: Any) -> Any:
    """Text is text, whatever it begins with: it never runs, and it is read back as it was."""
    if value is None or value == "":
        return WriteOnlyCell(sheet)
    if not isinstance(value, str):
        cell = WriteOnlyCell(sheet, value)
        if isinstance(value, date):
            cell.number_format = "yyyy-mm-dd"
        return cell
    cell = WriteOnlyCell(sheet, "")
    text = ESCAPED.sub(lambda match: f"_x005F{match[0]}", UNWRITABLE.sub("", value))
    cell._value = text.replace("\r", "_x000D_")
    cell.data_type = "s"
    cell.number_format = "@"
    if value.startswith(RISKY):
        cell.quotePrefix = True
    return cell
