"""What is published of small numbers, against an adversary that tries every other table."""

from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.domain.suppression import HIDDEN, SMALL, SMALLEST, suppress

ROWS = st.lists(
    st.lists(st.integers(0, 22), min_size=3, max_size=3).map(lambda row: sorted(row)[::-1]),
    min_size=1,
    max_size=4,
)


def is_like(table, other):
    """Whether somebody who sees the page, and knows how it is made, cannot tell `other` from it."""
    for row, marks, true in zip(other, table.marks, table.counts, strict=True):
        if any(before < after for before, after in pairwise(row)):
            return False
        for count, mark, shown in zip(row, marks, true, strict=True):
            if mark == SMALL and not 0 <= count < SMALLEST:
                return False
            if mark == HIDDEN and count < SMALLEST:
                return False
            if not mark and count != shown:
                return False
    for place in range(len(other[0])):
        true, now = (sum(row[place] for row in rows) for rows in (table.counts, other))
        if place not in table.hidden_totals and true != now:
            return False
        if (true < SMALLEST) != (now < SMALLEST):
            return False
    return True


def could_be_another(table, row, column):
    """Looks for a table with another number there: two rows changed, each in a run of columns."""
    width = len(table.counts[0])
    runs = [(first, last) for first in range(width) for last in range(first, width)]
    own = [(first, last) for first, last in runs if first <= column <= last]
    for (first, last), by in product(own, (1, -1)):
        partners = product((each for each in range(len(table.counts)) if each != row), runs)
        for partner, (start, end) in [(row, (0, -1)), *partners]:
            other = [list(each) for each in table.counts]
            for place in range(first, last + 1):
                other[row][place] += by
            for place in range(start, end + 1):
                other[partner][place] -= by
            if other[row][column] != table.counts[row][column] and is_like(table, other):
                return True
    return False


@settings(max_examples=300, deadline=None)
@given(ROWS)
def test_no_hidden_number_can_be_worked_out(counts):
    table = suppress(counts=counts)
    for row, marks in enumerate(table.marks):
        for column, mark in enumerate(marks):
            assert (mark == SMALL) == (counts[row][column] < SMALLEST)
            if mark:
                assert could_be_another(table, row, column), (table, row, column)


@pytest.mark.parametrize(
    "counts",
    [
        [[17, 9, 0], [1, 0, 0]],
        [[22, 11, 9], [8, 1, 1]],
        [[12, 12, 1], [10, 9, 9], [1, 1, 0]],
        [[9, 9, 9], [9, 8, 1]],
    ],
)
def test_tables_that_are_hard_to_cover_come_to_an_end(counts):
    test_no_hidden_number_can_be_worked_out.hypothesis.inner_test(counts)


def marks_of(counts):
    table = suppress(counts=counts)
    return ["".join(mark[:1] or "." for mark in row) for row in table.marks], table.hidden_totals


def test_a_single_small_number_is_covered_by_a_second_one():
    assert marks_of([[100], [5], [20], [50]]) == ([".", "s", "h", "."], set())


def test_two_small_numbers_cover_each_other():
    assert marks_of([[100], [5], [7]]) == ([".", "s", "s"], set())


def test_two_nines_do_not():
    assert marks_of([[100], [9], [9], [40]]) == ([".", "s", "s", "h"], set())


def test_zeros_do_not_either():
    assert marks_of([[100], [0], [0], [40]]) == ([".", "s", "s", "h"], set())


def test_nothing_is_hidden_without_small_numbers():
    assert marks_of([[100, 50], [30, 10]]) == (["..", ".."], set())


def test_where_nothing_else_can_be_hidden_the_total_is():
    assert marks_of([[5]]) == (["s"], {0})
    assert marks_of([[10], [3]]) == (["h", "s"], set()) or marks_of([[10], [3]])[1] == {0}


def test_later_steps_with_more_people_are_borne():
    marks, _totals = marks_of([[30, 12], [12, 15], [5, 3]])
    assert marks[2] == "ss"
