"""Run by manage.py shell: learners enough for a report, a quiz of ten, one issued certificate.

Prints, as its last line, what scripts/bench.py needs to know.
"""

import json
import os
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db.models import Count
from django.utils import timezone

from certificates.domain import issuing, production
from cms.models import User
from training.domain import enrolments, people
from training.domain.outlines import publish_version
from training.models import (
    Affiliation,
    Appointment,
    Choice,
    CoursePage,
    Enrolment,
    Learner,
    LocalGovernment,
    ModuleCompletion,
    ModulePage,
    Question,
    Quiz,
    QuizQuestion,
)

now = timezone.now()
course = CoursePage.objects.get(slug="digital-support")
# A made-up population is in the course already, and the report's learners have one of their own.
is_scaled = Enrolment.objects.exists()
modules = list(ModulePage.objects.child_of(course).order_by("path"))
version = publish_version(course=course, now=now)
notice = people.current_purpose_notice(today=now.date())
towns = list(LocalGovernment.objects.exclude(prefecture=None)[:200])


def sign_in(user):
    """A session as signing in with a second factor makes it; returns its cookie."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    at = now.timestamp()
    store["account_authentication_methods_user"] = str(user.pk)
    store["account_authentication_methods"] = [
        {"method": "password", "at": at},
        {"method": "mfa", "type": "totp", "at": at},
    ]
    store.create()
    return store.session_key


def make_ten_questions():
    made = []
    for number in range(10):
        question = Question(
            key=f"bench-{number}",
            kind="single_choice",
            stem=[("text", f"<p>計測の設問{number}</p>")],
            explanation="計測用の解説",
        )
        question.choices = [
            Choice(key=f"key-{letter}", text=f"選択肢{letter}", is_right=letter == "b")
            for letter in "abcd"
        ]
        question.save()
        made.append(question)
    return made


def make_quiz(slug, questions, **rules):
    """In a course of its own."""
    other = CoursePage(title="計測", slug=slug, summary="計測用")
    course.get_parent(update=True).specific.add_child(instance=other)
    module = ModulePage(title="十問", slug="ten", summary="計測用", body=[("text", "<p>本文</p>")])
    other.add_child(instance=module)
    quiz = Quiz(module=module, title="十問の確認テスト", **rules)
    quiz.quiz_questions = [
        QuizQuestion(question=question, sort_order=number)
        for number, question in enumerate(questions)
    ]
    quiz.save()
    return other, module


def make_report_course():
    """As many modules as the demo course has, without quizzes."""
    own = CoursePage(title="報告の計測", slug="bench-report", summary="計測用")
    course.get_parent(update=True).specific.add_child(instance=own)
    for number in range(len(modules)):
        own.add_child(
            instance=ModulePage(
                title=f"単元{number}",
                slug=f"module-{number}",
                summary="計測用",
                body=[("text", "<p>本文</p>")],
            )
        )
    return own


def appoint(body, address):
    officer = User.objects.create_user(address)
    Appointment.objects.create(user=officer, local_government=body, starts_on=now.date())
    return sign_in(officer)


def choose_town():
    """One with as many people as the mean town has."""
    counts = list(
        Affiliation.objects.current(today=now.date())
        .values_list("local_government")
        .annotate(people=Count("pk"))
        .filter(local_government__prefecture__isnull=False)
    )
    mean = sum(count for _code, count in counts) / max(len(counts), 1)
    code, _count = min(counts, key=lambda row: (abs(row[1] - mean), row[0]))
    return LocalGovernment.objects.select_related("prefecture").get(pk=code)


def make_learners(count):
    """Each a third of the way further than the one before, without quizzes: a report of facts."""
    made = Learner.objects.bulk_create(
        Learner(
            full_name=f"受講 者{number}",
            kana="ジュコウ シャ",
            purpose_notice=notice,
            purpose_accepted_at=now,
            registered_at=now,
        )
        for number in range(count)
    )
    Affiliation.objects.bulk_create(
        Affiliation(
            learner=each,
            category="volunteer",
            local_government=towns[number % len(towns)],
            claimed_at=now,
        )
        for number, each in enumerate(made)
    )
    rows = Enrolment.objects.bulk_create(
        Enrolment(learner=each, course=report_course, version=report_version, enrolled_at=now)
        for each in made
    )
    ModuleCompletion.objects.bulk_create(
        ModuleCompletion(enrolment=row, module=module, completed_at=now)
        for number, row in enumerate(rows)
        for module in report_modules[: number % 8]
    )
    return rows


report_course, report_modules, report_version = course, modules, version
if is_scaled:
    report_course = make_report_course()
    report_modules = list(ModulePage.objects.child_of(report_course).order_by("path"))
    report_version = publish_version(course=report_course, now=now)
questions = make_ten_questions()
other, quiz_module = make_quiz("bench", questions)
paged, paged_module = make_quiz("bench-paged", questions, one_per_page=True)
rows = make_learners(int(os.environ["LEARNERS"]))
user = User.objects.create_user("bench@example.jp")
learner = Learner.objects.create(
    user=user,
    full_name="計測 者",
    kana="ケイソク",
    purpose_notice=notice,
    purpose_accepted_at=now,
    registered_at=now,
)
for each in (course, other, paged):
    enrolments.enrol(learner=learner, course=each, now=now)
Enrolment.objects.filter(pk=rows[0].pk).update(completed_at=now)
certificate = issuing.request_certificate(enrolment_id=rows[0].pk, now=now)
production.issue_certificate(certificate_id=certificate.pk, now=now)
town = choose_town()

print(
    json.dumps(
        {
            "learner": sign_in(user),
            "officer": sign_in(User.objects.get(email="admin@katsuyo.example")),
            "town": appoint(town, "town@example.jp"),
            "town_page": f"/learn/offices/{town.pk}/",
            "prefecture": appoint(town.prefecture, "prefecture@example.jp"),
            "prefecture_page": f"/learn/offices/{town.prefecture_id}/",
            "course": course.pk,
            "report_course": report_course.pk,
            "module": f"/{course.slug}/{modules[0].slug}/",
            "quiz_module": quiz_module.pk,
            "paged_module": paged_module.pk,
            "code": certificate.code,
        }
    )
)
