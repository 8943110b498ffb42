"""The ministry's charts as SVG, drawn on the server: here the numbers, in admin/chart_*.html the
drawing. Whatever a chart shows, its table says too."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from django.utils.translation import gettext as _

from training.domain.oversight import Step

from .figures import write_percent
from .tiles import PLACES

WIDTH = 640
ROW, BAR_LEFT, BAR_RIGHT = 30, 190, 570
LINES_HEIGHT, LINES_TOP, LINES_BASE, LINES_LEFT, LINES_RIGHT = 220, 16, 180, 44, 628
TILE, TILE_GAP = 48, 4
LEVELS = 4


@dataclass(frozen=True)
class Chart:
    """`template` draws `marks`; `headings` and `rows` are the table and the CSV."""

    key: str
    title: str
    description: str
    template: str
    headings: list[str]
    rows: list[list[str]]
    width: int = WIDTH
    height: int = 0
    marks: list[object] = field(default_factory=list)
    legend: list[object] = field(default_factory=list)
    # By the place of a row's first cell: where it leads.
    links: Mapping[int, str] = field(default_factory=dict)

    @property
    def linked_rows(self) -> list[tuple[str, list[str]]]:
        return [(self.links.get(place, ""), row) for place, row in enumerate(self.rows)]


@dataclass(frozen=True)
class Bar:
    label: str
    value: str
    y: int
    width: float
    # Where the other period ended, or None.
    compared_x: float | None


@dataclass(frozen=True)
class Labelled:
    """A step with its short name for a chart and its whole one for a table."""

    step: Step
    short: str
    long: str


def write_count(count: int) -> str:
    return f"{count:,}"


def write_change(now: int, before: int) -> str:
    if not before:
        return "–"
    change = round(100 * (now - before) / before)
    return f"{change:+d}%".replace("-", "−")


def draw_bars(
    *,
    key: str,
    title: str,
    description: str,
    headings: list[str],
    rows: list[list[str]],
    values: Sequence[tuple[str, float, str, float | None]],
    links: Mapping[int, str] | None = None,
) -> Chart:
    """`values` are label, length, what stands at its end, and the other period's length."""
    lengths = [length for _label, length, _text, _other in values]
    lengths += [other or 0 for *_rest, other in values]
    longest = max(lengths, default=0) or 1

    def scale(length: float) -> float:
        return round((BAR_RIGHT - BAR_LEFT) * length / longest, 1)

    marks: list[object] = [
        Bar(
            label=label,
            value=text,
            y=place * ROW,
            width=scale(length),
            compared_x=None if other is None else BAR_LEFT + scale(other),
        )
        for place, (label, length, text, other) in enumerate(values)
    ]
    return Chart(
        key, title, description, "training/admin/chart_bars.html", headings, rows,
        height=ROW * len(values) + 4, marks=marks, links=links or {},
    )  # fmt: skip


def draw_funnel(
    *, steps: Sequence[Labelled], total: Counter[Step], compared: Counter[Step]
) -> Chart:
    rows, values = [], []
    enrolled = total[steps[1].step]
    for each in steps:
        now, before = total[each.step], compared[each.step]
        share = write_percent(now / enrolled) if enrolled else "–"
        change = write_change(now, before)
        rows.append([each.long, write_count(now), share, write_count(before), change])
        values.append((each.short, now, write_count(now), before))
    return draw_bars(
        key="funnel",
        title=_("From registration to certificate"),
        description=_(
            "%(registered)s people registered, %(enrolled)s enrolled and %(certified)s were "
            "certified in this period."
        )
        % {
            "registered": write_count(total[steps[0].step]),
            "enrolled": write_count(enrolled),
            "certified": write_count(total[steps[-1].step]),
        },
        headings=[
            _("Stage"), _("Number of people"), _("Share of those enrolled"), _("Compared period"),
            _("Increase or decrease"),
        ],
        rows=rows,
        values=values,
    )  # fmt: skip


def draw_drop_off(*, steps: Sequence[Labelled], total: Counter[Step]) -> Chart:
    """How many fewer completed each module than the one before, the enrolment before the first."""
    rows, values = [], []
    for before, each in pairwise(steps):
        reached, went_on = total[before.step], total[each.step]
        lost = max(0, reached - went_on)
        share = lost / reached if reached else 0
        counts = [write_count(reached), write_count(went_on), write_count(lost)]
        rows.append([each.long, *counts, write_percent(share)])
        values.append((each.short, share, write_percent(share), None))
    worst = max(range(len(rows)), key=lambda place: values[place][1], default=None)
    description = _("No module has been completed in this period.")
    if worst is not None and values[worst][1]:
        description = _("Most are lost at %(step)s: %(share)s of those before.") % {
            "step": steps[worst + 1].long,
            "share": rows[worst][-1],
        }
    return draw_bars(
        key="drop-off",
        title=_("Lost at each module"),
        description=description,
        headings=[
            _("Module"), _("Came this far"), _("Completed it"), _("Fewer by"), _("Share lost"),
        ],
        rows=rows,
        values=values,
    )  # fmt: skip


def draw_categories(
    *,
    steps: Sequence[Labelled],
    labels: Mapping[str, str],
    counts: Mapping[str, Counter[Step]],
    compared: Mapping[str, Counter[Step]],
) -> Chart:
    """By category: the last of the steps as bars, all of them in the table."""
    rows, values = [], []
    nobody: Counter[Step] = Counter()
    last = steps[-1].step
    for name, label in labels.items():
        own, before = counts.get(name, nobody), compared.get(name, nobody)
        if not own and not before:
            continue
        rows.append([label, *(write_count(own[each.step]) for each in steps)])
        rows[-1] += [write_count(before[last]), write_change(own[last], before[last])]
        values.append((label, own[last], write_count(own[last]), before[last]))
    return draw_bars(
        key="categories",
        title=_("Certified people by category"),
        description=_("Each person counts in the category they registered with."),
        headings=[
            _("Category"), *(each.long for each in steps), _("Certified, compared period"),
            _("Increase or decrease"),
        ],
        rows=rows,
        values=values,
    )  # fmt: skip


@dataclass(frozen=True)
class Point:
    x: float
    y: float


@dataclass(frozen=True)
class Line:
    """`number` chooses dashes and the shape of the marks, so that colour is not needed."""

    number: int
    label: str
    points: list[Point]

    @property
    def path(self) -> str:
        return " ".join(f"{point.x},{point.y}" for point in self.points)


@dataclass(frozen=True)
class Tick:
    x: float
    y: float
    text: str


def draw_lines(
    *,
    key: str,
    title: str,
    months: Sequence[date],
    series: Sequence[tuple[str, Callable[[date], int]]],
) -> Chart:
    counts = [[count(month) for month in months] for _label, count in series]
    highest = max((count for line in counts for count in line), default=0) or 1
    step = (LINES_RIGHT - LINES_LEFT) / max(len(months) - 1, 1)
    tall = LINES_BASE - LINES_TOP
    lines: list[object] = [
        Line(
            number,
            label,
            [
                Point(
                    round(LINES_LEFT + place * step, 1),
                    round(LINES_BASE - tall * count / highest, 1),
                )
                for place, count in enumerate(line)
            ],
        )
        for number, ((label, _count), line) in enumerate(zip(series, counts, strict=True))
    ]
    apart = max(1, -(-len(months) // 8))
    ticks: list[object] = [
        Tick(round(LINES_LEFT + place * step, 1), LINES_BASE + 16, f"{month:%Y-%m}")
        for place, month in enumerate(months)
        if place % apart == 0
    ]
    ticks += [
        Tick(LINES_LEFT, LINES_TOP, write_count(highest)),
        Tick(LINES_LEFT, LINES_BASE, "0"),
    ]
    sums = [
        f"{label} {write_count(sum(line))}"
        for (label, _c), line in zip(series, counts, strict=True)
    ]
    return Chart(
        key=key,
        title=title,
        description=_("In these %(count)s months: %(sums)s.")
        % {"count": len(months), "sums": "、".join(sums)},
        template="training/admin/chart_lines.html",
        headings=[_("Month"), *(label for label, _count in series)],
        rows=[
            [f"{month:%Y-%m}", *(write_count(line[place]) for line in counts)]
            for place, month in enumerate(months)
        ],
        height=LINES_HEIGHT,
        marks=lines,
        legend=ticks,
    )


@dataclass(frozen=True)
class Tile:
    """`boxes` are the places of the small squares at its foot, `level` of them filled."""

    x: int
    y: int
    name: str
    value: str
    url: str
    level: int

    @property
    def boxes(self) -> list[tuple[int, bool]]:
        return [(5 + place * 10, place < self.level) for place in range(LEVELS)]


@dataclass(frozen=True)
class PrefectureRow:
    """`share` says how dark its tile is, from 0 to 1; `value` stands in it."""

    code: str
    name: str
    value: str
    share: float
    cells: list[str]
    url: str


def draw_tiles(
    *, title: str, description: str, headings: list[str], rows: Sequence[PrefectureRow]
) -> Chart:
    tiles: list[object] = []
    for row in rows:
        if row.code[:2] not in PLACES or row.code[2:5] != "000":
            continue
        column, line, name = PLACES[row.code[:2]]
        level = 0 if row.share <= 0 else min(LEVELS, int(row.share * LEVELS) + 1)
        place = (column * (TILE + TILE_GAP), line * (TILE + TILE_GAP))
        tiles.append(Tile(*place, name, row.value, row.url, level))
    return Chart(
        key="prefectures",
        title=title,
        description=description,
        template="training/admin/chart_tiles.html",
        headings=headings,
        rows=[[row.name, *row.cells] for row in rows],
        width=13 * (TILE + TILE_GAP),
        height=10 * (TILE + TILE_GAP),
        marks=tiles,
        links={place: row.url for place, row in enumerate(rows)},
    )
