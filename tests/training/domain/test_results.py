"""What a result says in words."""

import pytest

from tests import factories
from training.domain import quizzes
from training.domain.results import tell_shortfall
from training.models import Question, Quiz

pytestmark = pytest.mark.django_db
NOW = factories.NOW


@pytest.fixture
def take(learner):
    """Hands in an attempt at a quiz of those questions and returns the sentence."""

    def take(questions, answers, **rules):
        module = factories.ModulePageFactory(parent=factories.make_course(modules=0))
        quiz = factories.make_quiz(module=module, questions=questions, **rules)
        enrolment = factories.make_enrolment(learner=learner, course=module.get_parent().specific)
        attempt = quizzes.start_attempt(enrolment=enrolment, quiz=quiz, now=NOW)
        done = quizzes.submit_attempt(attempt_id=attempt.pk, answers=answers, now=NOW)
        sentence = tell_shortfall(paper=done.paper, answers=answers)
        assert bool(sentence) == (not done.passed)
        return sentence

    return take


def make_questions(count, **fields):
    return [factories.make_question(key=f"q{number}", **fields) for number in range(count)]


def right(*numbers):
    return {f"q{number}": "key-b" for number in numbers}


@pytest.mark.parametrize(
    ("pass_mark", "right_ones", "missing", "needed"),
    [(80, 3, 1, 4), (80, 0, 4, 4), (81, 4, 1, 5), (60, 1, 2, 3)],
)
def test_shortfall_is_told_in_right_answers(take, pass_mark, right_ones, missing, needed):
    sentence = take(make_questions(5), right(*range(right_ones)), pass_mark=pass_mark)
    assert sentence == (
        f"あと{missing}問の正解で合格でした："
        f"採点する5問のうち{needed}問の正解（{pass_mark}%以上）で合格です。"
    )


def test_who_passed_is_told_of_no_shortfall(take):
    assert take(make_questions(5), right(0, 1, 2, 3)) == ""


def test_questions_for_reference_are_not_among_them(take):
    questions = make_questions(5)
    Question.objects.filter(key="q4").update(certainty="unconfirmed")
    sentence = take([Question.objects.get(pk=each.pk) for each in questions], right(0, 1, 2, 4))
    assert "採点する4問のうち4問" in sentence


def test_parts_of_answers_are_counted_with_the_rest(take):
    """Half of each of four: 2 of 4 points, and one more right answer adds only a half."""
    partial = {"partial_credit": True}
    questions = make_questions(4, kind="multiple_choice", right="ab", parameters=partial)
    answers = {f"q{number}": ["key-a"] for number in range(4)}
    assert take(questions, answers, pass_mark=75).startswith("あと2問")


def test_shows_decides_whether_it_is_told(client, learner, course):
    for shows, is_told in (("nothing", False), ("marks", True), ("explanations", True)):
        Quiz.objects.update(shows=shows)
        enrolment = learner.enrolments.first() or factories.make_enrolment(
            learner=learner, course=course
        )
        attempt = quizzes.start_attempt(enrolment=enrolment, quiz=Quiz.objects.get(), now=NOW)
        quizzes.submit_attempt(attempt_id=attempt.pk, answers={}, now=NOW)
        client.force_login(learner.user)
        page = client.get(f"/learn/attempts/{attempt.pk}/result/").text
        assert ("あと1問の正解で合格でした" in page) == is_told
