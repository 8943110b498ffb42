"""Frame, rosette and watermark as PDF drawing operators, in points from the lower left corner.

Drawn once per process and put under each page as artifacts: WeasyPrint would parse and paint an
SVG of this size again for every certificate, and its text watermark would be read aloud.
Repeated ornaments are spelt out the same each time and moved by `cm`, which deflates to nothing.
"""

from math import cos, pi, sin

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

from .design import read_colour
from .fonts import FONTS

MM = 72 / 25.4
WIDTH, HEIGHT = 297 * MM, 210 * MM
GOLD = "0.72 0.58 0.28"
PALE_GOLD = "0.965 0.945 0.895"
PALE_RED = "0.965 0.885 0.875"
# Distances from the paper's edge to the middle of the band, and half its breadth.
BAND, HALF_BAND = 12.5 * MM, 2.6 * MM
CORNER = 5.2 * MM
Point = tuple[float, float]


def _number(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _operation(operator: str, *values: float) -> str:
    # Transformations add up over dozens of repetitions.
    digits = 5 if operator == "cm" else 2
    return " ".join([*(_number(value, digits) for value in values), operator])


def draw_background(*, is_specimen: bool, accent_colour: str) -> bytes:
    accent = " ".join(_number(share, 3) for share in read_colour(accent_colour))
    layers = [_artifact(_rosette()), _artifact(_frame(accent))]
    if is_specimen:
        layers.insert(1, _artifact(_watermark("見本"), subtype="Watermark"))
    return "\n".join(layers).encode("ascii")


def _artifact(drawing: str, subtype: str = "") -> str:
    kind = f"/Type /Pagination /Subtype /{subtype}" if subtype else "/Type /Layout"
    return f"/Artifact <<{kind}>> BDC\nq\n{drawing}\nQ\nEMC"


def _wave(length: float, amplitude: float, phase: float) -> str:
    """One period of a sine along x, as four curves that meet the tangent at their ends."""
    step = length / 4
    slope = amplitude * 2 * pi / length

    def at(index: int) -> tuple[float, float, float]:
        angle = phase + index * pi / 2
        return index * step, amplitude * sin(angle), slope * cos(angle)

    parts = [_operation("m", *at(0)[:2])]
    for index in range(4):
        (x1, y1, d1), (x2, y2, d2) = at(index), at(index + 1)
        third = step / 3
        parts.append(
            _operation("c", x1 + third, y1 + d1 * third, x2 - third, y2 - d2 * third, x2, y2)
        )
    return "\n".join([*parts, "S"])


def _band(length: float, accent: str) -> str:
    """A plait of waves from the origin along x."""
    periods = round(length / (7 * MM))
    period = length / periods
    tile = [f"{GOLD} RG", "0.4 w"]
    tile += [_wave(period, HALF_BAND * 0.78, index * pi / 3) for index in range(6)]
    tile += [f"{accent} RG", "0.35 w"]
    tile += [_wave(period, HALF_BAND * 0.34, index * pi) for index in range(2)]
    tile.append(_operation("cm", 1, 0, 0, 1, period, 0))
    return "\n".join(tile * periods)


def _circle(x: float, y: float, radius: float) -> str:
    k = radius * 0.5523
    return "\n".join(
        [
            _operation("m", x + radius, y),
            _operation("c", x + radius, y + k, x + k, y + radius, x, y + radius),
            _operation("c", x - k, y + radius, x - radius, y + k, x - radius, y),
            _operation("c", x - radius, y - k, x - k, y - radius, x, y - radius),
            _operation("c", x + k, y - radius, x + radius, y - k, x + radius, y),
            "S",
        ]
    )


def _corner(x: float, y: float, accent: str) -> str:
    """Shippo, the linked circles, in a square."""
    half = CORNER / 2 + 0.8 * MM
    radius = CORNER / 2
    offset = radius * 0.7071
    circles = [(0.0, 0.0, radius), (0.0, 0.0, radius * 0.3)]
    circles += [(dx * offset, dy * offset, radius * 0.7071) for dx in (-1, 1) for dy in (-1, 1)]
    square = _operation("re", x - half, y - half, 2 * half, 2 * half)
    return "\n".join(
        [
            f"q\n{accent} RG 1 1 1 rg 0.8 w",
            f"{square} B",
            f"{square} W n",
            "0.45 w",
            *(_circle(x + dx, y + dy, size) for dx, dy, size in circles),
            "Q",
        ]
    )


def _rectangle(inset: float, colour: str, line_width: float) -> str:
    box = _operation("re", inset, inset, WIDTH - 2 * inset, HEIGHT - 2 * inset)
    return f"{colour} RG {line_width} w\n{box} S"


def _frame(accent: str) -> str:
    edge = BAND - HALF_BAND
    inner = BAND + HALF_BAND
    start = BAND + CORNER / 2 + 0.8 * MM
    across, upright = WIDTH - 2 * start, HEIGHT - 2 * start
    sides = [
        (1, 0, 0, 1, start, BAND, across),
        (1, 0, 0, 1, start, HEIGHT - BAND, across),
        (0, 1, -1, 0, BAND, start, upright),
        (0, 1, -1, 0, WIDTH - BAND, start, upright),
    ]
    return "\n".join(
        [
            _rectangle(edge - 1.3 * MM, accent, 2.2),
            _rectangle(edge, accent, 0.5),
            _rectangle(inner, accent, 0.5),
            _rectangle(inner + 0.9 * MM, GOLD, 0.7),
            *(
                "\n".join(["q", _operation("cm", *matrix), _band(length, accent), "Q"])
                for *matrix, length in sides
            ),
            *(_corner(x, y, accent) for x in (BAND, WIDTH - BAND) for y in (BAND, HEIGHT - BAND)),
        ]
    )


def _rosette() -> str:
    """A turned ellipse, as on banknotes, under the middle of the paper."""
    turns = 36
    ellipse = f"q 1 0 0 0.3 0 0 cm\n{_circle(0, 0, 66 * MM)}\nQ"
    turn = _operation("cm", *_rotation(pi / turns))
    middle = _operation("cm", 1, 0, 0, 1, WIDTH / 2, HEIGHT / 2 + 4 * MM)
    return "\n".join([middle, f"{PALE_GOLD} RG 0.6 w", *([f"{ellipse}\n{turn}"] * turns)])


def _rotation(angle: float) -> tuple[float, ...]:
    return cos(angle), sin(angle), -sin(angle), cos(angle), 0, 0


class _OperatorPen(BasePen):
    """Writes a glyph's outline as PDF operators, scaled and moved."""

    def __init__(self, glyphs: object, scale: float, x: float, y: float) -> None:
        super().__init__(glyphs)
        self.operations: list[str] = []
        self._scale, self._x, self._y = scale, x, y

    def _write(self, operator: str, *points: Point) -> None:
        values = [
            value
            for x, y in points
            for value in (x * self._scale + self._x, y * self._scale + self._y)
        ]
        self.operations.append(_operation(operator, *values))

    def _moveTo(self, point: Point) -> None:  # noqa: N802 the pen protocol of fontTools
        self._write("m", point)

    def _lineTo(self, point: Point) -> None:  # noqa: N802
        self._write("l", point)

    def _curveToOne(self, first: Point, second: Point, point: Point) -> None:  # noqa: N802
        self._write("c", first, second, point)

    def _closePath(self) -> None:  # noqa: N802
        self.operations.append("h")


def _watermark(text: str) -> str:
    """Large, pale and aslant, as outlines: not text, so nothing reads or copies it."""
    size = 98 * MM
    advance = size * 1.12
    left = -(advance * (len(text) - 1) + size) / 2
    operations = []
    with TTFont(FONTS["mincho"].path, lazy=True) as font:
        glyphs, names, units = font.getGlyphSet(), font.getBestCmap(), font["head"].unitsPerEm
        for index, character in enumerate(text):
            pen = _OperatorPen(glyphs, size / units, left + index * advance, -size * 0.38)
            glyphs[names[ord(character)]].draw(pen)
            operations += pen.operations
    middle = _operation("cm", 1, 0, 0, 1, WIDTH / 2, HEIGHT / 2)
    turn = _operation("cm", *_rotation(pi / 8))
    return "\n".join([middle, turn, f"{PALE_RED} rg", *operations, "f"])
