"""Column charts as SVG, drawn on the server: here the numbers, in admin/chart.html the drawing."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 320, 150
TOP, BASE = 16, 120
GAP = 3


@dataclass(frozen=True)
class Row:
    """A column and its line in the table beneath. `mark` stands under the column's label; `cells`
    is the whole line, its heading first."""

    label: str
    mark: str
    count: int
    cells: list[str]


@dataclass(frozen=True)
class Column:
    x: float
    y: float
    width: float
    height: float
    centre: float
    label: str
    mark: str
    count: int


@dataclass(frozen=True)
class Chart:
    """`headings` are those of the table. Columns are drawn in proportion to the highest."""

    key: str
    title: str
    description: str
    headings: list[str]
    rows: Sequence[Row]
    width: int = WIDTH
    height: int = HEIGHT
    base: int = BASE

    @property
    def columns(self) -> list[Column]:
        highest = max((row.count for row in self.rows), default=0) or 1
        # A few columns are not drawn as wide as the page.
        step = WIDTH / max(len(self.rows), 5)
        columns = []
        for place, row in enumerate(self.rows):
            height = (BASE - TOP) * row.count / highest
            columns.append(
                Column(
                    x=round(place * step + GAP / 2, 1),
                    y=round(BASE - height, 1),
                    width=round(step - GAP, 1),
                    height=round(height, 1),
                    centre=round((place + 0.5) * step, 1),
                    label=row.label,
                    mark=row.mark,
                    count=row.count,
                )
            )
        return columns
