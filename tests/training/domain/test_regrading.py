import datetime as dt

import pytest
from wagtail.models import ModelLogEntry

from tests import factories
from tests.training import sittings
from training.domain import quizzes, saving
from training.domain.regrading import CannotRegrade, KeyChanged, apply_regrade, plan_regrade
from training.models import (
    Attempt,
    Choice,
    Enrolment,
    GradedItem,
    ModuleCompletion,
    Question,
    Response,
)
from training.signals import course_completed

pytestmark = pytest.mark.django_db
LATER = factories.NOW + dt.timedelta(days=1)


def mend(key="q1", *, right="a", explanation=None):
    """Publish another key."""
    question = Question.objects.get(key=key)
    for choice in question.choices.all():
        Choice.objects.filter(pk=choice.pk).update(is_right=choice.key == f"key-{right}")
    if explanation:
        Question.objects.filter(key=key).update(explanation=explanation)


def plan(key="q1"):
    return plan_regrade(question=Question.objects.get(key=key), now=LATER)


def apply(key="q1", *, allow_losing=False, user=None, at=LATER):
    return apply_regrade(
        question=Question.objects.get(key=key),
        fingerprint=plan(key).fingerprint,
        allow_losing=allow_losing,
        reason="正答の誤り",
        user=user,
        now=at,
    )


def item_of(attempt, key="q1"):
    attempt.refresh_from_db()
    return next(item for item in attempt.paper["items"] if item["question"] == key)


def result_of(attempt):
    attempt.refresh_from_db()
    return float(attempt.score), attempt.passed


def everything():
    """All that a re-grade may write."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Attempt, GradedItem, ModuleCompletion, Enrolment, Response, ModelLogEntry)
    ]


@pytest.fixture
def quiz():
    """Two questions, both needed for a pass."""
    return sittings.make_quiz(keys=["q1", "q2"])


@pytest.fixture
def papers(quiz):
    """One who gains a pass by the mended key (a), one who loses it, and two in between."""
    letters = {"gains": "ab", "loses": "bb", "rises": "aa", "stays": "cc"}
    return {name: sittings.sit(quiz, answers) for name, answers in letters.items()}


def test_plan_counts_and_writes_nothing(papers):
    mend()
    before = everything()
    found = plan()

    assert everything() == before
    assert found.papers == 4
    assert (found.unchanged, found.gain_score, found.lose_score) == (1, 2, 1)
    assert [change.attempt_id for change in found.gain_pass] == [papers["gains"].pk]
    assert [change.attempt_id for change in found.lose_pass] == [papers["loses"].pk]
    assert (found.passed_before, found.passed_after) == (1, 1)
    assert (found.mean_before, found.mean_after) == (37.5, 50)


def test_apply_gives_what_was_earned_and_takes_no_pass(papers):
    mend()
    found = apply()

    assert result_of(papers["gains"]) == (100, True)
    assert result_of(papers["rises"]) == (50, False)
    assert result_of(papers["stays"]) == (0, False)
    assert [change.attempt_id for change in found.kept] == [papers["loses"].pk]
    assert (found.passed_before, found.passed_after) == (1, 2)


def test_who_would_lose_a_pass_stays_wholly_untouched(papers):
    def rows():
        own = {"attempt": papers["loses"]}
        attempts = Attempt.objects.filter(pk=papers["loses"].pk)
        return list(attempts.values()), list(GradedItem.objects.filter(**own).values())

    before = rows()
    mend(explanation="新しい解説")
    apply()
    assert rows() == before


def test_a_pass_is_lost_only_if_that_is_allowed_and_completions_stay(papers):
    """Rule R2."""
    completed = list(ModuleCompletion.objects.values())
    enrolment = Enrolment.objects.get(attempts=papers["loses"])
    mend()
    found = apply(allow_losing=True)

    assert result_of(papers["loses"]) == (50, False)
    assert [change.attempt_id for change in found.lose_pass] == [papers["loses"].pk]
    assert completed[0] in ModuleCompletion.objects.values()
    enrolment.refresh_from_db()
    assert enrolment.completed_at is not None


def test_a_gained_pass_completes_module_and_course(papers, django_capture_on_commit_callbacks):
    heard = []

    def hear(sender, enrolment_id, **kwargs):
        heard.append(enrolment_id)

    mend()
    course_completed.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            apply()
            apply()
    finally:
        course_completed.disconnect(hear)

    enrolment = papers["gains"].enrolment
    enrolment.refresh_from_db()
    assert heard == [enrolment.pk]
    assert enrolment.completed_at == LATER
    assert ModuleCompletion.objects.get(enrolment=enrolment).completed_at == LATER


def test_the_paper_has_the_new_key_and_keeps_the_former(papers):
    mend(explanation="新しい解説")
    apply()
    item = item_of(papers["gains"])
    assert item["key"]["right"] == ["key-a"]
    assert item["explanation"] == "新しい解説"
    former = item["former_keys"]
    assert [each["key"]["right"] for each in former] == [["key-b"]]
    assert former[0]["until"] == LATER.isoformat()

    mend(right="c")
    apply(allow_losing=True, at=LATER + dt.timedelta(days=1))
    former = item_of(papers["gains"])["former_keys"]
    assert [each["key"]["right"] for each in former] == [["key-b"], ["key-a"]]
    # What was shown is what it was.
    assert item_of(papers["gains"])["stem"] == item["stem"]
    assert item_of(papers["gains"])["shown"] == item["shown"]


def test_graded_items_follow(papers):
    mend()
    apply()
    rows = GradedItem.objects.filter(attempt=papers["gains"]).order_by("question_key")
    assert list(rows.values_list("question_key", "fraction", "given")) == [
        ("q1", 1, ["選択肢a"]),
        ("q2", 1, ["選択肢b"]),
    ]


def test_a_second_run_changes_nothing(papers):
    mend()
    apply()
    before = everything()
    found = apply(at=LATER + dt.timedelta(days=1))
    assert everything() == before
    assert (found.written, found.gain_pass, found.lose_pass) == (0, [], [])


def test_a_run_that_broke_off_is_finished_by_another(papers, monkeypatch):
    mend()
    real = saving.read_saved_answers
    calls = []

    def break_off(**kwargs):
        calls.append(kwargs)
        if len(calls) == 3:
            raise RuntimeError("killed")
        return real(**kwargs)

    monkeypatch.setattr("training.domain.regrading.read_saved_answers", break_off)
    with pytest.raises(RuntimeError):
        apply()
    assert ModelLogEntry.objects.filter(action="lms_training.regrade").count() == 1
    apply()

    assert result_of(papers["gains"]) == (100, True)
    assert result_of(papers["rises"]) == (50, False)
    assert len(item_of(papers["gains"])["former_keys"]) == 1
    assert item_of(papers["stays"])["key"]["right"] == ["key-a"]


def test_attempts_under_way_are_graded_by_the_mended_key(quiz):
    enrolment = sittings.enrol(quiz)
    attempt = sittings.start(quiz, enrolment=enrolment)
    saving.save_answers(
        attempt_id=attempt.pk, answers={"q1": "key-a", "q2": "key-b"}, now=factories.NOW
    )
    mend(explanation="新しい解説")
    assert (plan().papers, plan().open_mended) == (0, 1)
    found = apply()

    assert (found.papers, found.open_mended) == (0, 1)
    assert Attempt.objects.get().submitted_at is None
    assert item_of(attempt)["explanation"] == "新しい解説"
    done = quizzes.submit_attempt(attempt_id=attempt.pk, answers={}, now=LATER)
    assert (done.score, done.passed) == (100, True)


def test_other_papers_are_left_alone(papers):
    mend("q2", right="c")
    before = item_of(papers["gains"], "q1")
    apply("q2", allow_losing=True)
    assert item_of(papers["gains"], "q1") == before


def test_only_the_last_answer_counts_as_it_did_before(quiz):
    attempt = sittings.start(quiz)
    for letter in "acb":
        saving.save_answers(
            attempt_id=attempt.pk, answers={"q1": f"key-{letter}"}, now=factories.NOW
        )
    quizzes.submit_attempt(attempt_id=attempt.pk, answers={"q2": "key-b"}, now=factories.NOW)
    mend()
    assert [change.after for change in plan().lose_pass] == [50]


def test_a_paper_that_did_not_show_the_right_choice_cannot_be_regraded(papers):
    question = Question.objects.get(key="q1")
    Choice.objects.create(
        question=question, key="key-d", text="選択肢d", sort_order=9, is_right=False
    )
    mend(right="d")
    before = everything()[:5]
    found = plan()
    assert (found.papers, len(found.cannot), found.unchanged) == (4, 4, 0)
    assert (found.mean_before, found.passed_before) == (found.mean_after, found.passed_after)
    assert len(apply(allow_losing=True).cannot) == 4
    assert everything()[:5] == before
    assert not ModelLogEntry.objects.exists()


def test_wrong_choices_may_have_come_and_gone(papers):
    question = Question.objects.get(key="q1")
    question.choices.get(key="key-c").delete()
    Choice.objects.create(question=question, key="key-d", text="選択肢d", sort_order=9)
    mend()
    apply()
    assert result_of(papers["gains"]) == (100, True)


def test_other_words_are_pointed_out(papers):
    assert plan().reworded == 0
    Choice.objects.filter(question__key="q1", key="key-a").update(text="言いかえた選択肢")
    assert plan().reworded == 4


def test_true_false_and_partial_credit_follow_the_new_key():
    course = factories.make_course(modules=0)
    statement = factories.make_question(key="statement", kind="true_false", right=True)
    many = factories.make_question(key="many", kind="multiple_choice", right=("a", "b"))
    quiz = factories.make_quiz(
        module=factories.ModulePageFactory(parent=course), questions=[statement, many]
    )
    attempt = sittings.start(quiz)
    answers = {"statement": False, "many": ["key-a"]}
    quizzes.submit_attempt(attempt_id=attempt.pk, answers=answers, now=factories.NOW)
    assert result_of(attempt) == (0, False)

    Question.objects.filter(key="statement").update(parameters={"statement_is_true": False})
    apply("statement")
    assert result_of(attempt) == (50, False)
    Question.objects.filter(key="many").update(parameters={"partial_credit": True})
    apply("many")
    assert result_of(attempt) == (75, False)
    Question.objects.get(key="many").choices.filter(key="key-b").update(is_right=False)
    apply("many")
    assert result_of(attempt) == (100, True)


def test_a_question_of_another_kind_cannot_be_regraded(papers):
    Question.objects.filter(key="q1").update(kind="multiple_choice")
    assert len(plan().cannot) == 4


def test_what_did_not_count_still_does_not(quiz):
    Question.objects.filter(key="q1").update(certainty="unconfirmed")
    attempt = sittings.sit(quiz, "ab")
    Question.objects.filter(key="q1").update(certainty="primary")
    mend()
    assert apply().unchanged == 1
    assert result_of(attempt) == (100, True)
    assert GradedItem.objects.get(attempt=attempt, question_key="q1").fraction == 1


@pytest.mark.parametrize("obstacle", ["draft", "scenario", "broken"])
def test_without_a_published_key_there_is_no_regrade(papers, obstacle):
    if obstacle == "draft":
        Question.objects.filter(key="q1").update(live=False)
    elif obstacle == "scenario":
        Question.objects.filter(key="q1").update(kind="scenario")
    else:
        Choice.objects.filter(question__key="q1").update(is_right=True)
    before = everything()
    with pytest.raises(CannotRegrade):
        plan()
    with pytest.raises(CannotRegrade):
        apply()
    assert everything() == before


def test_a_draft_of_the_key_is_not_used(papers):
    question = Question.objects.get(key="q1")
    for choice in question.choices.all():
        choice.is_right = choice.key == "key-c"
    question.save_revision()
    assert plan_regrade(question=question, now=LATER).unchanged == 4


def test_the_log_says_who_and_what(papers):
    editor = factories.UserFactory()
    mend()
    apply(user=editor)
    entry = ModelLogEntry.objects.get(action="lms_training.regrade")
    assert entry.user == editor
    assert entry.object_id == str(Question.objects.get(key="q1").pk)
    assert entry.data == {
        "papers": 4,
        "unchanged": 1,
        "gain_score": 2,
        "lose_score": 0,
        "gain_pass": [papers["gains"].pk],
        "lose_pass": [],
        "kept": [papers["loses"].pk],
        "cannot": 0,
        "open_mended": 0,
        "open_cannot": 0,
        "passed_before": 1,
        "passed_after": 2,
        "mean_before": "37.500",
        "mean_after": "62.500",
        "allow_losing": False,
    }


def test_report_tells_what_was_applied_not_what_was_planned(quiz, papers):
    mend()
    planned = plan()
    sittings.sit(quiz, "bb")
    assert apply().papers == planned.papers + 1


@pytest.mark.parametrize("count", [1, 3])
def test_plan_takes_the_same_statements_for_any_number(quiz, count, django_assert_num_queries):
    for _number in range(count):
        sittings.sit(quiz, "ab")
    mend()
    question = Question.objects.get(key="q1")
    with django_assert_num_queries(6):
        plan_regrade(question=question, now=LATER)


def test_key_published_after_the_dry_run_is_not_applied_unseen(papers):
    mend()
    seen = plan().fingerprint
    mend(right="c")
    with pytest.raises(KeyChanged):
        apply_regrade(
            question=Question.objects.get(key="q1"),
            fingerprint=seen,
            allow_losing=True,
            reason="正答の誤り",
            user=None,
            now=LATER,
        )
    assert not ModelLogEntry.objects.exists()
