"""What an editor is told before or after a step whose effect is not to be seen on the page."""

import pytest
from django.urls import reverse

from tests import factories
from training.models import ModulePage

pytestmark = pytest.mark.django_db


def told(response):
    return [str(each) for each in response.context["messages"]]


def test_unpublishing_says_what_becomes_of_learners(admin_client):
    taken = factories.make_enrolment(course=factories.make_course()).course
    fresh = factories.make_course(slug="fresh")
    pages = [
        admin_client.get(reverse("wagtailadmin_pages:unpublish", args=[each.pk])).content.decode()
        for each in (taken, fresh)
    ]
    assert ["修了証はそのまま" in page for page in pages] == [True, False]


def test_copying_says_that_quizzes_do_not_come_along(admin_client):
    course = factories.make_course()
    module = ModulePage.objects.child_of(course).get()
    address = reverse("wagtailadmin_pages:copy", args=[module.pk])
    form = {
        "new_title": "写し",
        "new_slug": "copy",
        "new_parent_page": course.pk,
        "copy_subpages": "",
        "publish_copies": "",
        "alias": "",
    }
    said = told(admin_client.post(address, form, follow=True))
    assert [each for each in said if "確認テストは複製されません" in each]
    assert ModulePage.objects.child_of(course).count() == 2


def test_modules_are_listed_to_editors_in_the_order_of_the_course(admin_client):
    course = factories.make_course(modules=3)
    first, second, third = ModulePage.objects.child_of(course).order_by("path")
    for each in (third, first, second):
        each.save_revision()
    page = admin_client.get(reverse("wagtailadmin_explore", args=[course.pk])).content.decode()
    places = [
        page.index(reverse("wagtailadmin_pages:edit", args=[m.pk])) for m in (first, second, third)
    ]
    assert places == sorted(places)
