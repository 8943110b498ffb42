"""Run by r3_double.py as a program, with the site's own settings and an empty database."""

import json
import multiprocessing
import sys
import threading
import traceback
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import OperationalError, connection, connections  # noqa: E402

from certificates.models import Certificate  # noqa: E402
from cms.models import User  # noqa: E402
from tests import factories  # noqa: E402
from training.domain import quizzes, saving  # noqa: E402
from training.models import (  # noqa: E402
    Attempt,
    Enrolment,
    GradedItem,
    ModuleCompletion,
    Quiz,
    Response,
)
from training.signals import course_completed  # noqa: E402

AT_ONCE, WRITERS, QUESTIONS = 50, 8, 3
NOW = factories.NOW
completed: list[int] = []


def note_completion(*, enrolment_id: int, **_kwargs: object) -> None:
    completed.append(enrolment_id)


def prepare() -> Quiz:
    call_command("migrate", verbosity=0)
    factories.make_certificate_template()
    factories.make_course(questions=QUESTIONS)
    return Quiz.objects.get()


def make_enrolment(number: int) -> Enrolment:
    user = User.objects.create(email=f"drill-{number}@example.jp")
    course = factories.CoursePage.objects.get()
    return factories.make_enrolment(learner=factories.LearnerFactory(user=user), course=course)


def right_answers(attempt: Attempt) -> dict:
    return {item["question"]: "key-b" for item in attempt.paper["items"]}


class Crowd:
    """Fifty threads that begin at the same moment."""

    def __init__(self) -> None:
        self.barrier = threading.Barrier(AT_ONCE)
        self.threads = ThreadPoolExecutor(AT_ONCE)

    def do(self, act: Callable[[], object]) -> tuple[list[object], list[Exception]]:
        def one(_number: int) -> object:
            connection.ensure_connection()
            self.barrier.wait()
            try:
                return act()
            except Exception as error:
                return error

        outcomes = list(self.threads.map(one, range(AT_ONCE)))
        refused = [each for each in outcomes if isinstance(each, Exception)]
        return [each for each in outcomes if not isinstance(each, Exception)], refused

    def close(self) -> None:
        barrier = threading.Barrier(AT_ONCE)

        def leave(_number: int) -> None:
            connections.close_all()
            barrier.wait()

        list(self.threads.map(leave, range(AT_ONCE)))
        self.threads.shutdown()


def race(rounds: int) -> dict:
    quiz = prepare()
    course_completed.connect(note_completion)
    crowd, found = Crowd(), Counter(wrong_starts=0, wrong_saves=0, wrong_submits=0, errors=0)
    for number in range(rounds):
        enrolment = make_enrolment(number)
        started, refused = crowd.do(
            lambda: quizzes.start_attempt(enrolment=enrolment, quiz=quiz, now=NOW).pk  # noqa: B023
        )
        found["errors"] += len(refused)
        attempts = Attempt.objects.filter(enrolment=enrolment)
        found["wrong_starts"] += len(set(started)) != 1 or attempts.count() != 1
        attempt = attempts.get()
        given = {"attempt_id": attempt.pk, "answers": right_answers(attempt), "now": NOW}
        saver = saving.Sender(client="tab", seen=0, number=1)
        _saved, refused = crowd.do(
            lambda: saving.save_answers(**given, sender=saver)  # noqa: B023
        )
        found["errors"] += len(refused)
        found["wrong_saves"] += Response.objects.filter(attempt=attempt).count() != QUESTIONS
        sender = saving.Sender(client="tab", seen=0)
        submitted, refused = crowd.do(
            lambda: quizzes.submit_attempt(**given, sender=sender)  # noqa: B023
        )
        found["errors"] += sum(not isinstance(e, saving.AlreadySubmitted) for e in refused)
        facts = (
            len(submitted),
            attempts.count(),
            attempts.filter(score=100, passed=True).count(),
            GradedItem.objects.filter(attempt=attempt).count(),
            Response.objects.filter(attempt=attempt).count(),
            ModuleCompletion.objects.filter(enrolment=enrolment).count(),
            completed.count(enrolment.pk),
            Certificate.objects.filter(enrolment=enrolment).count(),
        )
        found["wrong_submits"] += facts != (1, 1, 1, QUESTIONS, QUESTIONS, 1, 1, 1)
    crowd.close()
    return {"rounds": rounds, "at_once": AT_ONCE, **found}


def write(writer: int, shared_id: int, count: int, out: multiprocessing.Queue) -> None:
    """Saves of one page in an attempt that all share; every tenth time, an attempt of one's own."""
    found, acknowledged = Counter(), []
    quiz = Quiz.objects.get()
    keys = list(right_answers(Attempt.objects.get(pk=shared_id)))
    for number in range(1, count + 1):
        now = NOW + timedelta(seconds=number)
        try:
            saving.save_answers(
                attempt_id=shared_id,
                answers={keys[writer % QUESTIONS]: f"key-{'abc'[number % 3]}"},
                sender=saving.Sender(client=f"w{writer}", seen=0, number=number),
                now=now,
            )
            acknowledged.append(number)
            if number % 10 == 1:
                enrolment = make_enrolment(writer * 10_000 + number)
                attempt = quizzes.start_attempt(enrolment=enrolment, quiz=quiz, now=now)
                answers = right_answers(attempt)
                quizzes.submit_attempt(attempt_id=attempt.pk, answers=answers, now=now)
                found["submitted"] += 1
        except OperationalError as error:
            found["lock_errors" if "locked" in str(error) else "errors"] += 1
        except Exception:
            traceback.print_exc()
            found["errors"] += 1
    out.put((writer, acknowledged, dict(found)))


def write_together(count: int) -> dict:
    quiz = prepare()
    shared = quizzes.start_attempt(enrolment=make_enrolment(0), quiz=quiz, now=NOW)
    connections.close_all()
    processes = multiprocessing.get_context("fork")
    out = processes.Queue()
    writers = [
        processes.Process(target=write, args=(writer, shared.pk, count, out))
        for writer in range(WRITERS)
    ]
    for each in writers:
        each.start()
    reports = [out.get(timeout=600) for _writer in writers]
    for each in writers:
        each.join()
    found = Counter(lock_errors=0, errors=0, submitted=0, lost=0)
    saved = set(shared.responses.values_list("client", "client_sequence"))
    for writer, acknowledged, counts in reports:
        found.update(counts)
        found["lost"] += sum((f"w{writer}", number) not in saved for number in acknowledged)
        found["acknowledged"] += len(acknowledged)
    own = Attempt.objects.filter(score=100, passed=True).exclude(pk=shared.pk).count()
    found["lost"] += found["submitted"] - own
    return {"writers": WRITERS, **found}


if __name__ == "__main__":
    what, times = sys.argv[1], int(sys.argv[2])
    print(json.dumps({"postgresql": race, "sqlite": write_together}[what](times)))
