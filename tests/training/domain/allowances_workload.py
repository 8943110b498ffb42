"""Run by test_allowances_on_postgresql.py as a program, with the site's settings and an empty
database: more time is granted while the learner starts, twice at once."""

import json
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402

from tests.training import sittings  # noqa: E402
from training.domain import quizzes  # noqa: E402
from training.domain.allowances import grant_allowance  # noqa: E402
from training.models import Allowance, Attempt, Enrolment  # noqa: E402

NOW = sittings.NOW
LIMIT = 60
PERCENTS = (200, 150)


def write_slowly(execute, sql, params, many, context):
    """Time for a grant between reading the allowance and writing the attempt."""
    if sql.startswith('INSERT INTO "lms_training_attempt"'):
        time.sleep(0.02)
    return execute(sql, params, many, context)


def run(rounds: int) -> dict:
    call_command("migrate", verbosity=0)
    quiz = sittings.make_quiz(keys=["q1"], time_limit_minutes=LIMIT)
    errors: list[str] = []
    figures = {"rounds": rounds, "too_short": 0, "attempts": 0, "without_allowance": 0}

    def start(enrolment: Enrolment) -> None:
        with connection.execute_wrapper(write_slowly):
            quizzes.start_attempt(enrolment=enrolment, quiz=quiz, now=NOW)

    def grant(enrolment: Enrolment, percent: int) -> None:
        grant_allowance(
            learner=enrolment.learner,
            time_percent=percent,
            reason="",
            now=NOW + timedelta(seconds=1),
        )

    with ThreadPoolExecutor(2 + len(PERCENTS)) as threads:
        for number in range(rounds):
            enrolment = sittings.enrol(quiz)
            # A new row waits for the learner's by its foreign key already, a changed one does not.
            if number % 2:
                Allowance.objects.create(learner=enrolment.learner, time_percent=110)
            begin = threading.Barrier(2 + len(PERCENTS))

            def together(act, *arguments, begin=begin) -> None:
                begin.wait()
                try:
                    act(*arguments)
                except Exception as error:
                    errors.append(repr(error))
                finally:
                    connections.close_all()

            done = [threads.submit(together, start, enrolment) for _tap in range(2)]
            done += [threads.submit(together, grant, enrolment, each) for each in PERCENTS]
            for each in done:
                each.result()
            attempts = Attempt.objects.filter(enrolment=enrolment)
            figures["attempts"] += len(attempts)
            allowance = Allowance.objects.filter(learner=enrolment.learner).first()
            figures["without_allowance"] += allowance is None
            # Whoever came first: what the learner has now was had from the start.
            granted = timedelta(minutes=LIMIT) * (allowance.time_percent if allowance else 0) / 100
            figures["too_short"] += any(each.deadline < NOW + granted for each in attempts)
    return figures | {"errors": errors}


if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[1]))))
