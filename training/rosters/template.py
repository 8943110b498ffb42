"""The file that is offered for filling in."""

from training.tables.writing import write_workbook_rows

from .headings import BODY_TEMPLATE, TEMPLATE

WIDTHS = (20, 24, 32, 22, 16, 14, 14, 16)


def write_template(*, with_bodies: bool) -> bytes:
    """Headings alone: an example row would be invited sooner or later."""
    headings = [*TEMPLATE.values(), *(BODY_TEMPLATE.values() if with_bodies else ())]
    return write_workbook_rows([headings], title="招待する人", widths=WIDTHS)
