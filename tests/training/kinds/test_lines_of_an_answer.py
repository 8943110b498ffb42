"""What the result says of single lines of an answer."""

import pytest

from training.domain.results import Given, list_given
from training.kinds import get_kind

LETTERS = [{"key": name, "text": name.upper()} for name in "abc"]
ORDER = ({"choices": LETTERS}, {"order": ["a", "b", "c"], "partial_credit": False})
PAIRS = (
    {"choices": LETTERS, "matches": [{"id": f"m{n}", "text": f"組{n}"} for n in "123"]},
    {"pairs": {"a": "m1", "b": "m2", "c": "m3"}, "partial_credit": True},
)


def lines(kind, frozen, answer, *, explains=True):
    mark = get_kind(kind).grade(*frozen, answer)
    return [
        (given.text, given.is_right) for given in list_given(mark=mark, explains=explains)
    ], mark.is_all_or_nothing


def test_each_place_of_an_order_is_judged():
    assert lines("ordering", ORDER, {"a": 1, "b": 3, "c": 2}) == (
        [("1. A", True), ("2. C", False), ("3. B", False)],
        True,
    )


def test_each_pair_is_judged_and_partial_credit_is_no_all_or_nothing():
    assert lines("matching", PAIRS, {"a": "m1", "b": "m3"}) == (
        [("A → 組1", True), ("B → 組3", False)],
        False,
    )


@pytest.mark.parametrize(
    ("kind", "frozen", "answer"),
    [("ordering", ORDER, {"a": 1, "b": 3, "c": 2}), ("matching", PAIRS, {"a": "m1", "b": "m3"})],
)
def test_a_quiz_without_explanations_does_not_give_the_key_away_line_by_line(kind, frozen, answer):
    given, _is_all = lines(kind, frozen, answer, explains=False)
    assert {is_right for _text, is_right in given} == {None}


def test_the_chosen_picture_is_shown():
    choices = [
        {
            "key": name,
            "text": name,
            "src": f"/media/{name}.png",
            "width": 4,
            "height": 3,
            "alt": "絵",
        }
        for name in "ab"
    ]
    mark = get_kind("image_choice").grade({"choices": choices}, {"right": ["a"]}, "b")
    assert list_given(mark=mark, explains=True) == [Given("b", None, choices[1])]
