"""WeasyPrint copies each font file as a whole for every document, 57 MB for ours, and looks at the
first four bytes only. While one of our pages is written it gets just these."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from weasyprint.pdf import fonts
from weasyprint.text.ffi import ffi, harfbuzz

from .fonts import FONTS

HEAD = 4
_read_all = fonts.get_hb_object_data
_is_ours: ContextVar[bool] = ContextVar("is_ours", default=False)


@cache
def _file_sizes() -> frozenset[int]:
    return frozenset(font.path.stat().st_size for font in FONTS.values())


def _read(hb_object: Any, *arguments: Any, **options: Any) -> Any:
    """Anybody else's documents, and subsets, are read as before."""
    if arguments or options or not _is_ours.get():
        return _read_all(hb_object, *arguments, **options)
    blob = harfbuzz.hb_face_reference_blob(hb_object)
    try:
        with ffi.new("unsigned int *") as length:
            data = harfbuzz.hb_blob_get_data(blob, length)
            size = int(length[0])
            is_file = data != ffi.NULL and size in _file_sizes()
            return ffi.unpack(data, HEAD) if is_file else _read_all(hb_object)
    finally:
        harfbuzz.hb_blob_destroy(blob)


fonts.get_hb_object_data = _read


@contextmanager
def lean_faces() -> Iterator[None]:
    token = _is_ours.set(True)
    try:
        yield
    finally:
        _is_ours.reset(token)
