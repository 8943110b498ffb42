"""Type sizes and widths that make a text fit its place."""

from collections.abc import Iterable
from math import ceil

from .errors import RenderingError
from .fonts import measure

POINTS_PER_MM = 72 / 25.4
# Where the layout is the judge.
MANY = 1000


def fit(
    text: str,
    *,
    width_mm: float,
    largest: float,
    smallest: float,
    beside: float = 0,
    most_lines: int = MANY,
    face: str = "mincho",
) -> float:
    """The type size in points, in whole tenths, at which the text needs the fewest lines.

    `beside` is the width of what shares its line, in ems of the text. Raises RenderingError.
    """
    ems = measure(text, face=face) + beside
    if not ems:
        return largest
    room = width_mm * POINTS_PER_MM
    lines = ceil(ems * smallest / room)
    if lines > most_lines:
        raise RenderingError(f"{len(text)} characters are too many for their place")
    # A line ends before the character that would pass its end: up to an em is lost at each.
    size = room * lines / (ems + lines - 1)
    return max(smallest, min(largest, int(size * 10) / 10))


def measure_mm(lines: Iterable[tuple[str, float]]) -> float:
    """The width of the widest of some texts, each with its type size in points."""
    widths = [measure(text) * size / POINTS_PER_MM for text, size in lines]
    # Half a millimetre, or rounding would break the widest line.
    return max(widths, default=0) + 0.5
