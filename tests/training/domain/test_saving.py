"""Two tabs, two phones, resent saves and deadlines (rule R5)."""

from datetime import timedelta

import pytest

from tests import factories
from training.domain import quizzes, saving
from training.domain.rules import find_promised_rules
from training.domain.saving import Sender
from training.models import Allowance, Attempt, Quiz, Response

pytestmark = pytest.mark.django_db
NOW = factories.NOW
KEY = "digital-support-m1-q1"


@pytest.fixture
def attempt(enrolment):
    return quizzes.start_attempt(enrolment=enrolment, quiz=Quiz.objects.get(), now=NOW)


def save(attempt, answer, *, at=0, **sender):
    return saving.save_answers(
        attempt_id=attempt.pk,
        answers={KEY: answer},
        now=NOW + timedelta(seconds=at),
        sender=Sender(**sender),
    )


def submit(attempt, answers, *, at=0, is_final=True, **sender):
    return quizzes.submit_attempt(
        attempt_id=attempt.pk,
        answers=answers,
        now=NOW + timedelta(seconds=at),
        sender=Sender(**sender),
        is_final=is_final,
    )


def counts(attempt):
    return saving.read_saved_answers(attempt=attempt).answers.get(KEY)


def test_save_sent_twice_is_one_row(attempt):
    for _time in range(2):
        save(attempt, "key-a", client="phone", number=1)
    assert Response.objects.count() == 1


def test_old_save_that_arrives_again_does_not_come_back(attempt):
    save(attempt, "key-a", client="phone", number=1)
    save(attempt, "key-b", client="phone", number=2)
    save(attempt, "key-a", client="phone", number=1)
    assert counts(attempt) == "key-b"


def test_answer_given_offline_before_another_phones_does_not_win_by_arriving_later(attempt):
    save(attempt, "key-b", at=300, client="tablet", number=1)
    save(attempt, "key-a", at=600, client="phone", number=1, age=timedelta(seconds=500))
    assert counts(attempt) == "key-b"
    save(attempt, "key-c", at=700, client="phone", number=2, age=timedelta(seconds=10))
    assert counts(attempt) == "key-c"


def test_forgotten_tab_puts_nothing_back(attempt):
    first = save(attempt, "key-a", client="tab-1", number=1)
    save(attempt, "key-b", client="tab-2", number=1, seen=first.sequence)
    stale = save(attempt, "key-a", client="tab-1", seen=first.sequence)
    assert counts(attempt) == "key-b"
    assert stale.is_shared


def test_going_back_to_the_first_answer_counts_though_the_reply_got_lost(attempt):
    seen = save(attempt, "key-a", client="tab", number=1).sequence
    save(attempt, "key-b", client="tab", number=2)
    save(attempt, "key-a", client="tab", seen=seen)
    assert counts(attempt) == "key-a"


def test_untouched_boxes_of_a_forgotten_tab_erase_nothing(attempt):
    save(attempt, ["key-a", "key-b"], client="phone", number=1)
    save(attempt, [], client="tablet", seen=0)
    assert counts(attempt) == ["key-a", "key-b"]


def test_submitting_from_a_stale_page_shows_first_what_counts(attempt):
    save(attempt, "key-a", client="tab", number=1)
    save(attempt, "key-b", client="phone", number=1, seen=1)
    with pytest.raises(quizzes.ChangedElsewhere):
        submit(attempt, {KEY: "key-a"}, client="tab", seen=1)
    assert Attempt.objects.get().submitted_at is None
    assert submit(attempt, {KEY: "key-b"}, client="tab-again", seen=2).passed


def test_unanswered_question_is_pointed_out_unless_the_word_is_final(attempt):
    with pytest.raises(quizzes.NeedsAttention):
        submit(attempt, {}, is_final=False)
    assert submit(attempt, {}).score == 0


@pytest.fixture
def timed(course, learner):
    Quiz.objects.update(time_limit_minutes=10)
    enrolment = factories.make_enrolment(learner=learner, course=course)
    return quizzes.start_attempt(enrolment=enrolment, quiz=Quiz.objects.get(), now=NOW)


def test_last_second_counts_and_the_next_does_not(timed):
    save(timed, "key-b", at=599)
    with pytest.raises(saving.TimeIsUp):
        save(timed, "key-a", at=600)
    closed = submit(timed, {KEY: "key-a"}, at=601)
    assert closed.passed
    assert closed.submitted_at == NOW + timedelta(minutes=10)


def test_learner_who_never_comes_back_is_graded_on_what_was_saved(timed):
    save(timed, "key-b", at=60)
    assert quizzes.close_all_expired(now=NOW + timedelta(minutes=9)) == 0
    assert quizzes.close_all_expired(now=NOW + timedelta(minutes=10)) == 1
    assert Attempt.objects.get().passed
    assert quizzes.close_all_expired(now=NOW + timedelta(minutes=11)) == 0


def test_starting_again_after_the_deadline_is_a_new_attempt(timed):
    later = NOW + timedelta(hours=1)
    again = quizzes.start_attempt(enrolment=timed.enrolment, quiz=timed.quiz, now=later)
    assert again.number == 2
    timed.refresh_from_db()
    assert timed.passed is False


def test_allowance_makes_the_limit_longer(course, learner):
    Quiz.objects.update(time_limit_minutes=10)
    Allowance.objects.create(learner=learner, time_percent=150)
    attempt = quizzes.start_attempt(
        enrolment=factories.make_enrolment(learner=learner, course=course),
        quiz=Quiz.objects.get(),
        now=NOW,
    )
    assert attempt.deadline == NOW + timedelta(minutes=15)


def test_attempts_run_out(course, learner):
    Quiz.objects.update(max_attempts=2)
    enrolment = factories.make_enrolment(learner=learner, course=course)
    for _number in range(2):
        submit(
            quizzes.start_attempt(enrolment=enrolment, quiz=Quiz.objects.get(), now=NOW),
            {KEY: "key-a"},
        )
    with pytest.raises(quizzes.AttemptsExhausted):
        quizzes.start_attempt(enrolment=enrolment, quiz=Quiz.objects.get(), now=NOW)
    assert Attempt.objects.count() == 2


def test_waiting_time_ends_at_its_minute(course, learner):
    Quiz.objects.update(waiting_minutes=30)
    enrolment = factories.make_enrolment(learner=learner, course=course)

    def start(minutes):
        return quizzes.start_attempt(
            enrolment=enrolment, quiz=Quiz.objects.get(), now=NOW + timedelta(minutes=minutes)
        )

    submit(start(0), {KEY: "key-a"})
    with pytest.raises(quizzes.MustWait) as wait:
        start(29)
    assert wait.value.until == NOW + timedelta(minutes=30)
    assert start(30).number == 2


def test_two_pages_under_one_name_lose_nothing(attempt):
    save(attempt, "key-a", client="tab", number=1)
    with pytest.raises(saving.ClientClash):
        save(attempt, "key-b", client="tab", number=1)
    save(attempt, "key-b", client="fresh", number=1)
    assert counts(attempt) == "key-b"


def test_next_attempt_is_said_before_the_button(course, learner):
    Quiz.objects.update(max_attempts=2, waiting_minutes=30)
    enrolment = factories.make_enrolment(learner=learner, course=course)
    quiz = Quiz.objects.get()

    def look(minutes=0):
        return quizzes.find_next_attempt(
            enrolment=enrolment,
            module_id=quiz.module_id,
            rules=find_promised_rules(enrolment=enrolment, quiz=quiz),
            now=NOW + timedelta(minutes=minutes),
        )

    def take(minutes):
        at = NOW + timedelta(minutes=minutes)
        attempt = quizzes.start_attempt(enrolment=enrolment, quiz=quiz, now=at)
        assert look(minutes).is_open
        quizzes.submit_attempt(attempt_id=attempt.pk, answers={}, now=at)

    assert look() == quizzes.NextAttempt(is_open=False, obstacle=None)
    take(0)
    assert "12:30" in look(10).sentence
    assert look(30).sentence == ""
    take(30)
    assert "使い切りました" in look(90).sentence
