from fractions import Fraction
from random import Random

import pytest
from django.http import QueryDict

from tests import factories
from training.kinds import get_kind
from training.kinds.matching import identify
from training.models import Choice, Question

MATCHING = get_kind("matching")
SHOWN = {
    "choices": [{"key": each, "text": each.upper()} for each in "abc"],
    "matches": [{"id": f"m{each}", "text": f"組{each}"} for each in "312"],
}
PAIRS = {"a": "m1", "b": "m2", "c": "m1"}


@pytest.mark.parametrize(
    ("answer", "whole", "partial"),
    [
        ({"a": "m1", "b": "m2", "c": "m1"}, 1, 1),
        ({"a": "m1", "b": "m2", "c": "m2"}, 0, Fraction(2, 3)),
        ({"a": "m3", "b": "m3", "c": "m3"}, 0, 0),
        ({"b": "m2"}, 0, Fraction(1, 3)),
        (None, 0, 0),
    ],
)
def test_grading(answer, whole, partial):
    assert MATCHING.grade(SHOWN, {"pairs": PAIRS}, answer).fraction == whole
    key = {"pairs": PAIRS, "partial_credit": True}
    assert MATCHING.grade(SHOWN, key, answer).fraction == partial


def test_mark_tells_pairs():
    mark = MATCHING.grade(SHOWN, {"pairs": PAIRS}, {"c": "m3"})
    assert mark.given == ["C → 組3"]
    assert mark.right == ["A → 組1", "B → 組2", "C → 組1"]


def test_only_matches_that_were_shown_are_read():
    read = MATCHING.read(QueryDict("i-a=m1&i-b=m9&i-c=&i-d=m2"), "i", SHOWN)
    assert read == {"a": "m1"}
    assert MATCHING.find_error(SHOWN, read)
    assert MATCHING.read(QueryDict("i-a=&i-b=&i-c="), "i", SHOWN) == {}


def make_question(rows):
    question = Question(key="q", kind="matching", explanation="e", stem=[("text", "<p>?</p>")])
    question.choices = [
        Choice(key=f"key-{order}", text=text, match=match, sort_order=order)
        for order, (text, match) in enumerate(rows)
    ]
    question.save()
    return question


@pytest.mark.django_db
def test_same_match_is_shown_once_and_extra_ones_beside_it():
    rows = [("a", "1"), ("b", "2"), ("c", "1 "), ("", "3"), ("", "2")]
    shown, key = MATCHING.freeze(make_question(rows), rng=Random(0), shuffle=False)
    assert [each["text"] for each in shown["choices"]] == ["a", "b", "c"]
    assert sorted(each["text"] for each in shown["matches"]) == ["1", "2", "3"]
    assert key["pairs"]["key-0"] == key["pairs"]["key-2"] == identify("1")


@pytest.mark.django_db
@pytest.mark.parametrize("shuffle", [False, True])
def test_matches_never_stand_in_the_order_of_their_texts(shuffle):
    question = factories.make_question(key="q", kind="matching", choices="abcd")
    for seed in range(20):
        shown, key = MATCHING.freeze(question, rng=Random(seed), shuffle=shuffle)
        aligned = [key["pairs"][each["key"]] for each in shown["choices"]]
        assert [each["id"] for each in shown["matches"]] != aligned
        assert {name for each in shown["matches"] for name in each} == {"id", "text"}
        assert not set(aligned) & {each["key"] for each in shown["choices"]}


@pytest.mark.django_db
def test_mended_key_fits_an_older_paper():
    question = factories.make_question(key="q", kind="matching", choices="abc")
    shown, _key = MATCHING.freeze(question, rng=Random(1), shuffle=True)
    Choice.objects.filter(key="key-a").update(match="組b")
    Choice.objects.filter(key="key-b").update(match="組a")
    mended = Question.objects.get(pk=question.pk)
    _shown, key = MATCHING.freeze(mended, rng=Random(2), shuffle=True)
    assert "選択肢a → 組b" in MATCHING.grade(shown, key, None).right


@pytest.mark.django_db
@pytest.mark.parametrize(
    "rows",
    [
        [("a", "1")],
        [("a", "1"), ("b", "")],
        [("a", "1"), ("a", "2")],
        [("a", "1"), ("b", "1")],
        [("", "1"), ("", "2")],
        [("a", "1"), ("b", "2"), ("", "")],
    ],
)
def test_question_that_cannot_be_asked_says_why(rows):
    assert MATCHING.find_problems(make_question(rows))
