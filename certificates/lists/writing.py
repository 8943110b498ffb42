"""The same file back, with columns for the answers."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any

from openpyxl import load_workbook
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

from training.tables.reading import read_csv
from training.tables.writing import RISKY, make_inert

WIDTHS = (16, 48)
Answers = Mapping[int, Sequence[str]]


def write_csv(
    data: bytes, layout: Mapping[str, Any], headings: list[str], answers: Answers
) -> bytes:
    encoding, delimiter = layout["encoding"], layout["delimiter"]
    text = data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
    rows = read_csv(text, delimiter)
    answered = {layout["header"]: headings, **answers}
    width = max(len(rows[number - 1]) for number in answered if number)
    output = io.StringIO(newline="")
    writer = csv.writer(output, delimiter=delimiter, lineterminator=layout["newline"])
    for number, row in enumerate(rows, start=1):
        added = answered.get(number)
        padding = [""] * (width - len(row)) if added else []
        writer.writerow([make_inert(value) for value in [*row, *padding, *(added or [])]])
    # What was given comes from this encoding; an answer may name a number with a symbol of its own.
    return output.getvalue().encode(encoding, "replace")


def write_workbook(
    data: bytes, layout: Mapping[str, Any], headings: list[str], answers: Answers
) -> bytes:
    book = load_workbook(io.BytesIO(data), rich_text=True)
    for each in book.worksheets:
        _quote_risky(each)
    sheet = book[layout["sheet"]]
    used = [column for (_row, column), cell in sheet._cells.items() if cell.value is not None]
    used += [merged.max_col for merged in sheet.merged_cells.ranges]
    first, model_column = max(used) + 1, max(used)
    for number, texts in {layout["header"]: headings, **answers}.items():
        if not number:
            continue
        for column, text in enumerate(texts, start=first):
            cell = sheet.cell(number, column)
            if text:
                cell.value = text
                # As text, whatever it begins with.
                cell.data_type = "s"
            model = sheet._cells.get((number, model_column))
            if model is not None and model.has_style:
                cell._style = copy(model._style)
            cell.number_format = "@"
    for column, width in enumerate(WIDTHS, start=first):
        sheet.column_dimensions[get_column_letter(column)].width = width
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        _Writer(book, archive).save()
    return output.getvalue()


def _quote_risky(sheet: Any) -> None:
    for cell in sheet._cells.values():
        if cell.data_type in ("s", "inlineStr") and str(cell.value).startswith(RISKY):
            cell.data_type = "s"
            cell.quotePrefix = True


class _Writer(ExcelWriter):
    """In memory: the library writes each sheet into a temporary file, and a child writes none."""

    def write_worksheet(self, ws: Any) -> None:
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts = ws._charts
        ws._drawing.images = ws._images
        out = io.BytesIO()
        writer = WorksheetWriter(ws, out)
        writer.write()
        ws._rels = writer._rels
        self._archive.writestr(ws.path[1:], out.getvalue())
        self.manifest.append(ws)
