"""Run by manage.py shell in the site's own environment: a town, a course in the making and their
people, whom no other journey touches, for the pictures of the handbooks.

Prints what handbooks.py beside it reads: a session of each person, and the numbers in addresses.
"""

import json
import os
import time
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from django.utils import timezone
from wagtail.images import get_image_model
from wagtail.models import Workflow

from certificates.domain.lists import start_list
from certificates.models import Certificate
from cms import roles
from cms.domain import notices
from cms.models import GlossaryTerm, NoticePage, User
from tests.journeys.sessions import make_session
from training.domain import affiliations, appointments, enrolments, people, quizzes
from training.domain.course_files.exporting import export_course
from training.models import (
    Affiliation,
    Choice,
    CoursePage,
    LocalGovernment,
    ModulePage,
    Question,
    Quiz,
    QuizQuestion,
)

TOWN = "313700"
WITHIN = 60.0

now = timezone.now()
today = timezone.localdate()
town = LocalGovernment.objects.get(code=TOWN)
published = CoursePage.objects.get(slug="digital-support")
modules = list(ModulePage.objects.child_of(published).order_by("path"))


def make_user(name, *groups):
    user = User.objects.create(email=f"{name}@example.jp")
    user.groups.add(*(roles.make_group(group) for group in groups))
    return user


def sign_in(user, *methods, **facts):
    used = [{"method": method, "at": time.time()} for method in methods or ("code", "mfa")]
    facts["account_authentication_methods"] = used
    facts["account_authentication_methods_user"] = str(user.pk)
    return make_session(user, **facts)


def write_course_file(user):
    """The published course as another site might send it: one module has another summary."""
    path = Path(os.environ["KATSUYO_HOME"]) / "handbook-course.zip"
    source = BytesIO(export_course(course=published, user=user, now=now))
    with ZipFile(source) as before, ZipFile(path, "w") as after:
        for each in before.infolist():
            data = before.read(each)
            if each.filename == "course.json":
                content = json.loads(data)
                content["modules"][0]["fields"]["summary"] = "制度と、講師の役割を学びます。"
                data = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
            after.writestr(each, data)
    return str(path)


def register(name, kana, address, category="volunteer"):
    return people.register_learner(
        user=make_user(address),
        full_name=name,
        kana=kana,
        former_name="",
        category=category,
        local_government=town,
        purpose_notice=people.current_purpose_notice(today=today),
        now=now - timedelta(days=30),
    )


def hand_in(enrolment, module, at):
    attempt = quizzes.start_attempt(
        enrolment=enrolment, quiz=Quiz.objects.get(module=module), now=at
    )
    answers = {
        item["question"]: key if item["kind"] != "single_choice" else key[0]
        for item in attempt.paper["items"]
        for key in [item["key"]["right"]]
    }
    quizzes.submit_attempt(attempt_id=attempt.pk, answers=answers, now=at)


def wait_for_certificate(enrolment):
    give_up_at = time.monotonic() + WITHIN
    while time.monotonic() < give_up_at:
        if found := Certificate.objects.filter(enrolment=enrolment, status="issued").first():
            return found
        time.sleep(0.3)
    raise TimeoutError("no certificate was issued")


# The town: somebody finished, somebody stuck, somebody under way, somebody who waits.
admin = User.objects.get(email="admin@katsuyo.example")
officer = make_user("yurihama-officer")
appointments.appoint(
    user=officer,
    local_government=town,
    starts_on=today,
    ends_on=None,
    reason="手引きのため",
    actor=admin,
    now=now,
)
done, stuck, under_way = (
    register("山根 恵子", "ヤマネ ケイコ", "yamane"),
    register("西尾 大輔", "ニシオ ダイスケ", "nishio", "supporter"),
    register("谷口 さくら", "タニグチ サクラ", "taniguchi"),
)
for learner in (done, stuck, under_way):
    affiliations.confirm_affiliation(
        affiliation_id=Affiliation.objects.get(learner=learner).pk, user=officer, now=now
    )
waiting = register("福田 誠", "フクダ マコト", "fukuda")
finished = enrolments.enrol(learner=done, course=published, now=now - timedelta(days=25))
begun = enrolments.enrol(learner=stuck, course=published, now=now - timedelta(days=24))
hand_in(begun, modules[0], now - timedelta(days=20))
fresh = enrolments.enrol(learner=under_way, course=published, now=now - timedelta(days=3))
hand_in(fresh, modules[0], now - timedelta(days=2))
for module in modules:
    hand_in(finished, module, now - timedelta(hours=1))
certificate = wait_for_certificate(finished)
notice = NoticePage.objects.get(slug="notice-2024-01-19")
notices.address_notice(
    notice_id=notice.pk,
    bodies=[town],
    actor=admin,
    url="",
    today=today,
    now=now,
)
answered = start_list(
    user=officer,
    file_name="修了証の確認.csv",
    data=(f"確認コード,氏名\n{certificate.code},山根 恵子\nAAAA-AAAA-AAAA,西尾 大輔\n").encode(),
    now=now,
)

# The ministry: a course that is being written, with a module on the way to its approval.
newcomer, editor = (make_user(f"handbook-{name}", roles.EDITORS) for name in ("new", "editor"))
keeper = make_user("handbook-keeper", roles.QUESTION_KEEPERS)
approver = make_user("handbook-approver", roles.APPROVERS)
mover = make_user("handbook-mover", roles.EDITORS, roles.QUESTION_KEEPERS)
course = CoursePage(
    title="スマホ相談会のひらき方",
    slug="handbook-course",
    summary="相談会を準備し、当日に困らないための講座です。",
    live=False,
)
published.get_parent().add_child(instance=course)
image = get_image_model().objects.order_by("pk").first()
LESSON = [
    ("heading", "会場を決める"),
    ("text", "<p>歩いて来られる公民館などを選びます。</p>"),
    (
        "do_dont",
        {
            "do": ["本人に操作してもらい、横で見守る。"],
            "dont": ["本人に代わってパスワードを入力しない。"],
        },
    ),
    (
        "figure",
        {
            "image": image,
            "alt": "会場の机の並べ方。1つの机に2人が並んで座る。",
            "caption": "机の並べ方",
            "description": "",
        },
    ),
]
module = ModulePage(
    title="相談会の準備",
    slug="preparation",
    summary="会場と道具をそろえます。",
    study_minutes=15,
    body=[LESSON[0], ("text", "<p>公民館を選びます。</p>")],
    live=False,
)
course.add_child(instance=module)
module.save_revision(user=editor, log_action=True)
module.body = LESSON
module.save_revision(user=editor, log_action=True)
waiting_module = ModulePage(
    title="当日の進め方",
    slug="on-the-day",
    summary="受付から片付けまでを順に学びます。",
    study_minutes=20,
    body=[("text", "<p>受付で、困りごとを聞き取ります。</p>")],
    live=False,
)
CoursePage.objects.get(pk=course.pk).add_child(instance=waiting_module)
waiting_module.save_revision(user=editor, log_action=True)
Workflow.objects.filter(workflow_pages__isnull=False).first().start(waiting_module, editor)
question = Question(
    key="q-101",
    kind="single_choice",
    stem=[("text", "<p>会場を選ぶとき、はじめに考えることはどれですか。</p>")],
    explanation="来る人が無理なく来られることが、何よりも大切です。",
    passage_module=module,
    passage_heading="会場を決める",
    as_of=today,
    live=False,
)
question.choices = [
    Choice(text="歩いて来られる場所か。", is_right=True, sort_order=0),
    Choice(text="新しい建物か。", is_right=False, sort_order=1),
]
question.save()
question.difficulty, explanation = "hard", question.explanation
question.explanation = "新しい建物であることが、何よりも大切です。"
right, wrong = question.choices.all()
right.is_right, wrong.is_right = False, True
question.choices = [right, wrong]
question.save_revision(user=keeper, log_action=True)
question.difficulty, question.explanation = "medium", explanation
right.is_right, wrong.is_right = True, False
question.choices = [right, wrong]
question.save_revision(user=keeper, log_action=True)
quiz = Quiz(module=module, title="相談会の準備の確認テスト")
quiz.quiz_questions = [QuizQuestion(question=question, sort_order=0)]
quiz.save()
old, new = module.revisions.order_by("pk").values_list("pk", flat=True)[:2]
question_old, question_new = question.revisions.order_by("pk").values_list("pk", flat=True)

print(
    json.dumps(
        {
            "sessions": {
                "newcomer": sign_in(newcomer, "code", after_setup="/editor/"),
                "editor": sign_in(editor),
                "keeper": sign_in(keeper),
                "approver": sign_in(approver),
                "mover": sign_in(mover),
                "officer": sign_in(officer),
            },
            "numbers": {
                "course": course.pk,
                "module": module.pk,
                "waiting_module": waiting_module.pk,
                "question": question.pk,
                "question_old": question_old,
                "question_new": question_new,
                "quiz": quiz.pk,
                "published": published.pk,
                "home": published.get_parent().pk,
                "course_file": write_course_file(approver),
                "old": old,
                "new": new,
                "term": GlossaryTerm.objects.order_by("pk").first().pk,
                "town": TOWN,
                "person": done.pk,
                "stuck": stuck.pk,
                "code": certificate.code,
                "number": certificate.number,
                "notice": notice.pk,
                "list": answered.pk,
            },
        }
    )
)
