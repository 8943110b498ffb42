"""The list of all courses."""

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import PageViewRestriction

from tests import factories

pytestmark = pytest.mark.django_db
# Session, account, its learner's rights; then courses, enrolments, completions and modules.
STATEMENTS = 7


def test_every_published_course_is_listed_with_how_far_one_is(enrolment, learner_client):
    other, hidden, gone = (factories.make_course(slug=slug) for slug in ("other", "inner", "gone"))
    PageViewRestriction.objects.create(page=hidden, restriction_type="login")
    gone.unpublish()
    for client, is_told in ((Client(), False), (learner_client, True)):
        page = client.get(reverse("courses")).text
        assert f'href="{enrolment.course.get_url()}"' in page
        assert f'href="{other.get_url()}"' in page
        assert "/inner/" not in page
        assert "/gone/" not in page
        assert ("0単元" in page) is is_told


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_statements(learner, learner_client, django_assert_num_queries, count):
    for number in range(count):
        course = factories.make_course(slug=f"course-{number}")
        factories.make_enrolment(learner=learner, course=course)
    learner_client.get(reverse("courses"))
    with django_assert_num_queries(STATEMENTS):
        learner_client.get(reverse("courses"))


def test_site_without_a_course_says_so(client, db):
    factories.make_home()
    assert client.get(reverse("courses")).status_code == 200
