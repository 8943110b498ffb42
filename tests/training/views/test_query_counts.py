"""Statements of each page are fixed, and the same at one and three items."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from tests import factories
from training.models import ModulePage

pytestmark = pytest.mark.django_db
ITEMS = pytest.mark.parametrize("items", [1, 3])


@pytest.fixture
def cast(items):
    """A learner in a course of `items` modules with `items` questions each, and their browser."""
    course = factories.make_course(modules=items, questions=items)
    enrolment = factories.make_enrolment(course=course)
    client = Client()
    client.force_login(enrolment.learner.user)
    return course, enrolment, client


def module_url(course):
    return ModulePage.objects.child_of(course).order_by("path").first().get_url()


def warm(client, url):
    """Site roots, content types and the rendered lesson are kept between requests."""
    assert client.get(url).status_code == 200


@ITEMS
def test_module_page(cast, django_assert_num_queries):
    course, _enrolment, client = cast
    url = module_url(course)
    warm(client, url)
    with django_assert_num_queries(MODULE_PAGE):
        assert client.get(url).status_code == 200


@pytest.mark.parametrize("items", [1, 3, 10])
def test_quiz_start_save_submit_and_result(items, django_assert_num_queries):
    course = factories.make_course(questions=items)
    client = Client()
    client.force_login(factories.make_enrolment(course=course).learner.user)
    module = ModulePage.objects.child_of(course).get()
    warm(client, module.get_url())
    with django_assert_num_queries(START):
        started = client.post(f"/learn/modules/{module.pk}/quiz/")
    with django_assert_num_queries(ATTEMPT):
        client.get(started.url)
    one = {"item-1": "key-a", "shown": "1", "client": "tab", "seen": "0", "number": "1"}
    with django_assert_num_queries(SAVE):
        assert client.post(f"{started.url}save/", one).json()["seen"] == 1
    wrong = {f"item-{n}": "key-a" for n in range(1, items + 1)}
    data = wrong | {"shown": [str(n) for n in range(1, items + 1)]}
    with django_assert_num_queries(SAVE_ALL):
        client.post(f"{started.url}save/", data | {"client": "tab", "number": "2"})
    with django_assert_num_queries(ATTEMPT):
        client.get(started.url)
    other = {"item-1": "key-c", "client": "tab", "seen": "2", "submit": "1"}
    with django_assert_num_queries(SUBMIT):
        result = client.post(started.url, data | other)
    with django_assert_num_queries(RESULT):
        assert client.get(result.url).status_code == 200


@pytest.mark.parametrize("courses", [1, 3])
def test_desk(courses, django_assert_num_queries):
    learner = factories.LearnerFactory()
    for number in range(courses):
        course = factories.make_course(modules=2, slug=f"course-{number}")
        factories.make_enrolment(learner=learner, course=course)
    client = Client()
    client.force_login(learner.user)
    warm(client, "/learn/")
    with django_assert_num_queries(DESK):
        client.get("/learn/")


@pytest.mark.parametrize("items", [1])
@pytest.mark.parametrize("learners", [1, 3])
def test_report(cast, learners, django_assert_num_queries):
    course, enrolment, _client = cast
    for _number in range(learners - 1):
        factories.make_enrolment(course=course, learner=factories.LearnerFactory())
    editor = factories.UserFactory()
    editor.user_permissions.add(Permission.objects.get(codename="view_enrolment"))
    client = Client()
    client.force_login(editor)
    with django_assert_num_queries(REPORT):
        page = client.get(f"/learn/reports/{course.pk}/")
    assert page.text.count(enrolment.learner.full_name) == learners
    with django_assert_num_queries(REPORT_CSV):
        lines = b"".join(client.get(f"/learn/reports/{course.pk}/enrolments.csv")).decode()
    assert len(lines.splitlines()) == learners + 1


@ITEMS
def test_verification(items, django_assert_num_queries):
    from certificates.domain import issuing, production

    factories.make_certificate_template()
    course = factories.make_course()
    for _number in range(items):
        enrolment = factories.make_enrolment(
            course=course, learner=factories.LearnerFactory(), completed_at=factories.NOW
        )
        certificate = issuing.request_certificate(enrolment_id=enrolment.pk, now=factories.NOW)
        production.issue_certificate(certificate_id=certificate.pk, now=factories.NOW)
    with django_assert_num_queries(1):
        page = Client().get(f"/v/{certificate.code}")
    assert "有効" in page.text


MODULE_PAGE, START, ATTEMPT, SAVE, SAVE_ALL, SUBMIT, RESULT = 7, 12, 4, 7, 7, 12, 7
DESK, REPORT, REPORT_CSV = 8, 10, 11
