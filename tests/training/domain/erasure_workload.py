"""Run by test_erasure_on_postgresql.py as a program, on an empty database with the site's settings:
learners are erased while they start, hand in and complete."""

import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402

from certificates.models import Certificate  # noqa: E402
from tests import factories  # noqa: E402
from tests.training import sittings  # noqa: E402
from training.domain import erasure, quizzes  # noqa: E402
from training.models import Attempt, Enrolment, Learner  # noqa: E402


def run(count: int) -> dict:
    call_command("migrate", verbosity=0)
    factories.make_certificate_template()
    quiz = sittings.make_quiz(keys=["q1"])
    attempts = [sittings.start(quiz) for _number in range(count)]
    errors: list[str] = []

    def race(attempt: Attempt) -> None:
        learner = attempt.enrolment.learner
        begin = threading.Barrier(3)

        def hand_in() -> None:
            quizzes.submit_attempt(
                attempt_id=attempt.pk,
                answers={"q1": "key-b"},
                now=sittings.NOW + timedelta(minutes=5),
            )

        def start() -> None:
            quizzes.start_attempt(
                enrolment=attempt.enrolment, quiz=quiz, now=sittings.NOW + timedelta(minutes=5)
            )

        def erase() -> None:
            erasure.erase_learner(learner_id=learner.pk, actor=None, now=sittings.NOW, reason="")

        def do(deed) -> None:
            begin.wait()
            try:
                deed()
            except Exception as error:
                errors.append(f"{deed.__name__}: {error!r}")
            connections.close_all()

        with ThreadPoolExecutor(3) as threads:
            list(threads.map(do, (hand_in, start, erase)))

    for attempt in attempts:
        race(attempt)
    completed = Enrolment.objects.completed()
    named = Certificate.objects.exclude(facts__full_name="")
    return {
        "errors": errors,
        "erased": Learner.objects.filter(full_name="", user=None).count(),
        "both": completed.filter(withdrawn_at__isnull=False).count(),
        "neither": Enrolment.objects.open().count(),
        "completed": completed.count(),
        "named_certificates": named.count(),
        "certificates": Certificate.objects.count(),
    }


if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[1]))))
