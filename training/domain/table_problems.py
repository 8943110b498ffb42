"""Why a sheet or CSV that somebody sent cannot be read, in words."""

from django.utils.translation import gettext as _


def describe_table_problem(*, problem: str) -> str:
    """Of those that `training.tables.reading` names."""
    return {
        "password": _(
            "The workbook is protected by a password. Please save it without one and send it again."
        ),
        "old_excel": _(
            "This is an Excel file of the old kind (.xls). Please save it as .xlsx and send it "
            "again."
        ),
        "pdf": _("This is a PDF. Please send an Excel workbook (.xlsx) or a CSV file."),
        "empty": _("The file is empty."),
        "encoding": _(
            "The characters of the file could not be read. A CSV file may be in UTF-8, Shift_JIS "
            "or UTF-16, not in EUC-JP or ISO-2022-JP. Please save it in one of these or as .xlsx, "
            "and send it again."
        ),
        "broken": _(
            "The file could not be read. Please send an Excel workbook (.xlsx) or a CSV file."
        ),
        "no_rows": _("There is no row below the headings."),
    }[problem]
