from collections import Counter
from fractions import Fraction
from random import Random

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from tests import factories
from training.kinds import get_kind
from training.kinds.ordering import shuffle_away

ORDERING = get_kind("ordering")
SHOWN = {"choices": [{"key": each, "text": each.upper()} for each in "cab"]}


def key(*, partial):
    return {"order": ["a", "b", "c"], "partial_credit": partial}


@pytest.mark.parametrize(
    ("answer", "whole", "partial"),
    [
        ({"a": 1, "b": 2, "c": 3}, 1, 1),
        ({"a": 1, "b": 3, "c": 2}, 0, Fraction(1, 3)),
        ({"a": 3, "b": 2, "c": 1}, 0, Fraction(1, 3)),
        ({"a": 2, "b": 3, "c": 1}, 0, 0),
        ({"a": 1}, 0, Fraction(1, 3)),
        ({"a": 1, "b": 1, "c": 1}, 0, Fraction(1, 3)),
        ({}, 0, 0),
        (None, 0, 0),
    ],
)
def test_grading(answer, whole, partial):
    assert ORDERING.grade(SHOWN, key(partial=False), answer).fraction == whole
    assert ORDERING.grade(SHOWN, key(partial=True), answer).fraction == partial
    assert ORDERING.grade(SHOWN, {"order": ["a", "b", "c"]}, answer).fraction == whole


def test_mark_lists_items_by_their_places():
    mark = ORDERING.grade(SHOWN, key(partial=False), {"a": 2, "c": 1})
    assert mark.given == ["1. C", "2. A"]
    assert mark.right == ["1. A", "2. B", "3. C"]


@pytest.mark.parametrize(
    ("posted", "answer", "has_error"),
    [
        ("i-a=1&i-b=2&i-c=3", {"a": 1, "b": 2, "c": 3}, False),
        ("i-a=1&i-b=1&i-c=3", {"a": 1, "b": 1, "c": 3}, True),
        ("i-a=1&i-b=&i-c=3", {"a": 1, "c": 3}, True),
        ("i-a=4&i-b=0&i-c=-1&i-d=1", {}, None),
        ("i-a=１&i-b=٢&i-c=2.0", {}, None),
        ("i-a=&i-b=&i-c=", {}, None),
        ("i=1", None, None),
    ],
)
def test_only_places_that_there_are_are_read(posted, answer, has_error):
    read = ORDERING.read(QueryDict(posted), "i", SHOWN)
    assert read == answer
    if has_error is not None:
        assert bool(ORDERING.find_error(SHOWN, read)) is has_error


@given(st.integers(3, 8), st.randoms(use_true_random=True))
def test_right_order_is_never_shown(size, rng):
    keys = [str(number) for number in range(size)]
    shuffled = shuffle_away(keys, rng=rng)
    assert sorted(shuffled) == keys
    assert shuffled != keys


def test_two_items_are_shown_either_way_round():
    orders = Counter(tuple(shuffle_away(["a", "b"], rng=Random(seed))) for seed in range(100))
    assert min(orders["a", "b"], orders["b", "a"]) > 25


@pytest.mark.django_db
def test_items_are_shuffled_even_where_choices_are_not():
    question = factories.make_question(key="q", kind="ordering", choices="abcd")
    for seed in range(20):
        shown, frozen = ORDERING.freeze(question, rng=Random(seed), shuffle=False)
        assert frozen["order"] == ["key-a", "key-b", "key-c", "key-d"]
        assert [each["key"] for each in shown["choices"]] != frozen["order"]
