from decimal import Decimal

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from training.kinds import get_kind
from training.kinds.numerals import read_number
from training.models import Question

NUMERIC = get_kind("numeric")
PEOPLE = {"value": "1200", "tolerance": "0", "units": ["人", "名"]}
WIDE = str.maketrans("0123456789.-,", "０１２３４５６７８９．−，")


def grade(answer, **key):
    return NUMERIC.grade({"unit": ""}, PEOPLE | key, answer).fraction


@pytest.mark.parametrize(
    "answer",
    [
        "1200",
        "１２００",
        "1,200",
        "１，２００",
        "1、200",
        "1200.0",
        "+1200",
        "1200人",
        "1200 人",
        "１２００名",
        "1200人。",
        "千二百",
        "1200.",
        "0.12万",
    ],
)
def test_right_number_however_it_is_typed(answer):
    assert grade(answer) == 1
    assert NUMERIC.find_error({"unit": "人"}, answer) == ""


@pytest.mark.parametrize("answer", ["1201", "1200km", "1200人日", "-1200", "", None, "千二百円"])
def test_other_number_or_other_unit_is_wrong(answer):
    assert grade(answer) == 0


@pytest.mark.parametrize("sign", "-−ー－‐–▲△ｰ")
def test_minus_signs(sign):
    assert grade(f"{sign}３.5", value="-3.5") == 1


@pytest.mark.parametrize(
    ("answer", "fraction"), [("9.9", 0), ("9.95", 1), ("10.05", 1), ("10.0500001", 0)]
)
def test_tolerance_is_inclusive_and_exact(answer, fraction):
    assert grade(answer, value="10", tolerance="0.05") == fraction


def test_unit_may_be_a_thousand_of_something():
    assert grade("5千円", value="5", units=["千円"]) == 1
    assert grade("5千円", value="5000", units=["円"]) == 1


@pytest.mark.parametrize(
    "answer",
    ["NaN", "Infinity", "-inf", "1e5", "1e999999", "1,23", "1.2.3", "1 2", "٣", "10²", "½", "abc"],
)
def test_what_is_no_number_is_said_and_wrong(answer):
    assert NUMERIC.find_error({"unit": "人"}, answer)
    assert grade(answer, value="1", tolerance="0") == 0


def test_unit_is_refused_in_words_only_where_none_is_wanted():
    assert NUMERIC.find_error({"unit": ""}, "1200人")
    assert NUMERIC.find_error({"unit": "人"}, "1200km") == ""


def test_answer_is_kept_as_typed():
    def read(text):
        data = QueryDict(mutable=True)
        data["i"] = text
        return NUMERIC.read(data, "i", {})

    assert read(" １，２００　人 ") == "１，２００　人"
    assert read("12\0\ud8003") == "123"
    assert read("  ") == ""
    assert read("9" * 50) == "9" * 40
    assert NUMERIC.read(QueryDict(), "i", {}) is None


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12))
def test_any_plain_number_is_read_exactly(number):
    plain, grouped = f"{number:f}", f"{number:,f}"
    assert read_number(plain) == number or len(plain) > 40
    assert read_number(grouped.translate(WIDE)) == number or len(grouped) > 40


@given(st.integers(1, 9999), st.integers(0, 9999))
def test_myriads(upper, lower):
    assert read_number(f"{upper}万{lower or ''}") == upper * 10_000 + lower


@given(st.text(max_size=60))
def test_any_text_is_judged_without_an_exception(text):
    number = read_number(text)
    assert number is None or Decimal(number).is_finite()
    grade(text[:40])
    NUMERIC.find_error({"unit": "人"}, text[:40] or "x")


def test_right_answer_is_told_with_unit_and_tolerance():
    mark = NUMERIC.grade({}, PEOPLE | {"tolerance": "5"}, "千")
    assert mark.given == ["千"]
    (right,) = mark.right
    assert right.startswith("1200人")
    assert "5" in right
    assert NUMERIC.grade({}, {"value": "3"}, None).right == ["3"]


def parameters(**typed):
    return NUMERIC.parameters(
        {f"p-{name}": value for name, value in typed.items()}, prefix="p", initial={}
    )


def test_editors_parameters_become_plain_json():
    form = parameters(value="１，２００", tolerance="", units="人、 名,人")
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"value": "1200", "tolerance": "0", "units": ["人", "名"]}
    again = NUMERIC.parameters(prefix="p", initial=form.cleaned_data)
    assert again["units"].value() == "人、名"
    assert again["value"].value() == "1200"


@pytest.mark.parametrize(
    "typed", [{"value": ""}, {"value": "1e5"}, {"value": "1", "tolerance": "-1"}]
)
def test_parameters_that_make_no_sense_are_refused(typed):
    assert not parameters(**typed).is_valid()


@pytest.mark.parametrize(
    "bad",
    [{"value": "x"}, {"value": "1e9"}, {"tolerance": "-1"}, {"units": "人"}, {"units": [" "]}],
)
def test_question_that_cannot_be_asked_says_why(bad):
    assert NUMERIC.find_problems(Question(parameters=PEOPLE)) == []
    assert NUMERIC.find_problems(Question(parameters=PEOPLE | bad))
