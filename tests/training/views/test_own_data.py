"""What is held about a learner: seen, put right, taken away, erased."""

import datetime as dt
import json
import zipfile
from io import BytesIO

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client

from certificates.domain import issuing, production
from tests import factories
from training.domain import evidence, quizzes
from training.models import AuditEntry, Learner, ModulePage, PurposeNotice, Quiz

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_guesses_yet():
    cache.clear()


@pytest.fixture
def certificate(learner, course):
    factories.make_certificate_template()
    enrolment = factories.make_enrolment(learner=learner, course=course, completed_at=factories.NOW)
    certificate = issuing.request_certificate(enrolment_id=enrolment.pk, now=factories.NOW)
    production.issue_certificate(certificate_id=certificate.pk, now=factories.NOW)
    certificate.refresh_from_db()
    return certificate


def read_archive(client):
    answer = client.post("/learn/data/export/")
    assert answer["Content-Disposition"].startswith("attachment")
    archive = zipfile.ZipFile(BytesIO(answer.getvalue()))
    return archive, json.loads(archive.read("data.json"))


@pytest.mark.parametrize("wanted", ["foo", "learn.html", "//evil.example", "http://[x"])
def test_what_is_no_address_of_ours_leads_to_the_own_page(learner, learner_client, wanted):
    assert learner_client.get("/learn/purpose/", {"next": wanted}).url == "/learn/"


def test_everything_is_seen(learner, certificate, learner_client):
    factories.AffiliationFactory(learner=learner)
    page = learner_client.get("/learn/data/").text
    for held in (
        learner.full_name,
        learner.kana,
        learner.user.email,
        "地域おこし協力隊の隊員（山形県中山町）",
        "デジタル活用支援 研修",
        certificate.number_text,
    ):
        assert held in page


@pytest.mark.parametrize("items", [1, 3])
def test_own_data_has_a_fixed_number_of_statements(
    items, learner, learner_client, django_assert_num_queries
):
    for number in range(items):
        course = factories.make_course(slug=f"course-{number}")
        enrolment = factories.make_enrolment(learner=learner, course=course)
        quiz = Quiz.objects.get(module__in=ModulePage.objects.child_of(course))
        quizzes.start_attempt(enrolment=enrolment, quiz=quiz, now=factories.NOW)
        factories.AffiliationFactory(learner=learner, ended_on=dt.date(2020 + number, 3, 31))
    learner_client.get("/learn/data/")
    with django_assert_num_queries(21):
        learner_client.get("/learn/data/")


def test_everything_is_taken_away_in_one_file(learner, certificate, learner_client):
    affiliation = factories.AffiliationFactory(learner=learner)
    evidence.add_evidence(
        affiliation=affiliation, upload=ContentFile(b"%PDF-1"), name="紙.pdf", now=factories.NOW
    )
    archive, facts = read_archive(learner_client)
    assert facts["person"][0]["full_name"] == "髙橋 𠮷江"
    assert facts["enrolments"][0]["completed_at"] == factories.NOW.isoformat()
    assert facts["certificates"][0]["number"] == certificate.number_text
    assert "髙橋 𠮷江" in archive.read("data.html").decode()
    names = archive.namelist()
    assert [each for each in names if each.startswith("evidence/")]
    pdf = next(each for each in names if each.startswith("certificates/"))
    assert archive.read(pdf).startswith(b"%PDF")
    assert AuditEntry.objects.get(action="data.export").details["rows"]["person"] == 1


def test_the_export_says_no_more_than_the_result(course, learner, learner_client):
    Quiz.objects.update(shows="nothing")
    enrolment = factories.make_enrolment(learner=learner, course=course)
    attempt = quizzes.start_attempt(enrolment=enrolment, quiz=Quiz.objects.get(), now=factories.NOW)
    assert read_archive(learner_client)[1]["answers"] == []
    quizzes.submit_attempt(attempt_id=attempt.pk, answers={}, now=factories.NOW)
    facts = read_archive(learner_client)[1]
    assert (facts["attempts"][0]["score"], facts["attempts"][0]["passed"]) == (None, None)


def test_the_name_is_put_right_and_the_certificate_keeps_its_own(
    learner, certificate, learner_client
):
    page = learner_client.get("/learn/data/name/").text
    assert f"/certificates/{certificate.pk}/name/" in page
    wrong = learner_client.post(
        "/learn/data/name/", {"full_name": "髙橋 😀", "kana": "タカハシ", "former_name": ""}
    )
    assert "「😀」" in wrong.text
    names = {"full_name": "鈴木 𠮷江", "kana": "スズキ ヨシエ", "former_name": "髙橋"}
    learner_client.post("/learn/data/name/", names)
    learner.refresh_from_db()
    assert learner.full_name == "鈴木 𠮷江"
    certificate.refresh_from_db()
    assert certificate.holder == "髙橋 𠮷江"
    corrections = AuditEntry.objects.filter(action="learner.correct")
    assert corrections.get().details == {"fields": ["full_name", "kana", "former_name"]}
    learner_client.post("/learn/data/name/", names)
    assert corrections.count() == 1, "nothing was changed"


def test_erasure_takes_two_steps_and_the_password(learner, learner_client):
    assert learner_client.get("/learn/data/erase/confirm/").url == "/learn/data/erase/"
    assert "チェック" in learner_client.post("/learn/data/erase/", {"x": "1"}).text
    page = learner_client.post("/learn/data/erase/", {"understood": "on"}).text
    assert 'name="password"' in page
    assert Learner.objects.filter(erased_at=None).exists()
    wrong = learner_client.post("/learn/data/erase/confirm/", {"password": "wrong"})
    assert "パスワードが違います" in wrong.text
    done = learner_client.post("/learn/data/erase/confirm/", {"password": "correct horse"})
    assert done.url == "/learn/erased/"
    assert "消去しました" in learner_client.get(done.url).text
    assert learner_client.get("/learn/").status_code == 302
    learner.refresh_from_db()
    assert learner.full_name == ""
    client = Client()
    assert not client.login(email="x", password="correct horse")


def test_somebody_else_at_the_keyboard_guesses_five_times(learner, learner_client):
    url = "/learn/data/erase/confirm/"
    for _guess in range(5):
        learner_client.post(url, {"password": "wrong"})
    page = learner_client.post(url, {"password": "correct horse"})
    assert "10分ほど" in page.text
    learner.refresh_from_db()
    assert learner.full_name


def test_without_a_password_the_address_is_typed(learner, learner_client):
    learner.user.set_unusable_password()
    learner.user.save()
    learner_client.force_login(learner.user)
    url = "/learn/data/erase/confirm/"
    assert "と違います" in learner_client.post(url, {"address": "other@example.jp"}).text
    learner_client.post(url, {"address": learner.user.email.upper()})
    learner.refresh_from_db()
    assert learner.erased_at


def test_a_new_purpose_asks_once_and_leads_back(learner, course, learner_client):
    factories.make_enrolment(learner=learner, course=course)
    new = factories.PurposeNoticeFactory(version=2, short="新しい目的")
    asked = learner_client.get("/learn/affiliations/add/")
    assert asked.url == "/learn/purpose/?next=%2Flearn%2Faffiliations%2Fadd%2F"
    assert "新しい目的" in learner_client.get(asked.url).text
    module = ModulePage.objects.child_of(course).get()
    assert learner_client.get(module.get_url()).status_code == 200, "reading stays possible"
    for path in ("data/", "data/name/", "data/erase/", "affiliations/"):
        assert learner_client.get(f"/learn/{path}").status_code == 200
    refused = learner_client.post(asked.url, {"notice_version": "2"})
    assert "チェック" in refused.text
    done = learner_client.post(asked.url, {"accept": "on", "notice_version": "2"})
    assert done.url == "/learn/affiliations/add/"
    assert learner_client.get(done.url).status_code == 200
    learner.refresh_from_db()
    assert learner.purpose_notice == new
    versions = [each["version"] for each in read_archive(learner_client)[1]["purpose_notices"]]
    assert versions == [2, 1]


def test_a_notice_of_tomorrow_asks_nobody_today(learner_client, learner):
    notice = factories.PurposeNoticeFactory(version=2)
    PurposeNotice.objects.filter(pk=notice.pk).update(published_on="2099-04-01")
    assert learner_client.get("/learn/").status_code == 200


def test_an_earlier_version_that_was_accepted_stays_as_it_was(learner):
    from training.domain.people import accept_purpose, is_accepted

    first = learner.purpose_notice
    second = factories.PurposeNoticeFactory(version=2)
    accept_purpose(learner=learner, notice=second, now=factories.NOW)
    assert is_accepted(notice=first)


def test_strangers_are_led_to_sign_in(client):
    for path in ("data/", "data/name/", "data/erase/", "data/erase/confirm/", "purpose/"):
        assert "/account/login/" in client.get(f"/learn/{path}").url
    assert client.get("/learn/merged/").url == "/learn/"
