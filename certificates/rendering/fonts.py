"""The fonts of the paper, and which of them draws which character.

Chosen per cluster (a character with its variation selector or combining marks), because no
layout engine falls back on a selector: it silently draws the default shape. Text is never
normalised. This module is cheap to import and to call in the web process.
"""

import hashlib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from xml.sax.saxutils import escape

from .errors import FontMissing, UndrawableText
from .font_tables import FontTables

ROOT = Path("/usr/share/fonts")
SPACES = " \u3000"


@dataclass(frozen=True)
class Font:
    family: str
    file: str
    package: str
    sha256: str

    @property
    def path(self) -> Path:
        """Raises FontMissing."""
        return _find(self)


FONTS = {
    "mincho": Font(
        "BIZ UDPMincho",
        "truetype/bizud-mincho/BIZUDPMincho-Regular.ttf",
        "fonts-morisawa-bizud-mincho",
        "c96d4ddc921fefe7fdca16734ffb0e051a8c61b6a13f53db8435b3ddf12d26cd",
    ),
    "gothic": Font(
        "BIZ UDPGothic",
        "truetype/bizud-gothic/BIZUDPGothic-Regular.ttf",
        "fonts-morisawa-bizud-gothic",
        "8d4fd9568ad662d9eb1bc8ca8663dcd76a6336373e3e3f32d634978db4c7388e",
    ),
    "mj": Font(
        "IPAmjMincho",
        "truetype/ipamj/ipamjm.ttf",
        "fonts-ipamj-mincho",
        "75268aa9ac2d92080048196af08adee37f1c286cf4b7777ed5ac3722a8737f5f",
    ),
}
# What the face of a text lacks: the characters and sequences of the government's name register.
LAST_RESORT = "mj"


@cache
def _find(font: Font) -> Path:
    path = ROOT / font.file
    if path.is_file():
        return path
    found = sorted(ROOT.rglob(path.name))
    if not found:
        raise FontMissing(f"{font.family} is not installed: apt-get install {font.package}")
    return found[0]


@cache
def _tables(key: str) -> FontTables:
    return FontTables(FONTS[key].path)


def _is_selector(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def split_clusters(text: str) -> Iterator[str]:
    start = 0
    for index, character in enumerate(text):
        if index > start and unicodedata.category(character)[0] != "M":
            yield text[start:index]
            start = index
    if text:
        yield text[start:]


def _is_printable(character: str) -> bool:
    """Not a control, format, private or unassigned character, nor a space that nobody can see
    the difference of. A mark is printable only behind its base."""
    category = unicodedata.category(character)
    return character in SPACES or category[0] not in "CMZ"


@lru_cache(maxsize=8192)
def find_glyph(key: str, cluster: str) -> int | None:
    font = _tables(key)
    base, rest = cluster[0], cluster[1:]
    if not rest:
        return font.glyph(base)
    if len(rest) == 1 and _is_selector(rest):
        return font.variant(base, rest)
    # The shaper draws the composed glyph, and nothing better than a collision if there is none.
    composed = unicodedata.normalize("NFC", cluster)
    return font.glyph(composed) if len(composed) == 1 else None


def _choose_font(cluster: str, face: str) -> str | None:
    if _is_printable(cluster[0]):
        for key in (face, LAST_RESORT):
            if find_glyph(key, cluster):
                return key
    return None


def find_undrawable(text: str) -> list[str]:
    """The clusters that cannot be printed, each once, in the order of the text."""
    clusters = dict.fromkeys(split_clusters(text))
    return [cluster for cluster in clusters if _choose_font(cluster, "mincho") is None]


def split_runs(text: str, *, face: str = "mincho") -> list[tuple[str, str]]:
    """The text as (key of FONTS, piece). Raises UndrawableText.

    A space joins the run before it: WeasyPrint does not draw a run of spaces only, and the text
    extracted from the PDF would lack it.
    """
    runs: list[tuple[str, str]] = []
    for cluster in split_clusters(text):
        key = _choose_font(cluster, face)
        if key is None:
            raise UndrawableText(find_undrawable(text))
        if runs and cluster in SPACES:
            key = runs[-1][0]
        if runs and runs[-1][0] == key:
            runs[-1] = (key, runs[-1][1] + cluster)
        else:
            runs.append((key, cluster))
    return runs


def measure(text: str, *, face: str = "mincho") -> float:
    """The width in ems, as the engine will set it. Raises UndrawableText."""
    return sum(
        _tables(key).advance(find_glyph(key, cluster) or 0)
        for key, run in split_runs(text, face=face)
        for cluster in split_clusters(run)
    )


def closed_configuration() -> str:
    """A fontconfig file under which these fonts exist and no others. Raises FontMissing."""
    paths = [font.path for font in FONTS.values()]
    folders = "".join(f"<dir>{escape(str(path.parent))}</dir>" for path in paths)
    accepted = "".join(f"<glob>{escape(str(path))}</glob>" for path in paths)
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>'
        f"{folders}<cachedir>/var/cache/fontconfig</cachedir>"
        '<cachedir prefix="xdg">fontconfig</cachedir>'
        "<selectfont><rejectfont><glob>*</glob></rejectfont>"
        f"<acceptfont>{accepted}</acceptfont></selectfont>"
        "<config><rescan><int>0</int></rescan></config></fontconfig>"
    )


def check_fonts() -> list[str]:
    """What an operator should know: fonts that are missing or not the ones we measured with."""
    warnings = []
    for font in FONTS.values():
        try:
            content = font.path.read_bytes()
        except FontMissing as error:
            warnings.append(str(error))
            continue
        if hashlib.sha256(content).hexdigest() != font.sha256:
            warnings.append(
                f"{font.path} is another version of {font.family} than the recorded one: "
                "certificates made here differ in bytes from those made elsewhere"
            )
    return warnings
