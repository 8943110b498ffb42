"""Zip files from outside. Nothing is ever written to disk, so a path can lead nowhere."""

import io
import zipfile
import zlib
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from .drafts import Unreadable

MAX_UNPACKED = 40 * 1024 * 1024
MAX_MEMBERS = 12_000


def open_archive(
    data: bytes, *, max_unpacked: int = MAX_UNPACKED, max_members: int = MAX_MEMBERS
) -> zipfile.ZipFile:
    """Raises Unreadable if it is broken, encrypted, leads outside itself or unpacks to too much."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    # The library raises whatever its parsing of broken headers runs into.
    except Exception as error:
        raise Unreadable(_("The zip file is broken.")) from error
    if len(members) > max_members or sum(each.file_size for each in members) > max_unpacked:
        raise Unreadable(_("The zip file unpacks to too much."))
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts:
            raise Unreadable(_("The zip file names a place outside itself."))
        if member.flag_bits & 0x1:
            raise Unreadable(_("The zip file is protected by a password."))
    return archive


def read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    """No more than the size the directory says comes out, which `open_archive` has added up."""
    try:
        return archive.read(name)
    except (
        KeyError,
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
    ) as error:
        raise Unreadable(
            _("“%(name)s” is missing from the zip file or broken.") % {"name": name}
        ) from error
    except (RuntimeError, ValueError) as error:
        raise Unreadable(_("The zip file is broken.")) from error
