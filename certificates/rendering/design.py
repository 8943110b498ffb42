"""What a template adds to the paper besides words: a colour and a seal."""

import re
from dataclasses import dataclass

from .errors import RenderingError


@dataclass(frozen=True, kw_only=True)
class Design:
    """`seal` is an SVG as `clean_seal` takes it, or empty. Raises RenderingError."""

    accent_colour: str = "#1a2b5c"
    seal: str = ""

    def __post_init__(self) -> None:
        read_colour(self.accent_colour)


def read_colour(colour: str) -> tuple[float, float, float]:
    """#rrggbb as three shares of one. Raises RenderingError."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise RenderingError("the accent colour is none like #1a2b5c")
    red, green, blue = bytes.fromhex(colour[1:])
    return red / 255, green / 255, blue / 255


def contrast_on_white(colour: str) -> float:
    """The contrast of WCAG 2.2, from 1 to 21. Raises RenderingError."""
    linear = [
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        for share in read_colour(colour)
    ]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05)
