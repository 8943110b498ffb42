"""What holds for every kind that is registered."""

from random import Random

import pytest
from django.http import QueryDict

from tests import factories
from tests.training.kinds.answers import ASKED_KINDS, answer_all
from training.domain import papers, problems
from training.domain.rules import read_rules
from training.kinds import get_kind
from training.models import Attempt, Choice, Question, Response

pytestmark = pytest.mark.django_db
EVERY_KIND = pytest.mark.parametrize("kind", ASKED_KINDS)


def make(kind, **fields):
    fields = {"right": True if kind == "true_false" else ("b",)} | fields
    return factories.make_question(key=f"q-{kind}", kind=kind, **fields)


def freeze(questions):
    quiz = factories.make_quiz(
        module=factories.ModulePageFactory(parent=factories.make_course(modules=0)),
        questions=questions,
    )
    return papers.freeze_paper(quiz=quiz, rules=read_rules(quiz=quiz), rng=Random(1))


@pytest.fixture
def full_quiz(learner):
    """A module whose quiz asks every kind, and two of them about a case."""
    parts = [
        factories.make_question(key="part-1"),
        factories.make_question(key="part-2", kind="numeric"),
    ]
    questions = [make(kind) for kind in ASKED_KINDS] + [make("scenario", parts=parts)]
    course = factories.make_course(modules=0)
    module = factories.ModulePageFactory(parent=course)
    factories.make_quiz(module=module, questions=questions)
    factories.make_enrolment(course=course, learner=learner)
    return module


def test_quiz_of_every_kind_can_be_answered_in_full(full_quiz, learner_client):
    started = learner_client.post(f"/learn/modules/{full_quiz.pk}/quiz/")
    paper = Attempt.objects.get().paper
    assert len(paper["items"]) == len(ASKED_KINDS) + 2
    data = answer_all(paper)
    kept = learner_client.post(started.url, data | {"save": "1"}, follow=True)
    for number in data["shown"]:
        assert f'id="item-{number}-hint"' in kept.text

    done = learner_client.post(started.url, data | {"submit": "1"})
    result = learner_client.get(done.url)
    assert Attempt.objects.get().score == 100
    assert result.text.count("result--right") == len(data["shown"])


def test_page_shows_again_what_was_saved(full_quiz, learner_client):
    started = learner_client.post(f"/learn/modules/{full_quiz.pk}/quiz/")
    data = answer_all(Attempt.objects.get().paper)
    page = learner_client.post(started.url, data | {"save": "1"}, follow=True)
    assert page.text.partition("<main")[2].count(" checked>") == sum(
        kind in ("single_choice", "multiple_choice", "true_false", "image_choice")
        for kind in [*ASKED_KINDS, "single_choice"]
    )
    # Three places and three matches.
    assert page.text.count(" selected>") == 6
    assert page.text.count('value="12"') == 2
    assert 'value="選択肢b"' in page.text


def test_empty_form_earns_nothing_and_breaks_nothing(full_quiz, learner_client):
    started = learner_client.post(f"/learn/modules/{full_quiz.pk}/quiz/")
    shown = [str(n) for n in range(1, len(ASKED_KINDS) + 3)]
    done = learner_client.post(started.url, {"shown": shown, "submit": "anyway"})
    assert learner_client.get(done.url).status_code == 200
    assert Attempt.objects.get().score == 0
    assert not Response.objects.exists()


HOSTILE = [
    "\0",
    "\ud800",
    "a\0b\udfff",
    "9" * 100_000,
    "-" * 500,
    "1e999999",
    "NaN",
    "٣",
    "²",
    "key-a\0",
    "<script>",
    "0",
    "-1",
    "99999999999999999999",
    "[]",
    "null",
    "\u202e12",
    "𝟙",
]


@EVERY_KIND
def test_hostile_text_is_read_graded_and_stored_without_harm(kind):
    (item,) = freeze([make(kind)])["items"]
    shown = item["shown"]
    asked = get_kind(kind)
    for text in HOSTILE:
        data = QueryDict(mutable=True)
        data.setlist("item-1", [text, text])
        for key in ("", "key-a", "key-b", "nobody"):
            data[f"item-1-{key}"] = text
        answer = asked.read(data, "item-1", shown)
        stored = str(answer)
        assert "\0" not in stored
        stored.encode()
        assert len(stored) < 1000
        if answer is not None:
            assert isinstance(asked.find_error(shown, answer), str)
        assert asked.grade(shown, item["key"], answer).fraction == 0


@EVERY_KIND
def test_form_without_the_question_says_nothing_about_it(kind):
    (item,) = freeze([make(kind)])["items"]
    assert not get_kind(kind).read(QueryDict(), "item-1", item["shown"])


def canaries_in(key):
    """Every str in a key that a learner must not see."""
    if isinstance(key, dict):
        return [each for name, value in key.items() for each in canaries_in([name, value])]
    if isinstance(key, list):
        return [each for value in key for each in canaries_in(value)]
    return [key] if isinstance(key, str) and key.startswith("canary") else []


def make_with_canaries(kind):
    parameters = {
        "numeric": {"value": "73331", "tolerance": "17.331", "units": ["人", "canary-unit"]},
        "true_false": {"statement_is_true": True},
    }.get(kind, {})
    question = make(kind, parameters=parameters)
    Choice.objects.filter(question=question).update(feedback="canary-feedback")
    if kind == "short_text":
        Choice.objects.filter(key="key-a").update(text="canary-wrong")
        Choice.objects.filter(key="key-b").update(text="canary-right")
    Question.objects.filter(pk=question.pk).update(explanation="canary-why", source="canary-src")
    return Question.objects.get(pk=question.pk)


@EVERY_KIND
def test_no_key_is_shown_before_submitting(kind, learner, learner_client):
    course = factories.make_course(modules=0)
    module = factories.ModulePageFactory(parent=course)
    factories.make_quiz(module=module, questions=[make_with_canaries(kind)])
    factories.make_enrolment(course=course, learner=learner)
    started = learner_client.post(f"/learn/modules/{module.pk}/quiz/")
    (item,) = Attempt.objects.get().paper["items"]
    assert (kind in ("numeric", "short_text", "single_choice", "multiple_choice")) <= bool(
        canaries_in(item["key"])
    )

    shown = repr(papers.show_items(paper={"items": [item]}, answers={}))
    for text in (shown, learner_client.get(started.url).text):
        assert "canary" not in text
        assert "is_right" not in text
        assert "73331" not in text
        assert "17.331" not in text


@EVERY_KIND
def test_marks_tell_in_words_what_is_right_and_what_was_given(kind):
    paper = freeze([make(kind)])
    data = QueryDict(mutable=True)
    for name, value in answer_all(paper).items():
        data.setlist(name, value if isinstance(value, list) else [value])
    answers = papers.read_answers(paper=paper, data=data)
    (item,) = paper["items"]
    mark = get_kind(kind).grade(item["shown"], item["key"], answers[f"q-{kind}"])
    assert mark.given == mark.right
    assert mark.fraction == 1
    assert mark.right
    assert not any("key-" in text for text in mark.right)
    assert get_kind(kind).grade(item["shown"], item["key"], None).given == []


@pytest.mark.parametrize("parameters", [{}, {"value": None, "units": 3, "tolerance": []}])
@pytest.mark.parametrize("kind", [*ASKED_KINDS, "scenario"])
def test_half_filled_draft_has_problems_and_no_crash(kind, parameters):
    draft = Question(key="draft", kind=kind, parameters=parameters)
    assert problems.find_question_problems(question=draft, today=factories.NOW.date())
    draft.choices = [Choice(), Choice(text="a"), Choice(text="a", match="b", alt="c")]
    assert problems.find_question_problems(question=draft, today=factories.NOW.date())


@EVERY_KIND
def test_complete_question_has_no_problems(kind):
    question = make(kind)
    assert problems.find_question_problems(question=question, today=factories.NOW.date()) == []
