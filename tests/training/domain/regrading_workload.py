"""Run by test_regrading_on_postgresql.py as a program, with the site's settings and an empty
database: a key is mended while learners hand in."""

import io
import json
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402

from tests.training import sittings  # noqa: E402
from training.domain import quizzes  # noqa: E402
from training.models import Attempt, Choice, ModuleCompletion  # noqa: E402

WRITERS = 8


def run(papers: int) -> dict:
    call_command("migrate", verbosity=0)
    quiz = sittings.make_quiz(keys=["q1", "q2"])
    for number in range(papers):
        sittings.sit(quiz, "ab" if number % 2 else "bb")
    waiting = [sittings.start(quiz) for _number in range(papers)]
    Choice.objects.filter(question__key="q1", key="key-a").update(is_right=True)
    Choice.objects.filter(question__key="q1", key="key-b").update(is_right=False)

    errors: list[str] = []
    begin = threading.Barrier(WRITERS + 1)

    def hand_in(writer: int) -> None:
        begin.wait()
        for attempt in waiting[writer::WRITERS]:
            try:
                quizzes.submit_attempt(
                    attempt_id=attempt.pk,
                    answers={"q1": "key-a", "q2": "key-b"},
                    now=sittings.NOW + timedelta(minutes=5),
                )
            except Exception as error:
                errors.append(repr(error))
        connections.close_all()

    out = io.StringIO()
    with ThreadPoolExecutor(WRITERS) as threads:
        done = [threads.submit(hand_in, writer) for writer in range(WRITERS)]
        begin.wait()
        started = time.perf_counter()
        call_command(
            "regrade_question", "q1", "--apply", "--allow-losses", "--reason=正答の誤り", stdout=out
        )
        took = time.perf_counter() - started
        for each in done:
            each.result()
    again = io.StringIO()
    call_command(
        "regrade_question", "q1", "--apply", "--allow-losses", "--reason=正答の誤り", stdout=again
    )
    wrong = sum(
        (attempt.score, attempt.passed) != ((100, True) if answer == "key-a" else (50, False))
        for attempt in Attempt.objects.all()
        for answer in [attempt.responses.get(question_key="q1").answer]
    )
    passed = Attempt.objects.filter(passed=True)
    return {
        "papers": Attempt.objects.count(),
        "open": Attempt.objects.filter(submitted_at=None).count(),
        "wrong": wrong,
        "passed": passed.count(),
        "completed": ModuleCompletion.objects.filter(enrolment__attempts__in=passed)
        .distinct()
        .count(),
        "errors": errors,
        "left_for_a_second_run": "written: 0" not in again.getvalue(),
        "milliseconds_a_paper": round(took * 1000 / papers, 1),
        "told": out.getvalue(),
    }


if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[1]))))
