"""Run by manage.py shell in the site's own environment: signed-in learners with an open attempt.

One for each entry of ATTEMPTS, a JSON list of quiz rules, in which "kinds" may name other kinds of
question and "unconfirmed" the numbers of those that do not count. Prints what attempts.py beside it
reads.
"""

import json
import os
from uuid import uuid4

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from cms.models import HomePage, User
from tests.factories import CoursePageFactory, ModulePageFactory, make_question, make_quiz
from tests.journeys.sessions import make_session
from training.domain import enrolments, people, quizzes
from training.models import LocalGovernment, Quiz

PASSWORD = make_password(os.environ["PASSWORD"])
RIGHT = {"single_choice": "b", "multiple_choice": "bc", "true_false": True, "image_choice": "b"}

now = timezone.now()
town = LocalGovernment.objects.get(code="063029")
made: dict[str, Quiz] = {}


def make_course_for(rules: dict) -> Quiz:
    slug = f"browser-{uuid4().hex[:8]}"
    course = CoursePageFactory(parent=HomePage.objects.first(), slug=slug, title=f"講座 {slug}")
    module = ModulePageFactory(parent=course, slug=f"{slug}-module")
    kinds = rules.pop("kinds", ["single_choice", "multiple_choice", "true_false"])
    unconfirmed = rules.pop("unconfirmed", [])
    questions = [
        make_question(
            key=f"{slug}-{number}",
            kind=kind,
            right=RIGHT.get(kind, "b"),
            certainty="unconfirmed" if number in unconfirmed else "primary",
        )
        for number, kind in enumerate(kinds, start=1)
    ]
    return make_quiz(module=module, questions=questions, **rules)


def start(rules: dict) -> dict:
    name = json.dumps(rules)
    if name not in made:
        made[name] = make_course_for(rules)
    quiz = made[name]
    user = User.objects.create(email=f"{uuid4()}@example.jp", password=PASSWORD)
    learner = people.register_learner(
        user=user,
        full_name="髙橋 𠮷江",
        kana="タカハシ ヨシエ",
        former_name="",
        category="volunteer",
        local_government=town,
        purpose_notice=people.current_purpose_notice(today=timezone.localdate()),
        now=now,
    )
    course = quiz.module.get_parent().specific
    enrolment = enrolments.enrol(learner=learner, course=course, now=now)
    attempt = quizzes.start_attempt(enrolment=enrolment, quiz=quiz, now=now)
    return {
        "attempt": attempt.pk,
        "session": make_session(user),
        "email": user.email,
        "module_url": quiz.module.get_url(),
        "module": quiz.module_id,
        "questions": [item["question"] for item in attempt.paper["items"]],
    }


print(json.dumps([start(rules) for rules in json.loads(os.environ["ATTEMPTS"])]))
