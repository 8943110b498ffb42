"""Which columns hold what, and the people in the rows."""

from typing import Any

from training.tables.reading import Cell, Refused, Table

from .headings import read_heading

MAX_ROWS = 500
# Titles and notes may stand above.
HEADING_ROWS = 40


def find_columns(table: Table) -> tuple[int, dict[str, int]] | None:
    """The row of the headings, and the column of each role."""
    for number in range(1, min(max(table.rows, default=0), HEADING_ROWS) + 1):
        roles: dict[str, int] = {}
        for column, cell in sorted(table.rows.get(number, {}).items()):
            if role := read_heading(cell.text):
                roles.setdefault(role, column)
        if "email" in roles and {"full_name", "family"} & roles.keys():
            return number, roles
    return None


def read_people(table: Table) -> dict[str, Any]:
    """{"columns": {role: heading}, "rows": [{"row": number, "values": {role: text},
    "troubles": {role: word}}]}. Raises Refused."""
    found = find_columns(table)
    if found is None:
        raise Refused("no_people_columns")
    header, roles = found
    rows = [
        _read_row(number, cells, roles)
        for number, cells in sorted(table.rows.items())
        if number > header and any(column in cells for column in roles.values())
    ]
    if not rows:
        raise Refused("no_rows")
    if len(rows) > MAX_ROWS:
        raise Refused("too_many_people", count=len(rows))
    headings = table.rows[header]
    return {
        "columns": {role: headings[column].text[:40] for role, column in roles.items()},
        "rows": rows,
    }


def _read_row(number: int, cells: dict[int, Cell], roles: dict[str, int]) -> dict[str, Any]:
    used = {role: cells[column] for role, column in roles.items() if column in cells}
    values = {role: cell.text for role, cell in used.items()}
    if "full_name" not in values:
        names = (values.get("family", ""), values.get("given", ""))
        values["full_name"] = " ".join(filter(None, names))
    # A date in its own column is no trouble.
    troubles = {
        role: cell.trouble
        for role, cell in used.items()
        if cell.trouble and not (role == "started_on" and cell.trouble == "date")
    }
    return {"row": number, "values": values, "troubles": troubles}
