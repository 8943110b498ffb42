"""What strangers, learners and other sites' pages must not reach or trigger."""

import pytest
from django.conf import settings
from django.test import Client

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    for folder, name in (("images", "a.png"), ("documents", "secret.html")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_bytes(b"x")
    return tmp_path


def test_images_are_served_and_documents_are_not(media, client):
    image = client.get("/media/images/a.png")
    assert image.getvalue() == b"x"
    for name in (
        "documents/secret.html",
        "images/../documents/secret.html",
        "images/%2e%2e/documents/secret.html",
        "images//../../documents/secret.html",
        "images/../../../etc/passwd",
        "images/",
    ):
        assert client.get(f"/media/{name}").status_code == 404, name


def test_learner_is_refused_at_the_editor_without_a_loop(learner_client):
    refused = learner_client.get("/editor/", follow=True)
    assert refused.status_code == 403
    assert "別のアカウント" in refused.text


def test_editor_has_no_password_reset_of_its_own(client):
    assert client.get("/editor/password_reset/").url == "/account/password/reset/"


@pytest.mark.parametrize(
    ("headers", "path"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, "/learn/courses/1/enrol/"),
        ({"Origin": "https://evil.example"}, "/learn/courses/1/enrol/"),
        ({}, "/learn/courses/1/enrol/"),
        ({"Sec-Fetch-Site": "same-origin"}, "/editor/pages/1/delete/"),
    ],
)
def test_foreign_form_is_never_offered_again(learner, headers, path):
    client = Client(enforce_csrf_checks=True)
    client.force_login(learner.user)
    page = client.post(path, {"amount": "chosen-by-evil"}, headers=headers)
    assert page.status_code == 403
    assert "chosen-by-evil" not in page.text
    assert f'action="{path}"' not in page.text


def test_own_form_is_offered_again_without_passwords(learner):
    client = Client(enforce_csrf_checks=True)
    client.force_login(learner.user)
    data = {"answer": "kept", "password-new_password1": "hidden-word"}
    page = client.post("/learn/register/", data, headers={"Sec-Fetch-Site": "same-origin"})
    assert "kept" in page.text
    assert "hidden-word" not in page.text


def test_unreadable_request_gets_a_calm_answer():
    client = Client(enforce_csrf_checks=True)
    client.cookies["csrftoken"] = "b" * 32
    kind = "application/x-www-form-urlencoded; charset=utf-7"
    assert client.post("/learn/", b"a=%ff", content_type=kind).status_code == 400


def test_what_a_signed_in_person_saw_is_not_stored(course, learner_client, client):
    url = course.get_url()
    assert "no-store" in learner_client.get(url).headers["Cache-Control"]
    assert "Cache-Control" not in client.get(url).headers


def test_ids_beyond_the_database_are_unknown_pages(learner_client):
    for path in ("courses/{}/enrol/", "modules/{}/quiz/", "modules/{}/read/", "attempts/{}/"):
        assert learner_client.post(f"/learn/{path.format(2**63)}").status_code == 404


def test_home_folder_is_closed_to_others():
    assert settings.HOME.stat().st_mode & 0o077 == 0


def test_second_sign_up_with_an_address_is_sent_to_sign_in(client, monkeypatch):
    factories.UserFactory(email="two@example.jp")
    # Both had looked before either was saved.
    monkeypatch.setattr("cms.forms.SignupForm.validate_unique_email", lambda self, value: value)
    assert client.post("/account/signup/", {"email": "two@example.jp"}).url == "/account/login/"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/editor/snippets/lms_training/purposenotice/delete/{notice}/", "削除できません"),
        ("/editor/bulk/lms_training/purposenotice/delete/?id={notice}", "削除できません"),
        ("/editor/users/delete/{user}/", "削除できません"),
        ("/editor/bulk/cms/user/delete/?id={user}", "アカウントは1件ずつ変更してください。"),
    ],
)
def test_what_records_need_is_kept_with_a_reason(path, reason, learner, admin_client):
    url = path.format(notice=learner.purpose_notice_id, user=learner.user_id)
    # Before many are deleted Wagtail asks once the deletion was confirmed, before one is, at once.
    answer = admin_client.post(url, follow=True)
    assert answer.status_code == 200
    assert reason in answer.text
    learner.refresh_from_db()
    assert learner.user
