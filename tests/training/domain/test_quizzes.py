from datetime import timedelta

import pytest
from django.http import QueryDict

from tests import factories
from training.domain import papers, quizzes, saving
from training.models import Attempt, Choice, ModuleCompletion, Question, Quiz, Response

pytestmark = pytest.mark.django_db


def start(enrolment, quiz=None):
    return quizzes.start_attempt(
        enrolment=enrolment, quiz=quiz or Quiz.objects.get(), now=factories.NOW
    )


def submit(attempt, answers):
    return quizzes.submit_attempt(attempt_id=attempt.pk, answers=answers, now=factories.NOW)


def key_of(attempt):
    return attempt.paper["items"][0]["question"]


@pytest.fixture
def quiz_of_five():
    """A course whose only quiz has five graded questions and an unconfirmed one."""
    course = factories.make_course(modules=0)
    module = factories.ModulePageFactory(parent=course)
    questions = [factories.make_question(key=f"q{n}") for n in range(1, 6)]
    questions.append(factories.make_question(key="doubtful", certainty="unconfirmed"))
    factories.make_quiz(module=module, questions=questions)
    return factories.make_enrolment(course=course)


def test_starting_twice_gives_the_same_attempt(enrolment):
    assert start(enrolment) == start(enrolment)
    assert Attempt.objects.count() == 1


def test_right_answer_passes_and_completes_the_module(enrolment):
    attempt = start(enrolment)
    submitted = submit(attempt, {key_of(attempt): "key-b"})
    assert (submitted.score, submitted.passed) == (100, True)
    assert ModuleCompletion.objects.count() == 1


def test_wrong_answer_does_not_pass_and_may_be_tried_again(enrolment):
    attempt = start(enrolment)
    submitted = submit(attempt, {key_of(attempt): "key-a"})
    assert (submitted.score, submitted.passed) == (0, False)
    assert not ModuleCompletion.objects.exists()
    assert start(enrolment).number == 2


@pytest.mark.parametrize(
    ("right", "score", "passed"), [(5, 100, True), (4, 80, True), (3, 60, False)]
)
def test_four_of_five_is_exactly_enough(quiz_of_five, right, score, passed):
    attempt = start(quiz_of_five)
    answers = {f"q{n}": "key-b" if n <= right else "key-a" for n in range(1, 6)}
    submitted = submit(attempt, answers | {"doubtful": "key-a"})
    assert (submitted.score, submitted.passed) == (score, passed)


def test_grading_follows_the_paper_not_the_later_edit(enrolment):
    attempt = start(enrolment)
    Choice.objects.filter(key="key-b").update(is_right=False, text="書きかえた")
    Choice.objects.filter(key="key-a").update(is_right=True)
    Quiz.objects.update(pass_mark=100)

    assert "書きかえた" not in str(attempt.paper)
    assert submit(attempt, {key_of(attempt): "key-b"}).passed


def test_deleted_question_does_not_hurt_an_attempt(enrolment):
    attempt = start(enrolment)
    Quiz.objects.get().quiz_questions.all().delete()
    Question.objects.all().delete()
    assert submit(attempt, {key_of(attempt): "key-b"}).passed


def test_second_submission_changes_nothing(enrolment):
    attempt = start(enrolment)
    submit(attempt, {key_of(attempt): "key-a"})
    with pytest.raises(saving.AlreadySubmitted):
        submit(attempt, {key_of(attempt): "key-b"})
    assert Attempt.objects.get().passed is False
    assert Response.objects.count() == 1


def test_answers_are_appended_and_the_latest_counts(enrolment):
    attempt = start(enrolment)
    key = key_of(attempt)
    for choice in ("key-a", "key-c", "key-c", "key-b"):
        saving.save_answers(attempt_id=attempt.pk, answers={key: choice}, now=factories.NOW)

    saved = list(Response.objects.order_by("sequence").values_list("answer", flat=True))
    assert saved == ["key-a", "key-c", "key-b"]
    assert submit(attempt, {}).passed


def test_saved_answer_survives_a_submission_without_it(enrolment):
    attempt = start(enrolment)
    saving.save_answers(
        attempt_id=attempt.pk, answers={key_of(attempt): "key-b"}, now=factories.NOW
    )
    assert submit(attempt, {}).passed


def test_quiz_without_a_graded_question_is_not_ready(enrolment):
    Question.objects.update(certainty="unconfirmed")
    with pytest.raises(papers.QuizNotReady):
        start(enrolment)


def test_draft_and_broken_questions_are_left_out(quiz_of_five):
    Question.objects.filter(key="q1").update(live=False)
    Choice.objects.filter(question__key="q2").update(is_right=True)
    keys = [item["question"] for item in start(quiz_of_five).paper["items"]]
    assert keys == ["q3", "q4", "q5", "doubtful"]


def test_shown_items_hold_neither_key_nor_explanation(quiz_of_five):
    attempt = start(quiz_of_five)
    for item in attempt.paper["items"]:
        item["key"] = {"right": ["CANARY"]}
        item["explanation"] = item["source"] = item["source_url"] = "CANARY"
    assert "CANARY" not in repr(papers.show_items(paper=attempt.paper, answers={}))


def test_only_choices_on_the_paper_are_read(enrolment):
    attempt = start(enrolment)
    data = QueryDict("shown=1&item-1=key-zzz")
    assert papers.read_answers(paper=attempt.paper, data=data) == {}


def test_unticked_boxes_count_only_where_they_were_shown():
    course = factories.make_course(modules=0)
    module = factories.ModulePageFactory(parent=course)
    question = factories.make_question(key="many", kind="multiple_choice", right=("a", "b"))
    statement = factories.make_question(key="statement", kind="true_false", right=False)
    factories.make_quiz(module=module, questions=[question, statement])
    attempt = start(factories.make_enrolment(course=course))

    def read(query):
        return papers.read_answers(paper=attempt.paper, data=QueryDict(query))

    assert read("shown=1") == {"many": []}
    assert read("shown=2&item-2=false") == {"statement": False}
    assert read("") == {}
    assert submit(attempt, read("shown=1&shown=2&item-1=key-b&item-1=key-a&item-2=false")).passed


def test_answer_given_again_outlives_another_that_arrives_late(enrolment):
    """The phone's answer was given in between, while it had no signal."""
    attempt = start(enrolment)
    key, minute = key_of(attempt), timedelta(minutes=1)

    def save(client, number, answer, *, given, arrives):
        return saving.save_answers(
            attempt_id=attempt.pk,
            answers={key: answer},
            now=factories.NOW + arrives * minute,
            sender=saving.Sender(client, seen=0, number=number, age=(arrives - given) * minute),
        )

    save("desk", 1, "key-b", given=1, arrives=1)
    save("desk", 2, "key-b", given=3, arrives=3)
    assert save("phone", 1, "key-c", given=2, arrives=4).answers == {key: "key-b"}


def test_stale_page_does_not_put_back_what_it_once_had_in_common(enrolment):
    """Two pages gave the same; one went on. The other, sent again, gives nothing new."""
    attempt = start(enrolment)
    key = key_of(attempt)

    def post(client, answer):
        return saving.save_answers(
            attempt_id=attempt.pk,
            answers={key: answer},
            now=factories.NOW,
            sender=saving.Sender(client, seen=0),
        )

    post("desk", "key-b")
    post("phone", "key-b")
    post("desk", "key-c")
    assert post("phone", "key-b").answers == {key: "key-c"}


def test_question_that_nobody_answered_was_not_changed_elsewhere():
    course = factories.make_course(modules=0)
    module = factories.ModulePageFactory(parent=course)
    many = factories.make_question(key="many", kind="multiple_choice", right=("a", "b"))
    factories.make_quiz(module=module, questions=[many, factories.make_question(key="one")])
    attempt = start(factories.make_enrolment(course=course))
    given = {"attempt_id": attempt.pk, "now": factories.NOW}
    phone, desk = saving.Sender("phone", seen=0), saving.Sender("desk", seen=0)

    saving.save_answers(**given, answers={"one": "key-b"}, sender=phone)
    answers = {"many": [], "one": "key-b"}
    assert quizzes.submit_attempt(**given, answers=answers, sender=desk).score == 50
