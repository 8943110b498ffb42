"""Questions in files: each format is one module that reads `Found`s from bytes and one that writes
them. Nothing here knows the database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import gift, gift_writer, moodle_xml, moodle_xml_writer, qti, qti_writer, xlsx
from .archives import open_archive
from .drafts import Found, LeftOut, QuestionDraft, Refused, Unreadable, check_size, refuse_format
from .markup import draw_lines, refuse_long
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
        if any(name.startswith("xl/") for name in names):
            found = xlsx.read(data)
        elif any(name.endswith("imsmanifest.xml") for name in names):
            found = qti.read_package(data)
        else:
            refuse_format()
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
    return [check_texts(each) for each in found]


def check_texts(found: Found) -> Found:
    obstacle = find_long_text(found.draft) if found.draft else ""
    return replace(found, draft=None, problems=(obstacle,)) if obstacle else found


def find_long_text(draft: QuestionDraft) -> str:
    """Why no file may hold the question, since it would not be read again; "" if it may."""
    texts = [draft.explanation, *(t for c in draft.choices for t in (c.text, c.match, c.feedback))]
    try:
        for html in (draft.stem, *map(draw_lines, texts)):
            refuse_long(html)
    except Refused as refusal:
        return str(refusal)
    return ""


__all__ = [
    "FORMATS",
    "Format",
    "Found",
    "LeftOut",
    "QuestionDraft",
    "Unreadable",
    "find_long_text",
    "read_questions",
]
