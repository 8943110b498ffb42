"""Lists as town halls make them."""

import io

from openpyxl import Workbook, load_workbook


def workbook(rows, *, merge=(), change=None) -> bytes:
    """`change` gets the sheet before it is saved."""
    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    for cells in merge:
        sheet.merge_cells(cells)
    if change:
        change(sheet)
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def sheet_of(data):
    return load_workbook(io.BytesIO(data)).active
