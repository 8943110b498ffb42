"""Run inside a foreign site: a learner takes a course there. Argument: the settings module."""

import sys

BLOCKED = {"host_site.settings_training": ["celery", "kombu", "weasyprint", "certificates"]}


class Blocker:
    def __init__(self, names):
        self.names = names

    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in self.names:
            raise ImportError(f"{name} is not installed on this host")


def main(settings):
    sys.meta_path.insert(0, Blocker([*BLOCKED.get(settings, []), "cms", "allauth", "csp"]))
    import os

    os.environ["DJANGO_SETTINGS_MODULE"] = settings
    import django

    django.setup()
    from django.core.management import call_command

    call_command("check")
    call_command("migrate", verbosity=0)
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)
    if "certificates" in sys.modules:
        import celery

        celery.current_app.config_from_object("django.conf:settings", namespace="CELERY")
        prepare_certificates()
    take_course()
    if "certificates" in sys.modules:
        find_certificate()


def prepare_certificates():
    from django.core.management import call_command

    from certificates.models import CertificateTemplate

    call_command("signing_key", "create")
    CertificateTemplate.objects.create(wording="修了したことを証します。", issuer_office="町")


def find_certificate():
    from django.test import Client

    from certificates.models import Certificate

    certificate = Certificate.objects.get()
    assert certificate.status == "issued", certificate.status
    assert "有効" in Client().get(f"/check/{certificate.code}").text
    assert certificate.signing_key.name in Client().get("/check/keys/").text


def take_course():
    from django.contrib.auth.models import User
    from django.test import Client
    from wagtail.models import Page, Site

    import training
    from training.domain.local_governments import load_local_governments
    from training.models import (
        Choice,
        CoursePage,
        Enrolment,
        ModulePage,
        PurposeNotice,
        Question,
        Quiz,
        QuizQuestion,
    )

    assert "site-packages" not in training.__file__
    load_local_governments()
    PurposeNotice.objects.create(
        version=1, published_on="2026-11-23", short="短い説明", body=[("text", "<p>全文</p>")]
    )
    root = Site.objects.get().root_page
    course = CoursePage(title="講座", slug="course", summary="要約")
    Page.objects.get(pk=root.pk).add_child(instance=course)
    module = ModulePage(title="単元", slug="module", summary="要約", body=[("text", "<p>本文</p>")])
    course.add_child(instance=module)
    question = Question(
        key="q1", kind="single_choice", stem=[("text", "<p>問い</p>")], explanation="解説"
    )
    question.choices = [Choice(text="一", is_right=True), Choice(text="二")]
    question.save()
    quiz = Quiz(module=module, title="確認テスト")
    quiz.quiz_questions = [QuizQuestion(question=question)]
    quiz.save()

    client = Client()
    client.force_login(User.objects.create_user("someone"))
    register = client.get("/somewhere/else/", follow=True)
    assert "利用目的" in register.text, register.text
    for step, given in (
        ("purpose", {"accept": "on", "notice_version": "1"}),
        ("name", {"full_name": "髙橋 𠮷江", "kana": "タカハシ"}),
        (
            "affiliation",
            {
                "category": "volunteer",
                "standing": "current",
                "prefecture": "060003",
                "municipality": "063029",
            },
        ),
    ):
        answer = client.post(f"/somewhere/else/register/{step}/", given)
        assert answer.status_code == 302, answer.text
    assert "受講登録する" in client.get("/course/").text
    client.post(f"/somewhere/else/courses/{course.pk}/enrol/")
    assert "本文" in client.get("/course/module/").text
    started = client.post(f"/somewhere/else/modules/{module.pk}/quiz/")
    right = question.choices.get(is_right=True).key
    result = client.post(started.url, {"shown": "1", "item-1": right, "submit": "1"}, follow=True)
    assert "この講座を修了しました" in result.text, result.text
    assert Enrolment.objects.get().completed_at
    assert client.get("/somewhere/else/").status_code == 200


if __name__ == "__main__":
    main(sys.argv[1])
    print("the host site works")
