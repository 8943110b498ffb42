"""Questions in files: each format is one module that reads `Found`s from bytes and one that writes
them. Nothing here knows the database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import gift, gift_writer, moodle_xml, moodle_xml_writer, qti, qti_writer, xlsx
from .archives import open_archive
from .drafts import Found, LeftOut, QuestionDraft, Unreadable, check_size
from .trees import parse_tree


@dataclass(frozen=True)
class Format:
    """`find_obstacle` says why the format cannot hold a question, or ""."""

    name: str
    label: Any
    extension: str
    content_type: str
    find_obstacle: Callable[[QuestionDraft], str]
    write: Callable[[Sequence[QuestionDraft], Sequence[LeftOut]], bytes]


FORMATS = {
    each.name: each
    for each in (
        Format(
            "xlsx",
            gettext_lazy("Excel workbook (the editors' form)"),
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            xlsx.find_obstacle,
            xlsx.write,
        ),
        Format(
            "gift",
            gettext_lazy("GIFT (Moodle's text format)"),
            "gift.txt",
            "text/plain; charset=utf-8",
            gift_writer.find_obstacle,
            gift_writer.write,
        ),
        Format(
            "moodle-xml",
            gettext_lazy("Moodle XML"),
            "xml",
            "application/xml",
            moodle_xml_writer.find_obstacle,
            moodle_xml_writer.write,
        ),
        Format(
            "qti",
            gettext_lazy("QTI 2.1 package"),
            "zip",
            "application/zip",
            qti_writer.find_obstacle,
            qti_writer.write,
        ),
    )
}


def read_questions(data: bytes) -> list[Found]:
    """Of whichever format the file is: its content tells, not its name. Raises Unreadable."""
    check_size(data)
    if data.startswith(b"PK"):
        names = open_archive(data).namelist()
        found = xlsx.read(data) if "[Content_Types].xml" in names else qti.read_package(data)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(
            _("It is an old or a protected Excel file. Please save it as .xlsx without a password.")
        )
    elif data.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0").startswith(b"<"):
        is_moodle = parse_tree(data).tag == "quiz"
        found = moodle_xml.read(data) if is_moodle else qti.read_item_file(data)
    else:
        found = gift.read(data)
    if not found:
        raise Unreadable(_("The file holds no question."))
    return found


__all__ = ["FORMATS", "Format", "Found", "LeftOut", "QuestionDraft", "Unreadable", "read_questions"]
