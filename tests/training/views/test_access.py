"""Whose attempt, whose certificate, whose report: learner, other learner, anonymous."""

import pytest
from django.test import Client

from certificates.domain import issuing
from tests import factories
from training.domain import quizzes
from training.models import Attempt, Enrolment, ModulePage, Quiz, Response

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempt(enrolment):
    return quizzes.start_attempt(enrolment=enrolment, quiz=Quiz.objects.get(), now=factories.NOW)


def test_other_learner_finds_no_attempt(attempt, other_client):
    for path in (f"/learn/attempts/{attempt.pk}/", f"/learn/attempts/{attempt.pk}/result/"):
        assert other_client.get(path).status_code == 404
    posted = other_client.post(f"/learn/attempts/{attempt.pk}/", {"submit": "1"})
    assert posted.status_code == 404
    assert Attempt.objects.get().submitted_at is None


def test_report_is_for_those_who_may(course, learner_client, client):
    url = f"/learn/reports/{course.pk}/"
    assert learner_client.get(url).status_code == 403
    assert client.get(url).status_code == 302


def test_other_learner_finds_no_certificate(learner, course, learner_client, other_client):
    factories.make_certificate_template()
    enrolment = factories.make_enrolment(learner=learner, course=course, completed_at=factories.NOW)
    certificate = issuing.request_certificate(enrolment_id=enrolment.pk, now=factories.NOW)
    for path in (
        f"/certificates/{certificate.pk}/",
        f"/certificates/{certificate.pk}/certificate.pdf",
    ):
        assert other_client.get(path).status_code == 404
        assert Client().get(path).status_code == 302
    assert learner_client.get(f"/certificates/{certificate.pk}/").status_code == 200


def test_page_of_an_attempt_holds_no_key_and_is_not_stored(attempt, learner_client):
    paper = attempt.paper
    paper["items"][0]["key"] = {"right": ["CANARY"]}
    paper["items"][0]["explanation"] = "CANARY"
    Attempt.objects.update(paper=paper)
    page = learner_client.get(f"/learn/attempts/{attempt.pk}/")
    assert "CANARY" not in page.text
    assert "no-store" in page.headers["Cache-Control"]


def test_double_submit_is_one_attempt_and_one_score(attempt, learner_client):
    url = f"/learn/attempts/{attempt.pk}/"
    learner_client.post(url, {"shown": "1", "item-1": "key-a", "submit": "1"})
    again = learner_client.post(url, {"shown": "1", "item-1": "key-b", "submit": "1"}, follow=True)
    assert "すでに提出" in again.text
    assert list(Attempt.objects.values_list("score", flat=True)) == [0]
    assert Response.objects.count() == 1


def test_saving_keeps_answers_without_submitting(attempt, learner_client):
    url = f"/learn/attempts/{attempt.pk}/"
    page = learner_client.post(url, {"shown": "1", "item-1": "key-b", "save": "1"}, follow=True)
    assert 'value="key-b" checked' in " ".join(page.text.split())
    assert Attempt.objects.get().submitted_at is None


def test_enter_saves_and_comes_back_to_the_question(attempt, learner_client):
    url = f"/learn/attempts/{attempt.pk}/"
    given = {"shown": "1", "item-1": "key-b", "save": "here"}
    first = learner_client.get(url).text
    assert first.index('value="here"') < first.index('name="save" value="1"')
    assert learner_client.post(url, given).url == f"{url}#item-1"
    assert Response.objects.count() == 1
    # What the page knew already is no news.
    seen = {"seen": str(Response.objects.get().sequence)}
    assert learner_client.post(url, given | seen).url == url


def test_answers_posted_without_a_session_come_back_after_sign_in(attempt, learner):
    client = Client()
    url = f"/learn/attempts/{attempt.pk}/"
    client.post(url, {"shown": "1", "item-1": "key-b", "submit": "1"})
    client.force_login(learner.user)
    page = client.get(url)
    assert 'value="key-b" checked' in " ".join(page.text.split())
    assert Attempt.objects.get().submitted_at is None


def test_enrolling_twice_is_one_enrolment(course, learner_client):
    for _time in range(2):
        learner_client.post(f"/learn/courses/{course.pk}/enrol/")
    assert Enrolment.objects.count() == 1


def test_unpublished_module_is_gone_and_its_records_stay(enrolment, course, learner_client):
    module = ModulePage.objects.child_of(course).get()
    url = module.get_url()
    assert learner_client.get(url).status_code == 200
    module.unpublish()
    assert learner_client.get(url).status_code == 404
    assert learner_client.post(f"/learn/modules/{module.pk}/quiz/").status_code == 404


def test_modules_of_an_unpublished_course_are_gone_and_an_open_attempt_is_not(
    enrolment, attempt, course, learner_client
):
    module = ModulePage.objects.child_of(course).get()
    course.unpublish()
    assert learner_client.get(module.get_url()).status_code == 404
    for deed in ("quiz", "read"):
        assert learner_client.post(f"/learn/modules/{module.pk}/{deed}/").status_code == 404
    url = f"/learn/attempts/{attempt.pk}/"
    learner_client.post(url, {"shown": "1", "item-1": "key-b", "submit": "1"})
    assert "合格" in learner_client.get(f"{url}result/").text


def test_draft_of_a_module_of_an_unpublished_course_can_be_looked_at(course):
    course.unpublish()
    module = ModulePage.objects.child_of(course).get()
    assert module.make_preview_request().status_code == 200


def test_edited_lesson_is_shown_at_once(course, client):
    module = ModulePage.objects.child_of(course).get()
    module.save_revision().publish()
    assert "本文です" in client.get(module.get_url()).text
    module.refresh_from_db()
    module.body = [("text", "<p>新しい本文</p>")]
    module.save_revision().publish()
    assert "新しい本文" in client.get(module.get_url()).text


def test_private_course_asks_to_sign_in(course, client):
    from wagtail.models import PageViewRestriction

    module = ModulePage.objects.child_of(course).get()
    PageViewRestriction.objects.create(page=course, restriction_type="login")
    assert client.get(module.get_url()).status_code == 302


@pytest.mark.parametrize("path", ["courses/{course}/enrol/", "modules/{module}/quiz/"])
def test_coming_back_from_signing_in_changes_nothing_and_leads_on(
    path, course, enrolment, learner_client
):
    module = ModulePage.objects.child_of(course).get()
    url = f"/learn/{path.format(course=course.pk, module=module.pk)}"
    page = learner_client.get(url, follow=True)
    assert page.status_code == 200
    assert not Attempt.objects.exists()


def test_private_course_takes_no_enrolment_and_starts_no_quiz(course, enrolment, other_client):
    from wagtail.models import PageViewRestriction

    PageViewRestriction.objects.create(
        page=course, restriction_type="password", password="open sesame"
    )
    other_client.post(f"/learn/courses/{course.pk}/enrol/")
    assert Enrolment.objects.count() == 1
    client = Client()
    client.force_login(enrolment.learner.user)
    client.post(f"/learn/modules/{Quiz.objects.get().module_id}/quiz/")
    assert not Attempt.objects.exists()


def test_password_of_a_private_course_lets_in(course, client):
    from wagtail.models import PageViewRestriction

    restriction = PageViewRestriction.objects.create(
        page=course, restriction_type="password", password="open sesame"
    )
    url = course.get_url()
    asked = client.get(url)
    action = f"/_util/authenticate_with_password/{restriction.pk}/{course.pk}/"
    assert action in asked.text
    client.post(action, {"password": "open sesame", "return_url": url})
    assert "高齢者の手助け" in client.get(url).text


def test_withdrawn_learner_cannot_go_on(attempt, learner_client):
    Enrolment.objects.update(withdrawn_at=factories.NOW)
    url = f"/learn/attempts/{attempt.pk}/"
    for path in (url, f"{url}save/"):
        answer = {"shown": "1", "item-1": "key-b", "submit": "1"}
        assert learner_client.post(path, answer).status_code == 404
    assert Attempt.objects.get().submitted_at is None


def test_pages_can_be_previewed(course):
    for page in (course, ModulePage.objects.child_of(course).get()):
        assert page.make_preview_request().status_code == 200


def test_accepted_purpose_notice_stays_and_a_future_one_waits(learner, admin_client, client):
    notice = learner.purpose_notice
    future = factories.PurposeNoticeFactory(version=2, short="来年の目的")
    type(future).objects.filter(pk=future.pk).update(published_on="2099-04-01")
    assert "来年の目的" not in client.get("/learn/register/").text

    url = f"/editor/snippets/lms_training/purposenotice/edit/{notice.pk}/"
    form = {
        "version": "9", "published_on": "2026-11-01", "short": "書きかえた",
        "body-count": "0",
    }  # fmt: skip
    assert "同意した" in admin_client.post(url, form).text
    notice.refresh_from_db()
    assert notice.version == 1


def test_hostile_registration_is_an_answer_not_an_error(client, learner_client):
    user = factories.UserFactory()
    factories.PurposeNoticeFactory()
    client.force_login(user)
    for data in (
        {"prefecture": "\x00"},
        {"prefecture": "\x00", "list_municipalities": "1"},
        {"kana": "㌖" * 100, "full_name": "名前"},
    ):
        for step in ("purpose", "name", "affiliation"):
            assert client.post(f"/learn/register/{step}/", data).status_code == 200
            assert client.get(f"/learn/register/{step}/").status_code == 200
    assert client.get("/learn/municipalities/?prefecture=%00").status_code == 200


def test_hostile_fields_of_a_save_are_an_answer_not_an_error(attempt, learner_client):
    url = f"/learn/attempts/{attempt.pk}/"
    data = {"shown": "1", "item-1": "key-b", "client": "a\x00b", "seen": "9" * 30, "age": "-1"}
    assert learner_client.post(f"{url}save/", data | {"number": "x"}).status_code == 200
    assert learner_client.post(url, data | {"save": "1"}).status_code == 302
    body = b'--x\r\nContent-Disposition: form-data; name="client"\r\n\r\n\\ud800\r\n--x--\r\n'
    kind = "multipart/form-data; boundary=x; charset=raw_unicode_escape"
    assert Client().post(url, body, content_type=kind).status_code == 302


def test_clashing_page_is_told_to_take_another_name(attempt, learner_client):
    url = f"/learn/attempts/{attempt.pk}/save/"
    data = {"shown": "1", "client": "tab", "number": "1"}
    assert learner_client.post(url, data | {"item-1": "key-a"}).status_code == 200
    clash = learner_client.post(url, data | {"item-1": "key-b"})
    assert (clash.status_code, clash.json()) == (409, {"renew": True})


@pytest.mark.parametrize(("shows", "word"), [("explanations", "0%"), ("nothing", "提出済み")])
def test_history_says_no_more_than_the_result(shows, word, course, learner, learner_client):
    Quiz.objects.update(shows=shows)
    enrolment = factories.make_enrolment(learner=learner, course=course)
    quiz = Quiz.objects.get()
    attempt = quizzes.start_attempt(enrolment=enrolment, quiz=quiz, now=factories.NOW)
    quizzes.submit_attempt(attempt_id=attempt.pk, answers={}, now=factories.NOW)
    page = learner_client.get(f"/learn/modules/{quiz.module_id}/attempts/")
    assert word in page.text
    assert ("まだ合格" in page.text) is (shows != "nothing")
