"""Whether a file that comes with a course is what its name says, and harmless."""

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from .drafts import Unreadable
from .trees import parse_tree

MAX_PIXELS = 50_000_000
IMAGES = {"avif", "gif", "jpeg", "jpg", "png", "svg", "webp"}
PACKED = ("docx", "odp", "ods", "odt", "pptx", "xlsx", "zip")
UNSAFE_ELEMENTS = {
    *("animate", "animatecolor", "animatemotion", "animatetransform", "audio", "discard", "embed"),
    *("foreignobject", "handler", "iframe", "listener", "mpath", "object", "script", "set"),
    *("video",),
}
OWN_PART = re.compile(r"\s*(#|data:image/(png|jpeg|gif|webp);)", re.IGNORECASE)
UNSAFE_STYLE = re.compile(
    r"@import|(expression|image|image-set|src)\s*\(|javascript:|\\|url\(\s*['\"]?(?!\s*#)", re.I
)


@dataclass(frozen=True)
class Facts:
    """`hashed` is what Wagtail keeps of a file: its SHA-1. Documents have no width or height."""

    hashed: str
    size: int
    width: int = 0
    height: int = 0


def _is_text(data: bytes) -> bool:
    return b"\0" not in data


def _starts(*signs: bytes) -> Callable[[bytes], bool]:
    return lambda data: data.startswith(signs)


def _is_mp4(data: bytes) -> bool:
    return data[4:8] == b"ftyp"


DOCUMENTS: dict[str, Callable[[bytes], bool]] = {
    **dict.fromkeys(PACKED, _starts(b"PK\x03\x04")),
    **dict.fromkeys(("csv", "txt"), _is_text),
    **dict.fromkeys(("m4a", "m4v", "mp4"), _is_mp4),
    **dict.fromkeys(("jpeg", "jpg"), _starts(b"\xff\xd8\xff")),
    "mp3": _starts(b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"),
    "pdf": _starts(b"%PDF-"),
    "png": _starts(b"\x89PNG\r\n\x1a\n"),
    "vtt": _starts(b"WEBVTT", b"\xef\xbb\xbfWEBVTT"),
    "webm": _starts(b"\x1a\x45\xdf\xa3"),
}
EXTENSIONS = {"image": IMAGES, "document": set(DOCUMENTS)}


def find_facts(*, data: bytes, medium: Mapping[str, str], hashed: str) -> Facts:
    """Raises Unreadable."""
    kind, extension = medium["kind"], medium["extension"]
    if extension not in EXTENSIONS.get(kind, ()):
        raise Unreadable(
            _("“%(name)s” is of a type that no course may bring along.") % {"name": medium["title"]}
        )
    if kind == "document":
        if not DOCUMENTS[extension](data):
            _refuse_type(medium)
        return Facts(hashed, len(data))
    if extension == "svg":
        check_svg(data=data, title=medium["title"])
    width, height = _measure(data, medium)
    return Facts(hashed, len(data), width, height)


def _refuse_type(medium: Mapping[str, str]) -> Any:
    raise Unreadable(
        _("“%(name)s” is no file of the type .%(extension)s.")
        % {"name": medium["title"], "extension": medium["extension"]}
    )


def _measure(data: bytes, medium: Mapping[str, str]) -> tuple[int, int]:
    from willow.image import Image

    try:
        image = Image.open(io.BytesIO(data))
        name = {"jpg": "jpeg"}.get(medium["extension"], medium["extension"])
        fits = image.format_name == name
        width, height = (int(each) for each in image.get_size())
    # Whatever its library runs into over a broken picture.
    except Exception as error:
        raise Unreadable(
            _("“%(name)s” is a broken picture.") % {"name": medium["title"]}
        ) from error
    if not fits:
        _refuse_type(medium)
    if not 0 < width * height <= MAX_PIXELS:
        raise Unreadable(_("“%(name)s” is too large a picture.") % {"name": medium["title"]})
    return width, height


def check_svg(*, data: bytes, title: str) -> None:
    """A drawing that runs or fetches something is refused whole: what is left of it would not be
    the drawing. Raises Unreadable."""
    # The parser passes over instructions; a browser fetches what they name.
    is_told = b"xml-stylesheet" in data or b"\0" in data
    if is_told or any(_is_unsafe(element) for element in parse_tree(data).iter()):
        raise Unreadable(
            _("“%(name)s” is a drawing with a script, or it fetches something.") % {"name": title}
        )


def _is_unsafe(element: Element) -> bool:
    if not isinstance(element.tag, str) or element.tag.lower() in UNSAFE_ELEMENTS:
        return True
    if element.tag.lower() == "style" and UNSAFE_STYLE.search("".join(element.itertext())):
        return True
    return any(
        name.lower().startswith("on")
        or (name.lower() in ("href", "src") and not OWN_PART.match(value))
        or (name.lower() not in ("href", "src") and UNSAFE_STYLE.search(value))
        for name, value in element.attrib.items()
    )
