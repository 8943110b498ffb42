"""A course to and from a file, as editors do it."""

import io
import json
import zipfile
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupPagePermission, ModelLogEntry, Page, PageLogEntry

from cms import roles
from tests import factories
from tests.factories import NOW
from tests.training.domain.course_files.cast import forget_course
from training.domain.course_files.exporting import export_course, plan_export
from training.domain.course_files.importing import Wish, plan_course_import
from training.exchange.course_files import CourseFile, write_course_file
from training.models import AuditEntry, CoursePage, ImportUpload, Question

pytestmark = pytest.mark.django_db


def sign_in(*names):
    roles.load_roles()
    user = factories.UserFactory()
    user.groups.set(Group.objects.filter(name__in=names))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def course(db):
    return factories.make_course(modules=2, questions=2)


@pytest.fixture
def author(db):
    return sign_in(roles.EDITORS, roles.QUESTION_KEEPERS)


def send(client, parent, data):
    file = SimpleUploadedFile("講座.zip", data)
    return client.post(
        reverse("lms_training_admin:course_import", args=[parent.pk]), {"file": file}
    )


def test_course_goes_from_one_site_to_another(course, author):
    page = author.get(reverse("lms_training_admin:course_export", args=[course.pk]))
    assert page.status_code == 200
    answer = author.post(reverse("lms_training_admin:course_file", args=[course.pk]))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == ["course.json"]
    assert AuditEntry.objects.last().action == "course.export"

    home = forget_course(course)
    preview = send(author, home, answer.content).headers["Location"]
    page = author.get(preview)
    assert page.context["plan"].errors == []
    assert "digital-support-m1-q1" in page.content.decode()
    assert not CoursePage.objects.exists()

    form = {"fingerprint": page.context["plan"].fingerprint}
    done = author.post(f"{preview}apply/", form, follow=True)
    brought = CoursePage.objects.get()
    assert done.redirect_chain[-1][0] == reverse("wagtailadmin_explore", args=[brought.pk])
    assert reverse("wagtailadmin_pages:edit", args=[brought.pk]) in done.content.decode()
    assert not brought.live
    entry = AuditEntry.objects.last()
    assert (entry.action, entry.object_id) == ("course.import", str(brought.pk))
    assert not ImportUpload.objects.exists()

    for entries in (ModelLogEntry.objects, PageLogEntry.objects):
        created = entries.filter(action="wagtail.create")
        assert created.count() > 1
        assert created.count() == created.latest_by_uuid_and_action().count()

    again = author.post(f"{preview}apply/", form)
    assert again.headers["Location"] == reverse("lms_training_admin:course_import", args=[home.pk])
    assert CoursePage.objects.count() == 1


def test_editor_chooses_between_the_course_that_is_here_and_a_new_one(course, author):
    data = export_course(course=course, user=None, now=NOW)
    preview = send(author, course.get_parent(), data).headers["Location"]
    page = author.get(preview)
    assert page.context["plan"].is_update
    assert not page.context["plan"].can_be_done
    assert 'value="new"' in page.content.decode()
    page = author.get(preview, {"as": "new"})
    form = {"fingerprint": page.context["plan"].fingerprint, "as": "new"}
    author.post(f"{preview}apply/", form)
    assert CoursePage.objects.count() == 2
    assert Question.objects.count() == 8


def test_plan_that_was_not_seen_is_shown_again(course, author):
    data = export_course(course=course, user=None, now=NOW)
    preview = send(author, course.get_parent(), data).headers["Location"]
    answer = author.post(f"{preview}apply/", {"fingerprint": "0", "as": "new"})
    assert answer.headers["Location"] == preview
    assert CoursePage.objects.count() == 1
    assert ImportUpload.objects.exists()


def test_broken_file_is_told_beside_the_field(course, author):
    page = send(author, course.get_parent(), b"PK nothing")
    assert page.status_code == 200
    assert page.context["form"].errors["file"]
    assert not ImportUpload.objects.exists()


def test_error_in_the_file_leaves_nothing_to_press(course, author):
    data = export_course(course=course, user=None, now=NOW)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        content = json.loads(archive.read("course.json"))
    content["questions"][0]["kind"] = "essay"
    preview = send(author, course.get_parent(), write_course_file(content, {})).headers["Location"]
    page = author.get(preview).content.decode()
    assert "digital-support-m1-q1" in page
    assert "apply/" not in page


@pytest.mark.parametrize(
    ("names", "exports", "imports"),
    [
        ([roles.EDITORS], 403, 403),
        ([roles.QUESTION_KEEPERS], 403, 403),
        ([roles.APPROVERS], 200, 403),
        ([roles.EDITORS, roles.QUESTION_KEEPERS], 200, 200),
        ([roles.ADMINISTRATORS], 403, 403),
    ],
)
def test_only_who_reads_answers_and_writes_pages_carries_courses(course, names, exports, imports):
    client = sign_in(*names)
    home = course.get_parent()
    # Wagtail's administration sends whoever may not back to its first page.
    refused = {403: 302, 200: 200}
    for name, args, wanted in (
        ("course_export", [course.pk], exports),
        ("course_import", [home.pk], imports),
    ):
        answer = client.get(reverse(f"lms_training_admin:{name}", args=args))
        assert answer.status_code == refused[wanted]
    offered = client.get(reverse("wagtailadmin_explore", args=[course.pk])).content.decode()
    export_url = reverse("lms_training_admin:course_export", args=[course.pk])
    assert (export_url in offered) == (exports == 200)


def test_upload_of_somebody_else_is_not_shown(course, author):
    data = export_course(course=course, user=None, now=NOW)
    preview = send(author, course.get_parent(), data).headers["Location"]
    other = sign_in(roles.EDITORS, roles.QUESTION_KEEPERS)
    assert other.get(preview).status_code == 302
    assert other.post(f"{preview}apply/", {"as": "new"}).status_code == 302
    assert Page.objects.filter(slug="digital-support-1").count() == 0


@pytest.mark.parametrize("at_once", [False, True])
def test_course_of_others_is_not_changed_from_a_place_of_ones_own(course, at_once):
    """Its key is all that a file needs to find it."""
    own = course.get_parent().add_child(instance=Page(title="own", slug="own"))
    roles.load_roles()
    group, user = Group.objects.create(name="own"), factories.UserFactory()
    user.groups.set([group, Group.objects.get(name=roles.QUESTION_KEEPERS)])
    for codename in ("add_page", "change_page", "publish_page"):
        permission = Permission.objects.get(
            codename=codename, content_type__app_label="wagtailcore", content_type__model="page"
        )
        GroupPagePermission.objects.create(group=group, page=own, permission=permission)
    content = json.loads(json.dumps(plan_export(course=course).content))
    new = content["modules"][1] | {"key": str(uuid4()), "slug": "new", "quiz": None}
    content["modules"].append(new)
    plan = plan_course_import(
        file=CourseFile(content, {}, b""), parent=own, user=user, wish=Wish(at_once=at_once)
    )
    assert plan.errors
    assert not plan.can_be_done
