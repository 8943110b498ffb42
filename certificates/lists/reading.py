"""Which columns hold what, and the rows to be answered."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from training.tables.reading import EMPTY, Cell, Refused, Table

from .headings import read_heading

MAX_ROWS = 500
# Titles and notes may stand above.
HEADING_ROWS = 40
CODE = re.compile(r"^[0-9A-Za-z]{4}[-‐−ー ]?[0-9A-Za-z]{4}[-‐−ー ]?[0-9A-Za-z]{5}$")
NUMBER = re.compile(r"^\D{0,10}(令和|R|\b)\s*(元|\d{1,2})\D+\d{1,9}\D{0,2}$", re.IGNORECASE)


@dataclass
class Columns:
    """By role, from 0; `header` and `first` are rows, from 1. Without a heading `header` is 0."""

    header: int = 0
    first: int = 1
    roles: dict[str, int] = field(default_factory=dict)

    @property
    def keys(self) -> list[int]:
        return [self.roles[role] for role in ("code", "number") if role in self.roles]

    @property
    def names(self) -> list[int]:
        if "name" in self.roles:
            return [self.roles["name"]]
        return [self.roles[role] for role in ("family", "given") if role in self.roles]


def find_columns(table: Table) -> Columns | None:
    last = min(max(table.rows, default=0), HEADING_ROWS)
    for number in range(1, last + 1):
        roles = _read_roles(table, number)
        if not ({"code", "number"} & roles.keys()):
            continue
        above = _read_roles(table, number - 1)
        below = _read_roles(table, number + 1)
        header = number
        if below and _is_all_headings(table, number + 1):
            # 姓 and 名 below a merged 氏名 say more than it does.
            if {"family", "given"} <= below.keys():
                roles.pop("name", None)
            roles, header = roles | below, number + 1
        if not ({"name", "family"} & roles.keys()):
            roles = {role: i for role, i in above.items() if role == "name"} | roles
        return Columns(header=header, first=header + 1, roles=roles)
    return _guess_columns(table)


def _read_roles(table: Table, number: int) -> dict[str, int]:
    row = table.rows.get(number, {})
    spread = {column: text for (row_, column), text in table.spread.items() if row_ == number}
    texts = spread | {column: cell.text for column, cell in row.items()}
    roles: dict[str, int] = {}
    vague: dict[str, int] = {}
    for column, text in sorted(texts.items()):
        role, is_vague = read_heading(text)
        if role:
            (vague if is_vague else roles).setdefault(role, column)
    return vague | roles


def _is_all_headings(table: Table, number: int) -> bool:
    return all(read_heading(cell.text)[0] for cell in table.rows.get(number, {}).values())


def _guess_columns(table: Table) -> Columns | None:
    """A list without headings: the column that holds codes or numbers, and one of names if it is
    the only other one with words."""
    width = max((column for row in table.rows.values() for column in row), default=-1) + 1
    columns = {
        i: [row[i].text for row in table.rows.values() if i in row] for i in range(min(width, 50))
    }
    keys = [i for i, texts in columns.items() if _is_mostly(texts, looks_like_key)]
    if not keys:
        return None
    names = [i for i, texts in columns.items() if i != keys[0] and _is_mostly(texts, _is_name)]
    roles = {"code": keys[0]} | ({"name": names[0]} if len(names) == 1 else {})
    first = min(n for n, row in table.rows.items() if looks_like_key(row.get(keys[0], EMPTY).text))
    return Columns(first=first, roles=roles)


def _is_mostly(texts: list[str], is_one: Callable[[str], bool]) -> bool:
    return bool(texts) and sum(map(is_one, texts)) * 2 > len(texts)


def looks_like_key(text: str) -> bool:
    plain = unicodedata.normalize("NFKC", text).strip()
    is_code = CODE.match(plain) and any(c.isdigit() for c in plain)
    return bool(is_code or NUMBER.match(plain))


def _is_name(text: str) -> bool:
    return 2 <= len(text) <= 30 and all(c.isalpha() or c.isspace() or c in "・" for c in text)


def read_list(table: Table) -> dict[str, Any]:
    """As JSON: how the columns were understood, and the rows. Raises Refused."""
    columns = find_columns(table)
    if columns is None:
        raise Refused("no_columns")
    rows = [
        read_row(number, cells, columns)
        for number, cells in sorted(table.rows.items())
        if number >= columns.first and _is_wanted(cells, columns)
    ]
    if not rows:
        raise Refused("no_rows")
    if len(rows) > MAX_ROWS:
        raise Refused("too_many", count=len(rows))
    return {
        "layout": table.layout | {"header": columns.header},
        "columns": {role: _name_column(table, columns, i) for role, i in columns.roles.items()},
        "rows": rows,
    }


def _is_wanted(cells: dict[int, Cell], columns: Columns) -> bool:
    used = [cells[i] for i in [*columns.keys, *columns.names] if i in cells]
    # Headings come again on the next page of a printed list.
    return bool(used) and not all(read_heading(cell.text)[0] for cell in used)


def read_row(number: int, cells: dict[int, Cell], columns: Columns) -> dict[str, Any]:
    keys = [cells[i] for i in columns.keys if i in cells]
    names = [cells[i] for i in columns.names if i in cells]
    # The code says most; a second key, the number, is compared with it.
    used = [*keys[:1], *names]
    return {
        "row": number,
        "key": keys[0].text if keys else "",
        "second": keys[1].text if len(keys) > 1 and not keys[1].trouble else "",
        "name": " ".join(cell.text for cell in names if cell.text),
        "trouble": next((cell.trouble for cell in used if cell.trouble), ""),
    }


def _name_column(table: Table, columns: Columns, column: int) -> str:
    for number in (columns.header, columns.header - 1):
        cell = table.rows.get(number, {}).get(column)
        text = cell.text if cell else table.spread.get((number, column), "")
        if text:
            return text[:40]
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
