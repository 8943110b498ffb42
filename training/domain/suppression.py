"""Small numbers of people are not published, nor what would let them be worked out.

A row tells of the same people at later and later steps, so its numbers do not rise from left to
right. A column adds up to a total that is published, if it can be. Everybody may know all of that.
A cell is safe if another table would look the same and has another number there: one in which its
row has one person more or fewer in some neighbouring columns, and another row the other way round.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

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
        if all(self._may_total_move(column, by) for column in range(first, last + 1)):
            return True
        return any(
            other != row and self._may_move(other, first, last, -by)
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
    while cell := table.unsafe():
        _cover(table, *cell)
    return table


def _moves(table: Published, row: int, column: int) -> Iterator[tuple[int, int, int]]:
    for first in range(column + 1):
        for last in range(column, len(table.counts[row])):
            for by in (1, -1):
                if table._may_move(row, first, last, by):
                    yield first, last, by


def _cover(table: Published, row: int, column: int) -> None:
    """Hide as little as will do to make the cell safe: of another row, else totals."""
    best: tuple[int, int, list[tuple[int, int]]] | None = None
    for first, last, by in _moves(table, row, column):
        for other, counts in enumerate(table.counts):
            if other == row or not table.could_move(other, first, last, -by):
                continue
            columns = range(first, last + 1)
            new = [(other, place) for place in columns if not table.marks[other][place]]
            found = (len(new), sum(counts[place] for _row, place in new), new)
            best = min(best, found) if best else found
    if best:
        for other, place in best[2]:
            table.marks[other][place] = HIDDEN
        return
    _width, first, last = min(
        (last - first, first, last) for first, last, _by in _moves(table, row, column)
    )
    table.hidden_totals.update(range(first, last + 1))
