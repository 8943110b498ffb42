from unittest import mock

import pytest
from django.test import Client

from certificates.models import Certificate, ManualIssue
from cms import roles
from tests import factories

pytestmark = pytest.mark.django_db
URL = "/editor/certificates/by-hand/"


def officer():
    user = factories.UserFactory()
    user.groups.add(roles.make_group(roles.REGISTER_OFFICERS))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def first(db):
    return officer()


def propose(client, learner, course, **changes):
    data = {"course": course.pk, "completed_on": "2026-10-01", "reason": "出席簿"} | changes
    return client.post(f"{URL}propose/{learner.pk}/", data)


def test_two_officers_issue(first, learner, course, django_capture_on_commit_callbacks):
    factories.make_certificate_template()
    assert learner.full_name not in first.get(f"{URL}propose/").text
    assert learner.full_name in first.get(f"{URL}propose/", {"q": "タカハシ"}).text
    assert propose(first, learner, course).status_code == 302
    page = f"{URL}{ManualIssue.objects.get().pk}/"
    assert 'name="approve"' not in first.get(page).text
    assert first.post(page, {"approve": "", "note": ""}).status_code == 200
    assert not Certificate.objects.exists()
    second = officer()
    assert 'name="approve"' in second.get(page).text
    with (
        mock.patch("certificates.tasks.issue.delay") as issue,
        django_capture_on_commit_callbacks(execute=True),
    ):
        assert second.post(page, {"approve": "", "note": "見た"}).status_code == 302
    certificate = Certificate.objects.get()
    assert mock.call(certificate.pk) in issue.mock_calls
    assert certificate.number_text in second.get(URL).text


def test_refusal_needs_a_reason(first, learner, course):
    propose(first, learner, course)
    page = f"{URL}{ManualIssue.objects.get().pk}/"
    second = officer()
    assert second.post(page, {"refuse": "", "note": ""}).status_code == 200
    assert ManualIssue.objects.get().decision == "waiting"
    second.post(page, {"refuse": "", "note": "出席簿にない"})
    assert ManualIssue.objects.get().decision == "refused"


def test_what_was_typed_is_kept(first, learner, course):
    answer = propose(first, learner, course, completed_on="令和", reason="出席簿 第3号")
    assert answer.status_code == 200
    assert "出席簿 第3号" in answer.text
    assert propose(first, learner, course, completed_on="2999-01-01").status_code == 200
    assert not ManualIssue.objects.exists()


@pytest.mark.parametrize("issues", [1, 3])
def test_list_has_a_fixed_number_of_statements(
    first, course, django_assert_max_num_queries, issues
):
    for _each in range(issues):
        propose(first, factories.LearnerFactory(), course)
    first.get(URL)
    with django_assert_max_num_queries(12):
        first.get(URL)
