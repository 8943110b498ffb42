"""A sheet or a CSV as cells, whatever program wrote it."""

import csv
import io
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from openpyxl import load_workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
DELIMITERS = ",\t;"
# Which of them separates shows in the first lines.
SAMPLE_LINES = 50
# Neither a key nor a name nor a heading is longer; a cell may hold 32,767 characters.
MAX_CHARACTERS = 300


class Refused(Exception):
    """`problem` is a word that whoever asked puts into a sentence."""

    def __init__(self, problem: str, **details: Any) -> None:
        super().__init__(problem)
        self.problem = problem
        self.details = details


@dataclass(frozen=True)
class Cell:
    """`trouble` is "date", "formula", "error" or, cut, "long" where the text is not what somebody
    wrote."""

    text: str
    trouble: str = ""


EMPTY = Cell("")


@dataclass
class Table:
    """`rows` counts as people do, from 1; columns from 0, and empty cells are left out. `spread`
    holds the texts that a merged heading shows above its other columns and rows."""

    rows: dict[int, dict[int, Cell]]
    spread: dict[tuple[int, int], str] = field(default_factory=dict)
    layout: dict[str, str] = field(default_factory=dict)


Choose = Callable[[Table], bool]


def is_workbook(data: bytes) -> bool:
    return data.startswith(b"PK\x03\x04")


def open_table(data: bytes, *, is_right: Choose) -> Table:
    """The first sheet that is right, or reading that is right; else the first. Raises Refused."""
    if data.startswith(OLE):
        raise Refused("password" if ENCRYPTED in data else "old_excel")
    if data.startswith(b"%PDF"):
        raise Refused("pdf")
    tables = _open_workbook(data) if is_workbook(data) else _open_csv(data)
    if not tables:
        raise Refused("empty")
    return next(filter(is_right, tables), tables[0])


def _open_workbook(data: bytes) -> list[Table]:
    try:
        book = load_workbook(io.BytesIO(data))
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        is_formula = {sheet.title: _find_formulas(sheet) for sheet in sheets}
        if any(is_formula.values()):
            # The other view of the file: what its formulas came to when it was saved.
            book = load_workbook(io.BytesIO(data), data_only=True)
        return [_read_sheet(book[title], formulas) for title, formulas in is_formula.items()]
    except (MemoryError, Refused):
        raise
    # The library raises whatever its parsing of a broken part runs into.
    except Exception as error:
        raise Refused("broken") from error


def _find_formulas(sheet: Any) -> set[tuple[int, int]]:
    return {place for place, cell in sheet._cells.items() if cell.data_type == "f"}


def _read_sheet(sheet: Any, formulas: set[tuple[int, int]]) -> Table:
    rows: dict[int, dict[int, Cell]] = {}
    # Not iter_rows: it makes a million cells where a format reaches down to the last row.
    for (row, column), cell in sorted(sheet._cells.items()):
        read = _read_value(cell.value, cell.data_type)
        if (row, column) in formulas and cell.value is None:
            read = Cell("", "formula")
        if read != EMPTY:
            rows.setdefault(row, {})[column - 1] = read
    table = Table(rows, layout={"kind": "xlsx", "sheet": sheet.title})
    for merged in sheet.merged_cells.ranges:
        text = rows.get(merged.min_row, {}).get(merged.min_col - 1, EMPTY).text
        # Headings only: nobody merges a hundred rows for one.
        if text and merged.size["rows"] <= 5 and merged.size["columns"] <= 50:
            for row, column in merged.cells:
                table.spread[row, column - 1] = text
    return table


def _read_value(value: Any, kind: str) -> Cell:
    if value is None:
        return EMPTY
    if kind == "e":
        return Cell(str(value)[:MAX_CHARACTERS], "error")
    # 8-12, meant as a number of 令和8年度, became 12 August: what stood there is lost.
    if isinstance(value, datetime | date | time | timedelta):
        return Cell(str(value), "date")
    if isinstance(value, float) and value.is_integer():
        return Cell(str(int(value)))
    return _read_text(str(value))


def _read_text(text: str) -> Cell:
    text = text.strip()
    if len(text) > MAX_CHARACTERS:
        return Cell(text[:MAX_CHARACTERS], "long")
    return Cell(text) if text else EMPTY


def _open_csv(data: bytes) -> list[Table]:
    text, encoding = _decode(data)
    newline = "\r\n" if "\r\n" in text else "\n"
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    sample = "\n".join(text.split("\n", SAMPLE_LINES)[:SAMPLE_LINES])
    found = sorted((d for d in DELIMITERS if d in sample), key=sample.count, reverse=True)
    layout = {"kind": "csv", "encoding": encoding, "newline": newline}
    tables = []
    for delimiter in found or [","]:
        rows = read_csv(text, delimiter)
        cells = {
            number: {i: _read_text(value) for i, value in enumerate(row) if value.strip()}
            for number, row in enumerate(rows, start=1)
        }
        cells = {number: row for number, row in cells.items() if row}
        if cells:
            tables.append(Table(cells, layout=layout | {"delimiter": delimiter}))
    return tables


def read_csv(text: str, delimiter: str) -> list[list[str]]:
    """Raises Refused."""
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise Refused("broken") from error


def _decode(data: bytes) -> tuple[str, str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        order = ["utf-16"]
    elif data.startswith(b"\xef\xbb\xbf"):
        order = ["utf-8-sig"]
    elif b"\0" in data[:400]:
        # In UTF-16 without a mark the zeros of the commas and digits stand on one side.
        order = ["utf-16-be" if data[:400:2].count(0) > data[1:400:2].count(0) else "utf-16-le"]
    else:
        order = ["utf-8", "cp932"]
    for encoding in order:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(unicodedata.category(c) == "Cc" and c not in "\t\r\n\f" for c in text):
            if encoding == "cp932" and _is_euc(data, text):
                break
            return text, encoding
    raise Refused("broken" if b"\0" in data else "encoding")


def _is_euc(data: bytes, text: str) -> bool:
    """EUC-JP is often valid Shift_JIS as well, as a text of half-width katakana; Shift_JIS with
    kanji is hardly ever valid EUC-JP."""
    letters = [character for character in text if ord(character) > 127]
    if sum("｡" <= character <= "ﾟ" for character in letters) * 2 < len(letters) or not letters:
        return False
    try:
        data.decode("euc_jp")
    except UnicodeDecodeError:
        return False
    return True
