"""Sizes that make a text fit its place, estimated; the layout itself is the last judge."""

import unicodedata
from math import ceil

POINTS_PER_MM = 72 / 25.4


def estimate_ems(text: str) -> float:
    """The width in ems: full-width characters are one, the rest at most about 0.62."""
    return sum(
        0 if unicodedata.combining(character) or unicodedata.category(character)[0] == "M"
        else 1 if unicodedata.east_asian_width(character) in "WFA"
        else 0.62
        for character in text
    )


def fit(text: str, *, width_mm: float, largest: float, smallest: float, padding: float = 0) -> str:
    """The type size in points, a whole tenth, at which the text needs the fewest lines.

    `padding` is the width, in ems of the text, of what stands beside it.
    """
    ems = estimate_ems(text) + padding
    room = width_mm * POINTS_PER_MM
    lines = max(1, ceil(ems * smallest / room))
    # A line breaks before the glyph that would pass its end: one em of slack for each.
    size = room * lines / (ems + lines - 1) if ems else largest
    return f"{max(smallest, min(largest, size)):.1f}"
