"""Small numbers of people are not published, nor what would let them be worked out.

A row tells of the same people at later and later steps, so its numbers do not rise from left to
right. A column adds up to a total that is published, if it can be. Everybody may know all of that.
A cell is safe if another table would look the same and has another number there: one in which its
row has one person more or fewer in some neighbouring columns; in each of them another row has it
the other way round, or the total, not shown, moves too.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product

# Smaller counts are hidden.
SMALLEST = 10
SMALL, HIDDEN = "small", "hidden"


@dataclass
class Published:
    """`marks` hold SMALL for what is below SMALLEST, HIDDEN for what would give such a number away,
    "" for what is shown; `hidden_totals` are the columns without a total, small ones among them."""

    counts: list[list[int]]
    marks: list[list[str]]
    hidden_totals: set[int] = field(default_factory=set)

    def is_safe(self, row: int, column: int) -> bool:
        return any(self._has_partner(row, *move) for move in _moves(self, row, column))

    def _has_partner(self, row: int, first: int, last: int, by: int) -> bool:
        needed = [
            column for column in range(first, last + 1) if not self._may_total_move(column, by)
        ]
        if not needed:
            return True
        # The other row may move in more columns than need it.
        runs = product(range(first, needed[0] + 1), range(needed[-1], last + 1))
        return any(
            other != row and self._may_move(other, start, end, -by)
            for start, end in runs
            for other in range(len(self.counts))
        )

    def _may_total_move(self, column: int, by: int) -> bool:
        total = sum(row[column] for row in self.counts)
        stays = total + by >= 0 and (total + by < SMALLEST) == (total < SMALLEST)
        return column in self.hidden_totals and stays

    def _may_move(self, row: int, first: int, last: int, by: int) -> bool:
        """Whether the row's numbers in these columns, all hidden, could be one more or fewer."""
        return all(
            self.marks[row][column] for column in range(first, last + 1)
        ) and self.could_move(row, first, last, by)

    def could_move(self, row: int, first: int, last: int, by: int) -> bool:
        counts = self.counts[row]
        for column in range(first, last + 1):
            moved = counts[column] + by
            # What is small stays small, and nothing else becomes so: the marks are seen.
            if moved < 0 or (moved < SMALLEST) != (counts[column] < SMALLEST):
                return False
        if _rises(counts):
            # A certificate without a completion, say: nobody can count on the order here.
            return True
        if by > 0:
            return first == 0 or counts[first] + by <= counts[first - 1]
        return last == len(counts) - 1 or counts[last] + by >= counts[last + 1]

    def unsafe(self) -> tuple[int, int] | None:
        for row, marks in enumerate(self.marks):
            for column, mark in enumerate(marks):
                if mark and not self.is_safe(row, column):
                    return row, column
        return None


def _rises(counts: Sequence[int]) -> bool:
    return any(before < after for before, after in pairwise(counts))


def suppress(*, counts: Sequence[Sequence[int]]) -> Published:
    """Takes a second for all prefectures: it is done when figures are rebuilt."""
    table = Published(
        counts=[list(row) for row in counts],
        marks=[[SMALL if count < SMALLEST else "" for count in row] for row in counts],
    )
    totals = [sum(column) for column in zip(*counts, strict=True)]
    table.hidden_totals = {place for place, total in enumerate(totals) if total < SMALLEST}
    while (cell := table.unsafe()) and _cover(table, *cell):
        pass
    return table


def _moves(table: Published, row: int, column: int) -> Iterator[tuple[int, int, int]]:
    for first in range(column + 1):
        for last in range(column, len(table.counts[row])):
            for by in (1, -1):
                if table._may_move(row, first, last, by):
                    yield first, last, by


def _cover(table: Published, row: int, column: int) -> bool:
    """Hide as little as will do to make the cell safe. False if everything is hidden already."""
    return (
        _hide_of_another_row(table, row, column)
        or _hide_totals(table, row, column)
        or _hide_rows(table, [row])
        or _hide_rows(table, range(len(table.counts)))
    )


def _hide_of_another_row(table: Published, row: int, column: int) -> bool:
    best: tuple[int, int, list[tuple[int, int]]] | None = None
    for first, last, by in _moves(table, row, column):
        for other, counts in enumerate(table.counts):
            if other == row or not table.could_move(other, first, last, -by):
                continue
            columns = range(first, last + 1)
            new = [(other, place) for place in columns if not table.marks[other][place]]
            found = (len(new), sum(counts[place] for _row, place in new), new)
            best = min(best, found) if best else found
    for other, place in best[2] if best else []:
        table.marks[other][place] = HIDDEN
    return bool(best and best[2])


def _hide_totals(table: Published, row: int, column: int) -> bool:
    """Of the narrowest move, or of all."""
    moves = [(last - first, first, last) for first, last, _by in _moves(table, row, column)]
    everywhere = set(range(len(table.counts[row])))
    for _width, first, last in (*sorted(moves)[:1], (0, 0, len(everywhere) - 1)):
        if new := set(range(first, last + 1)) - table.hidden_totals:
            table.hidden_totals |= new
            return True
    return False


def _hide_rows(table: Published, rows: Iterable[int]) -> bool:
    shown = [
        (row, column) for row in rows for column, mark in enumerate(table.marks[row]) if not mark
    ]
    for row, column in shown:
        table.marks[row][column] = HIDDEN
    return bool(shown)
