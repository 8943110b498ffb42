import datetime as dt
import importlib
from random import Random
from statistics import correlation, mean, median, variance

import pytest
from django.apps import apps

from tests import factories
from tests.training import sittings
from training.domain import quizzes, saving
from training.domain.quiz_statistics import measure_quiz
from training.domain.statistics import PaperFilter, measure_question
from training.models import GradedItem, Question, Quiz, QuizQuestion

pytestmark = pytest.mark.django_db
FIRST = PaperFilter()


def measure(key="q1", papers=FIRST):
    return measure_question(question=Question.objects.get(key=key), papers=papers)


@pytest.fixture
def quiz():
    return sittings.make_quiz()


def sit_at_random(quiz, count, *, seed=7):
    """Returns a row of 0 and 1 for each paper."""
    rng = Random(seed)
    rows = []
    for _number in range(count):
        able = rng.random()
        letters = "".join("b" if rng.random() < able else rng.choice("ac") for _ in range(3))
        sittings.sit(quiz, letters)
        rows.append([int(letter == "b") for letter in letters])
    return rows


def test_figures_are_withheld_under_thirty(quiz):
    sit_at_random(quiz, 29)
    of_question, of_quiz = measure(), measure_quiz(quiz=quiz, papers=FIRST)

    assert "29" in of_question.too_few
    assert "30" in of_question.too_few
    assert (of_question.count, of_question.is_too_few) == (29, True)
    assert (of_question.facility, of_question.discrimination) == (None, None)
    assert (of_question.answers, of_question.median_time) == ([], None)
    assert (of_quiz.count, of_quiz.bins, of_quiz.mean, of_quiz.reliability) == (29, [], None, None)

    sittings.sit(quiz, "bbb")
    assert measure().facility is not None
    assert measure_quiz(quiz=quiz, papers=FIRST).mean is not None


def test_figures_equal_those_computed_from_the_answers(quiz):
    rows = sit_at_random(quiz, 40)
    of_question = measure("q2")

    own = [row[1] for row in rows]
    rest = [row[0] + row[2] for row in rows]
    assert of_question.facility == pytest.approx(mean(own))
    assert of_question.discrimination == pytest.approx(correlation(own, rest))
    assert of_question.compared == 40

    of_quiz = measure_quiz(quiz=quiz, papers=FIRST)
    scores = [round(sum(row) * 100 / 3, 3) for row in rows]
    assert of_quiz.mean == pytest.approx(mean(scores))
    assert of_quiz.median == pytest.approx(median(scores))
    assert of_quiz.pass_rate == pytest.approx(sum(score >= 80 for score in scores) / 40)
    items = [variance(column) for column in zip(*rows, strict=True)]
    alpha = 3 / 2 * (1 - sum(items) / variance([sum(row) for row in rows]))
    assert of_quiz.reliability.alpha == pytest.approx(alpha)
    assert (of_quiz.reliability.papers, of_quiz.reliability.questions) == (40, 3)
    assert sum(each.count for each in of_quiz.bins) == 40
    assert of_quiz.bins[9].count == sum(score == 100 for score in scores)
    assert of_quiz.bins[3].count == sum(30 <= score < 40 for score in scores)
    assert of_quiz.median_duration == dt.timedelta(minutes=5)


def test_questions_that_do_not_count_are_no_part_of_the_rest():
    quiz = sittings.make_quiz()
    doubtful = factories.make_question(key="doubtful", certainty="unconfirmed")
    QuizQuestion.objects.create(quiz=quiz, question=doubtful, sort_order=9)
    rng = Random(3)
    rows = []
    for _number in range(30):
        letters = "".join(rng.choice("bbac") for _ in range(4))
        sittings.sit(quiz, letters)
        rows.append([int(letter == "b") for letter in letters])

    graded = correlation([row[0] for row in rows], [row[1] + row[2] for row in rows])
    assert measure("q1").discrimination == pytest.approx(graded)
    # It is compared with the whole score, which it is no part of.
    whole = correlation([row[3] for row in rows], [sum(row[:3]) for row in rows])
    assert measure("doubtful").discrimination == pytest.approx(whole)
    assert measure_quiz(quiz=quiz, papers=FIRST).reliability.questions == 3


@pytest.mark.parametrize("letters", ["bbb", "aaa", "---"])
def test_all_alike_has_no_discrimination_and_no_alpha(quiz, letters):
    for _number in range(30):
        sittings.sit(quiz, letters)
    assert measure().discrimination is None
    assert measure().facility == float(letters == "bbb")
    assert measure_quiz(quiz=quiz, papers=FIRST).reliability.alpha is None


def test_a_single_question_has_no_discrimination_and_no_alpha():
    quiz = sittings.make_quiz(keys=["only"])
    for letter in "ab" * 15:
        sittings.sit(quiz, letter)
    found = measure("only")
    assert (found.facility, found.discrimination, found.compared) == (0.5, None, 0)
    assert measure_quiz(quiz=quiz, papers=FIRST).reliability.alpha is None


def test_answers_are_counted_by_what_was_given(quiz):
    for letter in "b" * 18 + "a" * 9 + "c" * 2 + "-":
        sittings.sit(quiz, f"{letter}bb")
    found = [(each.text, each.count, each.fraction) for each in measure().answers]
    assert found == [("選択肢b", 18, 1), ("選択肢a", 9, 0), ("選択肢c", 2, 0), ("", 1, 0)]
    assert measure().answers[0].share == 0.6


def test_of_several_picked_each_choice_is_counted():
    course = factories.make_course(modules=0)
    many = factories.make_question(key="many", kind="multiple_choice", right=("a", "b"))
    quiz = factories.make_quiz(module=factories.ModulePageFactory(parent=course), questions=[many])
    for picked in [["a", "b"]] * 15 + [["a", "c"]] * 15:
        attempt = sittings.start(quiz)
        answer = {"many": [f"key-{letter}" for letter in picked]}
        quizzes.submit_attempt(attempt_id=attempt.pk, answers=answer, now=factories.NOW)
    many.choices.filter(key="key-b").delete()

    found = {each.text: (each.count, each.fraction) for each in measure("many").answers}
    assert found == {"選択肢a": (30, 1), "選択肢b": (15, None), "選択肢c": (15, 0)}


def test_only_first_attempts_count_unless_all_are_asked_for(quiz):
    for _number in range(30):
        enrolment = sittings.enrol(quiz)
        sittings.sit(quiz, "aaa", enrolment=enrolment)
        sittings.sit(quiz, "bbb", enrolment=enrolment)
    assert (measure().count, measure().facility) == (30, 0)
    everything = PaperFilter(first_only=False)
    assert (measure(papers=everything).count, measure(papers=everything).facility) == (60, 0.5)
    assert measure_quiz(quiz=quiz, papers=FIRST).pass_rate == 0
    assert measure_quiz(quiz=quiz, papers=everything).pass_rate == 0.5


def test_papers_are_chosen_by_quiz_and_day(quiz):
    course = factories.make_course(modules=0, slug="another")
    other = factories.make_quiz(
        module=factories.ModulePageFactory(parent=course),
        questions=[Question.objects.get(key="q1")],
    )
    # Half past midnight of the 24th in Tokyo, and the last minute of it.
    early = dt.datetime(2026, 11, 23, 15, 30, tzinfo=dt.UTC)
    sittings.sit(quiz, "bbb", at=early, minutes=0)
    sittings.sit(quiz, "bbb", at=early + dt.timedelta(hours=23, minutes=29), minutes=0)
    sittings.sit(quiz, "bbb", at=early + dt.timedelta(hours=23, minutes=30), minutes=0)
    sittings.sit(other, "a", at=early)

    day = dt.date(2026, 11, 24)
    assert measure(papers=PaperFilter(from_on=day, to_on=day)).count == 3
    assert measure(papers=PaperFilter(from_on=day, to_on=day, quiz_id=quiz.pk)).count == 2
    assert measure(papers=PaperFilter(to_on=dt.date(2026, 11, 23))).count == 0
    assert measure(papers=PaperFilter(from_on=dt.date(2026, 11, 25))).count == 1
    assert measure(papers=PaperFilter(to_on=dt.date.max)).count == 4


def test_time_is_from_the_save_before_over_papers_with_saves(quiz):
    for seconds in range(30):
        attempt = sittings.start(quiz)
        at = factories.NOW + dt.timedelta(seconds=20)
        saving.save_answers(attempt_id=attempt.pk, answers={"q1": "key-b"}, now=at)
        later = at + dt.timedelta(seconds=60 + seconds)
        saving.save_answers(attempt_id=attempt.pk, answers={"q2": "key-a"}, now=later)
        again = later + dt.timedelta(hours=1)
        saving.save_answers(attempt_id=attempt.pk, answers={"q2": "key-b"}, now=again)
        quizzes.submit_attempt(attempt_id=attempt.pk, answers={}, now=again)
    # Handed in as one page: nobody knows how long each question took.
    sittings.sit(quiz, "bbb")

    assert measure("q1").median_time == dt.timedelta(seconds=20)
    assert measure("q2").median_time == dt.timedelta(seconds=74.5)
    assert (measure("q2").count, measure("q2").timed) == (31, 30)
    assert measure("q3").median_time is None


def test_alpha_is_over_the_set_that_most_papers_share(quiz):
    rows = sit_at_random(quiz, 35)
    quiz.quiz_questions.get(question__key="q3").delete()
    quiz = Quiz.objects.get()
    for letters in ["ab", "ba", "bb"] * 5:
        sittings.sit(quiz, letters)

    found = measure_quiz(quiz=quiz, papers=FIRST)
    assert found.count == 50
    assert (found.reliability.papers, found.reliability.left_out) == (35, 15)
    items = [variance(column) for column in zip(*rows, strict=True)]
    alpha = 3 / 2 * (1 - sum(items) / variance([sum(row) for row in rows]))
    assert found.reliability.alpha == pytest.approx(alpha)


def test_alpha_is_withheld_where_too_few_papers_share_a_set(quiz):
    sit_at_random(quiz, 20)
    quiz.quiz_questions.get(question__key="q3").delete()
    quiz = Quiz.objects.get()
    for letters in ["ab", "ba", "bb"] * 5:
        sittings.sit(quiz, letters)
    found = measure_quiz(quiz=quiz, papers=FIRST)
    assert (found.count, found.reliability.alpha, found.reliability.papers) == (35, None, 20)
    assert "20" in found.reliability.too_few


@pytest.mark.parametrize("questions", [1, 3])
def test_statements_are_constant(questions, django_assert_num_queries):
    quiz = sittings.make_quiz(keys=[f"q{n}" for n in range(1, questions + 1)])
    for _number in range(30):
        sittings.sit(quiz, "b" * questions)
    question = Question.objects.get(key="q1")
    with django_assert_num_queries(3):
        measure_question(question=question, papers=FIRST)
    with django_assert_num_queries(2):
        measure_quiz(quiz=quiz, papers=FIRST)


def test_only_the_latest_rows_are_read(quiz, monkeypatch):
    from training.domain import quiz_statistics, statistics

    for letters in ["aaa"] * 30 + ["bba"] * 30:
        sittings.sit(quiz, letters)
    monkeypatch.setattr(statistics, "MOST_ROWS", 30)
    assert (measure().count, measure().facility) == (30, 1)
    monkeypatch.setattr(quiz_statistics, "MOST_ROWS", 40)
    found = measure_quiz(quiz=quiz, papers=FIRST)
    # 13 whole papers of three fit into 40 rows; the one that was cut off is no paper of its own.
    assert (found.count, found.reliability.papers, found.reliability.left_out) == (40, 13, 0)


def test_open_attempts_are_no_papers(quiz):
    sittings.start(quiz)
    assert measure().count == 0
    assert measure_quiz(quiz=quiz, papers=FIRST).count == 0
    assert not GradedItem.objects.exists()


def test_migration_fills_what_earlier_attempts_earned(quiz):
    """Of attempts handed in before there were such rows, or before they said what counts."""
    Question.objects.filter(key="q2").update(certainty="unconfirmed")
    attempt = sittings.start(quiz)
    later = factories.NOW + dt.timedelta(minutes=1)
    for at, letter in [(factories.NOW, "a"), (later, "b")]:
        saving.save_answers(attempt_id=attempt.pk, answers={"q1": f"key-{letter}"}, now=at)
    quizzes.submit_attempt(attempt_id=attempt.pk, answers={"q2": "key-c"}, now=later)
    sittings.sit(quiz, "bbb")
    sittings.start(quiz)
    fields = ("attempt_id", "question_key", "fraction", "given", "graded")
    rows = list(GradedItem.objects.order_by("attempt_id", "question_key").values_list(*fields))
    assert len(rows) == 6

    fill = importlib.import_module("training.migrations.0006_graded_items").fill
    GradedItem.objects.filter(attempt=attempt).delete()
    GradedItem.objects.update(graded=True)
    for _again in range(2):
        fill(apps, None)
        found = GradedItem.objects.order_by("attempt_id", "question_key")
        assert list(found.values_list(*fields)) == rows
