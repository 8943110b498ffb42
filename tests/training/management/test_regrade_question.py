import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from wagtail.models import ModelLogEntry

from tests.training import sittings
from training.models import Attempt, Choice, Question

pytestmark = pytest.mark.django_db


@pytest.fixture
def question():
    """Its key was b and is a now: of three, two gain a pass and one would lose it."""
    quiz = sittings.make_quiz(keys=["q1"])
    for answer in "aab":
        sittings.sit(quiz, answer)
    Choice.objects.filter(key="key-a").update(is_right=True)
    Choice.objects.filter(key="key-b").update(is_right=False)
    return Question.objects.get()


def run(*options):
    out = io.StringIO()
    call_command("regrade_question", "q1", *options, "--reason=正答の誤り", stdout=out)
    return dict(line.strip().split(": ") for line in out.getvalue().splitlines()[1:])


def passes():
    return list(Attempt.objects.order_by("pk").values_list("passed", flat=True))


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_reports_and_writes_nothing_unless_told_to(question, options):
    told = run(*options)
    assert (told["papers"], told["gain pass"], told["lose pass"]) == ("3", "2", "1")
    assert (told["passed before"], told["passed after"]) == ("1", "2")
    assert passes() == [False, False, True]


def test_nobody_loses_a_pass_unless_that_is_allowed(question):
    told = run("--apply")
    assert (told["gain pass"], told["lose pass"], told["kept"]) == ("2", "0", "1")
    assert passes() == [True, True, True]
    assert run("--apply", "--allow-losses")["lose pass"] == "1"
    assert passes() == [True, True, False]
    assert ModelLogEntry.objects.filter(action="lms_training.regrade").count() == 2


def test_a_second_run_has_nothing_to_do(question):
    run("--apply", "--allow-losses")
    assert run("--apply", "--allow-losses")["written"] == "0"


def test_what_cannot_be_done_is_said(question):
    with pytest.raises(CommandError, match="There is no question q9"):
        call_command("regrade_question", "q9")
    with pytest.raises(CommandError, match="--reason"):
        call_command("regrade_question", "q1", "--apply")
    Question.objects.update(live=False)
    with translation.override("en"), pytest.raises(CommandError, match="Publish the question"):
        run("--apply")
