import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from training.kinds import get_kind
from training.kinds.texts import fold_text, read_text
from training.models import Choice, Question

SHORT_TEXT = get_kind("short_text")
KEY = {
    "wordings": [
        {"text": "サーバー", "is_right": True, "feedback": ""},
        {"text": "Wi-Fi", "is_right": True, "feedback": "そのとおり"},
        {"text": "サーファー", "is_right": False, "feedback": "波には乗りません"},
        {"text": "葛城", "is_right": True},
    ]
}


@pytest.mark.parametrize(
    "answer",
    [
        "サーバー",
        "さーばー",
        "ｻｰﾊﾞｰ",
        "サ－バ‐",
        " サー　バー。",
        "サーハ\u3099ー",
        "wi-fi",
        "ＷＩ－ＦＩ",
        "Wi‑Fi!",
        "葛\U000e0100城",
    ],
)
def test_accepted_however_it_is_typed(answer):
    assert SHORT_TEXT.grade({}, KEY, answer).fraction == 1


@pytest.mark.parametrize("answer", ["サバ", "", None, "。", "サーファー", "サーバーー"])
def test_anything_else_is_wrong(answer):
    assert SHORT_TEXT.grade({}, KEY, answer).fraction == 0


def test_foreseen_wording_gets_its_feedback():
    assert SHORT_TEXT.grade({}, KEY, "さーふぁー").feedback == ["波には乗りません"]
    assert SHORT_TEXT.grade({}, KEY, "WiFi").feedback == []
    assert SHORT_TEXT.grade({}, KEY, "wi-fi").feedback == ["そのとおり"]


def test_mark_tells_what_was_typed_and_all_accepted_wordings():
    mark = SHORT_TEXT.grade({}, KEY, "  さば ")
    assert mark.given == ["  さば "]
    assert mark.right == ["サーバー", "Wi-Fi", "葛城"]


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert fold_text(fold_text(text)) == fold_text(text)


@given(st.text(st.characters(codec=None), max_size=50))
def test_what_is_kept_can_be_stored(text):
    data = QueryDict(mutable=True)
    data["i"] = text
    kept = read_text(data, "i", limit=20)
    assert len(kept) <= 20
    assert "\0" not in kept
    kept.encode()
    SHORT_TEXT.grade({}, KEY, kept)


@pytest.mark.parametrize(
    "wordings",
    [
        [],
        [("サバ", False)],
        [("サバ", True), ("", False)],
        [("。", True)],
        [("サバ", True), ("さば", False)],
    ],
)
def test_question_that_cannot_be_asked_says_why(wordings):
    question = Question(kind="short_text")
    question.choices = [Choice(text=text, is_right=is_right) for text, is_right in wordings]
    assert SHORT_TEXT.find_problems(question)
