"""Run by manage.py shell in the site's own environment: people in every state that pages show.

Prints what page_types.py beside it reads: a session of each person, and the numbers in addresses.
"""

import json
import time
from uuid import uuid4

from django.utils import timezone

from certificates.models import Certificate
from cms.models import User
from tests.journeys.sessions import make_session
from training.domain import enrolments, people, quizzes
from training.models import CoursePage, LocalGovernment, ModulePage, Quiz

WITHIN = 60.0

now = timezone.now()
course = CoursePage.objects.get(slug="digital-support")
modules = list(ModulePage.objects.child_of(course).order_by("path"))
town = LocalGovernment.objects.get(code="063029")


def register(name):
    return people.register_learner(
        user=User.objects.create(email=f"{uuid4()}@example.jp"),
        full_name=name,
        kana="タカハシ ヨシエ",
        former_name="",
        category="volunteer",
        local_government=town,
        purpose_notice=people.current_purpose_notice(today=timezone.localdate()),
        now=now,
    )


def start(enrolment, module):
    return quizzes.start_attempt(enrolment=enrolment, quiz=Quiz.objects.get(module=module), now=now)


def hand_in(enrolment, module, *, right=True):
    attempt = start(enrolment, module)
    answers = {
        item["question"]: key if item["kind"] != "single_choice" else key[0]
        for item in attempt.paper["items"]
        for key in [item["key"]["right"]]
    }
    return quizzes.submit_attempt(attempt_id=attempt.pk, answers=answers if right else {}, now=now)


def wait_for_certificate(enrolment):
    give_up_at = time.monotonic() + WITHIN
    while time.monotonic() < give_up_at:
        found = Certificate.objects.filter(enrolment=enrolment, status="issued").first()
        if found:
            return found
        time.sleep(0.5)
    raise TimeoutError("no certificate was issued")


beginner, finisher = register("髙橋 𠮷江"), register("渡邉 修")
begun = enrolments.enrol(learner=beginner, course=course, now=now)
passed = hand_in(begun, modules[0])
failed = hand_in(begun, modules[1], right=False)
under_way = start(begun, modules[2])
done = enrolments.enrol(learner=finisher, course=course, now=now)
for module in modules:
    hand_in(done, module)
certificate = wait_for_certificate(done)

accounts = {
    name: User.objects.get(email=f"{name}@katsuyo.example")
    for name in ("town", "prefecture", "support", "admin")
}
accounts |= {
    "newcomer": User.objects.create(email=f"{uuid4()}@example.jp"),
    "beginner": beginner.user,
    "finisher": finisher.user,
}
print(
    json.dumps(
        {
            "sessions": {name: make_session(user) for name, user in accounts.items()},
            "numbers": {
                "passed": passed.pk,
                "failed": failed.pk,
                "under_way": under_way.pk,
                "read_module": modules[0].pk,
                "certificate": certificate.pk,
                "code": certificate.code,
                "course": course.pk,
                "beginner": beginner.pk,
            },
        }
    )
)
