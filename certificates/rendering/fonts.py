"""A closed set of fonts, and which of them draws what.

No engine falls back on a variation selector: where a font lacks the sequence, the default shape is
drawn without a word. So the font is chosen here, cluster by cluster, from the fonts' own tables.
"""

import hashlib
import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path


class MissingFont(Exception):
    """A font file is not where its Debian package puts it."""


@dataclass(frozen=True)
class Font:
    key: str
    family: str
    path: Path
    package: str
    # Of the file that certificates were designed and tested with. Another one prints other bytes.
    sha256: str


FONTS = (
    Font(
        "mincho",
        "BIZ UDPMincho",
        Path("/usr/share/fonts/truetype/bizud-mincho/BIZUDPMincho-Regular.ttf"),
        "fonts-morisawa-bizud-mincho",
        "c96d4ddc921fefe7fdca16734ffb0e051a8c61b6a13f53db8435b3ddf12d26cd",
    ),
    Font(
        "gothic",
        "BIZ UDPGothic",
        Path("/usr/share/fonts/truetype/bizud-gothic/BIZUDPGothic-Regular.ttf"),
        "fonts-morisawa-bizud-gothic",
        "8d4fd9568ad662d9eb1bc8ca8663dcd76a6336373e3e3f32d634978db4c7388e",
    ),
    Font(
        "mj",
        "IPAmjMincho",
        Path("/usr/share/fonts/truetype/ipamj/ipamjm.ttf"),
        "fonts-ipamj-mincho",
        "75268aa9ac2d92080048196af08adee37f1c286cf4b7777ed5ac3722a8737f5f",
    ),
)
# In this order: the universal-design face first, the government's own for what that lacks.
NAME_FONTS = ("mincho", "mj")


def find_font_problems() -> list[str]:
    problems = []
    for font in FONTS:
        if not font.path.exists():
            problems.append(f"{font.path} is missing: install the package {font.package}")
        elif hashlib.sha256(font.path.read_bytes()).hexdigest() != font.sha256:
            problems.append(f"{font.path} is not the version that certificates were tested with")
    return problems


@dataclass(frozen=True)
class Coverage:
    characters: frozenset[int]
    # (base character, variation selector)
    sequences: frozenset[tuple[int, int]]

    def draws(self, cluster: str) -> bool:
        if len(cluster) == 2:
            return (ord(cluster[0]), ord(cluster[1])) in self.sequences
        return ord(cluster) in self.characters


@cache
def _coverage(key: str) -> Coverage:
    """Half a second at the first name of a process, nothing after."""
    from fontTools.ttLib import TTFont

    font = next(each for each in FONTS if each.key == key)
    if not font.path.exists():
        raise MissingFont(f"{font.path} is missing: install the package {font.package}")
    with TTFont(font.path, lazy=True) as file:
        characters = frozenset(file.getBestCmap())
        sequences = set()
        for table in file["cmap"].tables:
            if table.format != 14:
                continue
            for selector, entries in table.uvsDict.items():
                # An entry without a glyph means: the default shape is the right one.
                sequences |= {
                    (base, selector)
                    for base, glyph in entries
                    if glyph is not None or base in characters
                }
    return Coverage(characters, frozenset(sequences))


def is_selector(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def split_clusters(text: str) -> list[str]:
    """A base character with its variation selector stays together; nothing is normalised."""
    clusters: list[str] = []
    for character in text:
        follows = clusters and len(clusters[-1]) == 1 and not is_selector(clusters[-1])
        if is_selector(character) and follows:
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


def _font_for(cluster: str) -> str | None:
    # Controls, formatting such as direction overrides, private use and unassigned code points
    # have no agreed shape, whatever a font says.
    if unicodedata.category(cluster[0])[0] == "C" or is_selector(cluster[0]):
        return None
    return next((key for key in NAME_FONTS if _coverage(key).draws(cluster)), None)


def find_undrawable(text: str) -> list[str]:
    """The clusters of a name that no font of the set can draw, each once, in order."""
    clusters = dict.fromkeys(split_clusters(text))
    return [cluster for cluster in clusters if _font_for(cluster) is None]


def split_runs(text: str) -> list[tuple[str, str]]:
    """(font key, text) in order. What nothing draws goes to the first font: it was refused when
    the name was entered."""
    keyed = ((_font_for(cluster) or NAME_FONTS[0], cluster) for cluster in split_clusters(text))
    return [(key, "".join(c for _, c in run)) for key, run in groupby(keyed, key=lambda each: each[0])]
