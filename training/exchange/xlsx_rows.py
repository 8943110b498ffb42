"""The parts of a workbook, without the rows that hold nothing: programs write up to a million."""

import io
import re
import zipfile
from collections.abc import Mapping

from django.utils.translation import gettext as _

from .archives import open_archive, read_member
from .drafts import Unreadable

# From here on they are felt.
MANY = 2_000
# A row of cells without a value, a formula or a text: nothing stands between the tags. A sign that
# is not expected there, even a ">" within an attribute, keeps the row.
EMPTY_ROW = re.compile(
    rb"<((?:\w+:)?)row\s[^<>]*?(?:/>|>\s*(?:<\1c\s[^<>]*?(?:/>|></\1c>)\s*)*</\1row>)"
)
ROW = re.compile(rb"<(?:\w+:)?row(?=[\s/>])[^<>]*")
NUMBER = re.compile(rb'\sr="\d+"')


def read_parts(data: bytes) -> dict[str, bytes]:
    """Raises Unreadable."""
    archive = open_archive(data)
    parts = {name: read_member(archive, name) for name in archive.namelist()}
    for name, part in parts.items():
        # No part of a workbook has a document type; one could hold entities that expand.
        if b"<!D" in part.replace(b"\0", b"") and name.endswith((".xml", ".rels")):
            raise Unreadable(_("The workbook defines entities or a document type."))
    return parts


def drop_empty_rows(sheet: bytes) -> bytes:
    """The same sheet without them, if that moves no other row: each says its number."""
    # What looks like a row there may be a text.
    if b"<![CDATA[" in sheet or b"<!--" in sheet:
        return sheet
    if not all(NUMBER.search(row[0]) for row in ROW.finditer(sheet)):
        return sheet
    return EMPTY_ROW.sub(b"", sheet)


def without_empty_rows(data: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The workbook to be read in the place of `data`, whose unpacked `parts` these are."""
    changed = {
        name: drop_empty_rows(part)
        for name, part in parts.items()
        if name.startswith("xl/worksheets/") and part.count(b"row") > MANY
    }
    if not changed:
        return data
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, part in (parts | changed).items():
            archive.writestr(name, part)
    return file.getvalue()
