"""Run by manage.py shell in the site's own environment: N learners complete a course of one quiz.

Through the domain and the real broker, as the web process does it. Prints how long the slowest
submit took.
"""

import json
import os
import time

from django.utils import timezone

from cms.models import User
from training.domain import enrolments, people, quizzes
from training.models import CoursePage, LocalGovernment, ModulePage, Quiz

course = CoursePage.objects.first()
now = timezone.now()
first, *others = ModulePage.objects.child_of(course).order_by("path")
for module in others:
    module.unpublish()
quiz = Quiz.objects.get(module=first)

slowest = 0.0
for number in range(int(os.environ["COMPLETIONS"])):
    user = User.objects.create(email=f"many-{number}@example.jp")
    learner = people.register_learner(
        user=user,
        full_name=f"受講 者{number}",
        kana="ジュコウ シャ",
        former_name="",
        category="volunteer",
        local_government=LocalGovernment.objects.get(code="063029"),
        purpose_notice=people.current_purpose_notice(today=timezone.localdate()),
        now=now,
    )
    enrolment = enrolments.enrol(learner=learner, course=course, now=now)
    attempt = quizzes.start_attempt(enrolment=enrolment, quiz=quiz, now=now)
    answers = {
        item["question"]: right if item["kind"] != "single_choice" else right[0]
        for item in attempt.paper["items"]
        for right in [item["key"]["right"]]
    }
    began = time.monotonic()
    assert quizzes.submit_attempt(attempt_id=attempt.pk, answers=answers, now=now).passed
    slowest = max(slowest, time.monotonic() - began)
    time.sleep(0.05)

print(json.dumps({"slowest_ms": round(slowest * 1000)}))
