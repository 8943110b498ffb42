"""A seal is an SVG of plain shapes. What is not on the lists below is dropped where it draws
nothing and refused where it would: a seal is printed as it was meant or not at all."""

import re
from collections.abc import Callable
from functools import lru_cache
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import quoteattr

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from .errors import SealRefused
from .svg_values import NUMBER, write_number, write_path, write_points, write_transform

SVG = "{http://www.w3.org/2000/svg}"
MAX_BYTES = 100_000
MAX_SHAPES = 500
MAX_DEPTH = 20
SHAPES = {
    "path": ("d",),
    "rect": ("x", "y", "width", "height", "rx", "ry"),
    "circle": ("cx", "cy", "r"),
    "ellipse": ("cx", "cy", "rx", "ry"),
    "line": ("x1", "y1", "x2", "y2"),
    "polyline": ("points",),
    "polygon": ("points",),
}
# They draw nothing, and programs leave them in every file.
SILENT = frozenset({"title", "desc", "metadata"})


def _one_of(pattern: str) -> Callable[[str], str]:
    def write(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(value[:20])
        return value

    return write


_opaque = _one_of(r"1(?:\.0+)?|100%")
_none = _one_of("none")
_colour = _one_of(r"none|black|white|red|#[0-9a-fA-F]{3}|#[0-9a-fA-F]{6}|rgb\([\d\s,.%]{5,40}\)")
WRITERS: dict[str, Callable[[str], str]] = {
    "d": write_path,
    "points": write_points,
    "transform": write_transform,
    "fill": _colour,
    "stroke": _colour,
    "stroke-width": write_number,
    "stroke-linecap": _one_of("butt|round|square"),
    "stroke-linejoin": _one_of("miter|round|bevel"),
    "stroke-miterlimit": write_number,
    "fill-rule": _one_of("nonzero|evenodd"),
}
PRINTED = tuple(name for name in WRITERS if name not in ("d", "points"))
# They would change the picture: accepted only with the value that does not, and not kept.
# What is neither here nor printed changes nothing on plain shapes.
NEUTRAL: dict[str, Callable[[str], str]] = {
    "opacity": _opaque,
    "fill-opacity": _opaque,
    "stroke-opacity": _opaque,
    "display": _one_of("inline|block"),
    "visibility": _one_of("visible"),
    "mix-blend-mode": _one_of("normal"),
    "stroke-dasharray": _none,
    **dict.fromkeys(
        ("clip-path", "mask", "filter", "marker", "marker-start", "marker-mid", "marker-end"), _none
    ),
}
LENGTH = re.compile(rf"({NUMBER})(?:px|pt|mm|cm)?")


@lru_cache(maxsize=32)
def clean_seal(text: str) -> str:
    """The same picture in a few safe words; cleaning twice changes nothing. Raises SealRefused."""
    if len(text.encode(errors="replace")) > MAX_BYTES:
        raise SealRefused("too_large")
    try:
        root = fromstring(text.strip())
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise SealRefused("broken") from error
    if root.tag != f"{SVG}svg":
        raise SealRefused("no_svg")
    box = _read_box(root)
    cleaner = _Cleaner()
    inside = cleaner.clean_children(root, depth=0)
    if not cleaner.shapes:
        raise SealRefused("empty")
    styles = _write_styles(root)
    inside = f"<g{styles}>{inside}</g>" if styles else inside
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">{inside}</svg>'


def _read_box(root: Element) -> str:
    box = root.get("viewBox", "").replace(",", " ").split()
    if not box:
        sizes = [LENGTH.fullmatch(root.get(name, "").strip()) for name in ("width", "height")]
        box = ["0", "0", *(size[1] for size in sizes if size)]
    try:
        left, top, width, height = map(write_number, box)
    except ValueError as error:
        raise SealRefused("no_size") from error
    # Its place is square: a long one would come out tiny.
    if not (float(width) > 0 and float(height) > 0 and 1 / 3 <= float(width) / float(height) <= 3):
        raise SealRefused("no_size")
    return f"{left} {top} {width} {height}"


class _Cleaner:
    def __init__(self) -> None:
        self.shapes = 0

    def clean_children(self, parent: Element, *, depth: int) -> str:
        if depth > MAX_DEPTH:
            raise SealRefused("too_large")
        return "".join(self._clean(child, depth) for child in parent)

    def _clean(self, element: Element, depth: int) -> str:
        namespace, _, name = element.tag.rpartition("}")
        if namespace + "}" != SVG:
            if not namespace or namespace.endswith(("xhtml", "MathML")):
                raise SealRefused("element", name)
            # A drawing program's private notes, which draw nothing.
            return ""
        if name in SILENT or (name == "defs" and len(element) == 0):
            return ""
        if name == "g":
            inside = self.clean_children(element, depth=depth + 1)
            return f"<g{_write_styles(element)}>{inside}</g>"
        if name not in SHAPES:
            raise SealRefused("element", name)
        self.shapes += 1
        if self.shapes > MAX_SHAPES:
            raise SealRefused("too_large")
        shape = "".join(
            _write(key, value, WRITERS.get(key, write_number))
            for key in SHAPES[name]
            if (value := element.get(key))
        )
        return f"<{name}{shape}{_write_styles(element)}/>"


def _write_styles(element: Element) -> str:
    given = {}
    for name, value in element.attrib.items():
        local = name.rpartition("}")[2].lower()
        if local == "href" or local.startswith("on"):
            raise SealRefused("value", local)
        given[name] = value
    for declaration in given.pop("style", "").split(";"):
        name, _, value = declaration.partition(":")
        given[name.strip()] = value
    for name, write in NEUTRAL.items():
        if name in given:
            _write(name, given[name], write)
    return "".join(_write(name, given[name], WRITERS[name]) for name in PRINTED if name in given)


def _write(name: str, value: str, write: Callable[[str], str]) -> str:
    try:
        return f" {name}={quoteattr(write(value.strip()))}"
    except ValueError as error:
        raise SealRefused("value", f"{name}: {value.strip()[:40]}") from error
