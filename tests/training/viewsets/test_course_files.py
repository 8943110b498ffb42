"""A course to and from a file, as editors do it."""

import io
import json
import zipfile
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
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
from training.models import AuditEntry, CoursePage, ImportUpload, Question, Quiz

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


def read(answer):
    return BeautifulSoup(answer.content, "html.parser")


def read_form(answer, end):
    return read(answer).find("form", action=lambda url: url and url.endswith(end))


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


def change_file(data, edit):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        content = json.loads(archive.read("course.json"))
    edit(content)
    return write_course_file(content, {})


def edit_module_and_quiz(content):
    content["modules"][0]["fields"]["summary"] = "新しい要約"
    content["modules"][0]["quiz"]["rules"]["pass_mark"] = 90


@pytest.mark.parametrize("ticked", [False, True])
def test_what_has_no_draft_changes_with_a_tick_of_its_own(course, author, ticked):
    data = change_file(export_course(course=course, user=None, now=NOW), edit_module_and_quiz)
    preview = send(author, course.get_parent(), data).headers["Location"]
    page = author.get(preview)
    form = read_form(page, "apply/")
    assert form.find(attrs={"name": "at_once"})["type"] == "checkbox"
    assert not form.find(attrs={"name": "at_once"}).has_attr("checked")
    fields = {"fingerprint": form.find(attrs={"name": "fingerprint"})["value"]}
    author.post(f"{preview}apply/", fields | ({"at_once": "1"} if ticked else {}))
    module = course.get_children()[0].specific
    assert module.get_latest_revision_as_object().summary == "新しい要約"
    assert module.quiz.pass_mark == (90 if ticked else 80)


def test_what_has_no_draft_needs_no_tick_where_there_is_nothing_else(course, author):
    def edit(content):
        content["modules"][0]["quiz"]["rules"]["pass_mark"] = 90

    data = change_file(export_course(course=course, user=None, now=NOW), edit)
    preview = send(author, course.get_parent(), data).headers["Location"]
    form = read_form(author.get(preview), "apply/")
    fields = {each["name"]: each["value"] for each in form.find_all("input")}
    assert form.find(attrs={"name": "at_once"})["type"] == "hidden"
    author.post(f"{preview}apply/", fields)
    assert course.get_children()[0].specific.quiz.pass_mark == 90


def test_preview_names_folds_and_leads_to_what_is_here(course, author):
    data = change_file(export_course(course=course, user=None, now=NOW), edit_module_and_quiz)
    preview = send(author, course.get_parent(), data).headers["Location"]
    page = read(author.get(preview))
    folded = page.find("details", class_="course-part")
    assert not folded.has_attr("open")
    # The course, a module, four questions and a quiz.
    assert "(7)" in folded.summary.text
    links = {link.text: link["href"] for link in page.select(".course-rows a")}
    module, question = course.get_children()[0], Question.objects.get(key="digital-support-m1-q1")
    assert links[module.title] == reverse("wagtailadmin_pages:edit", args=[module.pk])
    assert links["digital-support-m1-q1 の問い"] == reverse(
        Question.snippet_viewset.get_url_name("edit"), args=[question.pk]
    )
    assert page.find("code", string="digital-support-m1-q1")
    quiz = module.specific.quiz
    assert links[quiz.title] == reverse(Quiz.snippet_viewset.get_url_name("edit"), args=[quiz.pk])


def test_import_is_offered_where_courses_stand(course, author):
    home = course.get_parent()
    notice = home.add_child(instance=Page(title="お知らせ", slug="notice"))
    module = course.get_children()[0]
    for page, is_offered in ((home, True), (course, True), (module, False), (notice, False)):
        url = reverse("wagtailadmin_explore", args=[page.pk])
        offered = 'import/"' in author.get(url).content.decode()
        assert offered == is_offered, page


def test_plan_that_was_not_seen_is_shown_again(course, author):
    data = export_course(course=course, user=None, now=NOW)
    preview = send(author, course.get_parent(), data).headers["Location"]
    answer = author.post(f"{preview}apply/", {"fingerprint": "0", "as": "new"})
    assert answer.headers["Location"] == f"{preview}?as=new"
    assert CoursePage.objects.count() == 1
    assert ImportUpload.objects.exists()


def test_broken_file_is_told_beside_the_field(course, author):
    page = send(author, course.get_parent(), b"PK nothing")
    assert page.status_code == 200
    assert page.context["form"].errors["file"]
    assert not ImportUpload.objects.exists()


def test_error_in_the_file_leaves_nothing_to_press(course, author):
    data = export_course(course=course, user=None, now=NOW)
    data = change_file(data, lambda content: content["questions"][0].update(kind="essay"))
    preview = send(author, course.get_parent(), data).headers["Location"]
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
