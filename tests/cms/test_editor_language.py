"""The editor speaks Japanese: its screens, and the catalogue of what Wagtail itself has not."""

import gettext
import hashlib
import io
import json
import re
import subprocess
from pathlib import Path

import pytest
import wagtail
import wagtail_factories
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils.translation import trans_real
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, Page, Task, TaskState, Workflow

from cms import roles
from tests import factories
from tests.english import english_in
from tests.services import ROOT
from training.models import CoursePage, Question

FOLDER = ROOT / "locale/wagtail/ja/LC_MESSAGES"
OWN = [
    ROOT / folder / "ja/LC_MESSAGES/django.po"
    for folder in ("training/locale", "certificates/locale", "locale")
]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")
TAG = re.compile(r"</?[a-z][^>]*>")
# Texts of Wagtail's whose placeholder Japanese does without: it is None where it stands.
DROPPED = {"%(start_index)s-%(end_index)s of %(items_count)s %(model_name)s"}


def read_catalogue(*paths: Path, english: bool = False) -> dict[object, str]:
    """By text, or by (text, 0) where there are plurals; `english` gives the texts themselves."""
    said = subprocess.run(["msgcat", "--use-first", *paths], capture_output=True, check=True).stdout
    if english:
        said = subprocess.run(["msgen", "-"], input=said, capture_output=True, check=True).stdout
    compiled = subprocess.run(
        ["msgfmt", "-o", "-", "-"], input=said, capture_output=True, check=True
    ).stdout
    catalogue = gettext.GNUTranslations(io.BytesIO(compiled))._catalog
    return {
        key: text
        for key, text in catalogue.items()
        if key and (not isinstance(key, tuple) or key[1] == 0)
    }


def packages() -> list[Path]:
    own = {"cms", "certificates", "training"}
    return [Path(app.path) / "locale" for app in apps.get_app_configs() if app.name not in own]


def text_of(key: object) -> str:
    return key[0] if isinstance(key, tuple) else str(key)


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_every_text_of_the_packages_has_its_japanese(domain):
    """After an update of Wagtail: scripts/wagtail-messages, and translate what it adds."""
    paths = [
        path for folder in packages() if (path := folder / f"en/LC_MESSAGES/{domain}.po").exists()
    ]
    wanted = {text_of(key) for key in read_catalogue(*paths, english=True)}
    folders = [str(folder) for folder in packages()] if domain == "djangojs" else None
    catalogue = trans_real.DjangoTranslation("ja", domain=domain, localedirs=folders)._catalog
    there = {text_of(key) for key, _text in catalogue.items()}
    assert sorted(wanted - there) == []


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_no_placeholder_or_tag_is_lost_in_translation(domain):
    catalogue = read_catalogue(FOLDER / f"{domain}.po")
    assert len(catalogue) > 50
    wrong = []
    for key, text in catalogue.items():
        original = text_of(key).split("\x04")[-1]
        if original in DROPPED or isinstance(key, tuple):
            # Of a plural Japanese takes what the many say, which is not in the key.
            continue
        if sorted(set(PLACEHOLDER.findall(original))) != sorted(set(PLACEHOLDER.findall(text))):
            wrong.append((original, text))
        opened = [tag.split()[0].strip("<>/") for tag in TAG.findall(original)]
        if not set(opened) <= {tag.split()[0].strip("<>/") for tag in TAG.findall(text)}:
            wrong.append((original, text))
    assert wrong == []


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_gettext_finds_no_wrong_format(domain):
    subprocess.run(
        ["msgfmt", "--check-format", "-o", "/dev/null", FOLDER / f"{domain}.po"], check=True
    )


def test_it_shadows_no_text_of_our_own():
    """In LOCALE_PATHS it stands before the catalogues of training and certificates."""
    wagtails = read_catalogue(FOLDER / "django.po")
    own = read_catalogue(*OWN)
    assert {
        key: (text, own[key]) for key, text in wagtails.items() if own.get(key, text) != text
    } == {}


@pytest.mark.parametrize(
    ("name", "digest"),
    [
        ("admin/templates/wagtailadmin/home.html", "7eb3ee7b5a9d"),
        ("admin/templates/wagtailadmin/home/account_summary.html", "ff5c7d30e467"),
        ("admin/templates/wagtailadmin/shared/header.html", "37d78005e661"),
        ("admin/templates/wagtailadmin/shared/headers/_actions.html", "facea723b6b9"),
        ("admin/templates/wagtailadmin/shared/user_avatar.html", "10cbd09a2e94"),
        ("admin/templates/wagtailadmin/tables/boolean_cell.html", "f52d1f7945b2"),
        ("users/templates/wagtailusers/groups/includes/formatted_permissions.html", "2ab61ce5aa2b"),
    ],
)
def test_template_that_we_mend_is_still_the_one_we_copied(name, digest):
    """When it fails: copy it anew into templates/, mend its label, and note the digest here."""
    original = Path(wagtail.__file__).parent / name
    assert hashlib.sha256(original.read_bytes()).hexdigest()[:12] == digest


@pytest.fixture
def screens(db, admin_client):
    """The main screens of the editor, each with something on it."""
    Page.objects.filter(depth=2).update(title="はじめの題", draft_title="はじめの題")
    course = factories.make_course(slug="m")
    course.title = "改めた題"
    course.save_revision()
    course.summary = "改めた要約"
    course.save_revision()
    old, new = course.revisions.order_by("pk").values_list("pk", flat=True)[:2]
    question = Question.objects.get()
    # Its key and texts are made of letters.
    question.key, question.explanation, question.stem = "1", "解説", [("text", "<p>問い</p>")]
    question.save()
    question.save_revision()
    quiz = course.get_children().get().specific.quiz
    image = wagtail_factories.ImageFactory(title="画像")
    Collection.objects.filter(name="Test collection").update(name="集まり")
    document = get_document_model().objects.create(
        title="文書", file=ContentFile("あ", name="a.txt")
    )
    workflow = Workflow.objects.get()
    task = Task.objects.get()
    roles.load_roles()
    group = Group.objects.get(name=roles.EDITORS)
    user = factories.UserFactory()
    workflow.start(CoursePage.objects.get(), user)

    def snippet(model, view, *args):
        return reverse(f"wagtailsnippets_lms_training_{model}:{view}", args=args)

    pages = {
        "home": reverse("wagtailadmin_home"),
        "pages": reverse("wagtailadmin_explore", args=[course.pk]),
        "top of the pages": reverse("wagtailadmin_explore_root"),
        "search": reverse("wagtailadmin_pages:search"),
        "page": reverse("wagtailadmin_pages:edit", args=[course.pk]),
        "add a page": reverse("wagtailadmin_pages:add_subpage", args=[course.get_parent().pk]),
        "copy": reverse("wagtailadmin_pages:copy", args=[course.pk]),
        "move": reverse("wagtailadmin_pages:move", args=[course.pk]),
        "unpublish": reverse("wagtailadmin_pages:unpublish", args=[course.pk]),
        "delete": reverse("wagtailadmin_pages:delete", args=[course.pk]),
        "history": reverse("wagtailadmin_pages:history", args=[course.pk]),
        "workflow of a page": reverse("wagtailadmin_pages:workflow_history", args=[course.pk]),
        "usage": reverse("wagtailadmin_pages:usage", args=[course.pk]),
        "compare": reverse("wagtailadmin_pages:revisions_compare", args=[course.pk, old, new]),
        "questions": snippet("question", "list"),
        "question": snippet("question", "edit", question.pk),
        "add a question": snippet("question", "add"),
        "history of a question": snippet("question", "history", question.pk),
        "quizzes": snippet("quiz", "list"),
        "quiz": snippet("quiz", "edit", quiz.pk),
        "purpose notices": snippet("purposenotice", "list"),
        "workflows": reverse("wagtailadmin_workflows:index"),
        "workflow": reverse("wagtailadmin_workflows:edit", args=[workflow.pk]),
        "tasks": reverse("wagtailadmin_workflows:task_index"),
        "task": reverse("wagtailadmin_workflows:edit_task", args=[task.pk]),
        "report of workflows": reverse("wagtailadmin_reports:workflow"),
        "report of tasks": reverse("wagtailadmin_reports:workflow_tasks"),
        "site history": reverse("wagtailadmin_reports:site_history"),
        "locked pages": reverse("wagtailadmin_reports:locked_pages"),
        "aging pages": reverse("wagtailadmin_reports:aging_pages"),
        "types of pages": reverse("wagtailadmin_reports:page_types_usage"),
        "audit log": reverse("lms_training_admin:audit_log"),
        "figures": reverse("lms_training_admin:figures"),
        "users": reverse("wagtailusers_users:index"),
        "user": reverse("wagtailusers_users:edit", args=[user.pk]),
        "groups": reverse("wagtailusers_groups:index"),
        "group": reverse("wagtailusers_groups:edit", args=[group.pk]),
        "images": reverse("wagtailimages:index"),
        "image": reverse("wagtailimages:edit", args=[image.pk]),
        "add images": reverse("wagtailimages:add_multiple"),
        "documents": reverse("wagtaildocs:index"),
        "document": reverse("wagtaildocs:edit", args=[document.pk]),
        "add documents": reverse("wagtaildocs:add_multiple"),
        "collections": reverse("wagtailadmin_collections:index"),
        "redirects": reverse("wagtailredirects:index"),
        "sites": reverse("wagtailsites:index"),
        "account": reverse("wagtailadmin_account"),
    }
    return admin_client, pages


def test_main_screens_have_no_english(screens):
    client, pages = screens
    left = {}
    for name, address in pages.items():
        response = client.get(address)
        assert response.status_code == 200, name
        if english := english_in(response.content):
            left[name] = english
    assert left == {}


def test_dialogs_have_no_english(screens):
    """What opens within a screen: choosers, links, rights, and what a decision is asked with."""
    client, _pages = screens
    course, image = CoursePage.objects.get(), get_image_model().objects.get()
    state = TaskState.objects.get()
    of_task = [course.pk, "reject", state.pk]
    addresses = [
        reverse("wagtailadmin_choose_page"),
        reverse("wagtailadmin_choose_page_child", args=[course.get_parent().pk]),
        reverse("wagtailadmin_choose_page_external_link"),
        reverse("wagtailadmin_choose_page_email_link"),
        reverse("wagtailadmin_choose_page_phone_link"),
        reverse("wagtailadmin_choose_page_anchor_link"),
        reverse("wagtailadmin_pages:set_privacy", args=[course.pk]),
        reverse("wagtailadmin_pages:collect_workflow_action_data", args=of_task),
        reverse("wagtailadmin_pages:confirm_workflow_cancellation", args=[course.pk]),
        reverse("wagtailadmin_workflows:task_chooser"),
        reverse("wagtailimages_chooser:choose"),
        reverse("wagtailimages_chooser:select_format", args=[image.pk]),
        reverse("wagtaildocs_chooser:choose"),
        reverse(f"{Question.snippet_viewset.chooser_viewset.get_url_name('choose')}"),
    ]
    left = {}
    for address in addresses:
        answer = client.get(address).json()
        if english := english_in(answer["html"].encode()):
            left[address] = english
    assert left == {}


def test_version_that_nobody_saved_is_not_said_to_be_nones(screens):
    client, _pages = screens
    revision = CoursePage.objects.get().revisions.first()
    assert revision.user is None
    address = reverse("wagtailadmin_pages:revisions_revert", args=[revision.object_id, revision.pk])
    assert english_in(client.get(address).content) == []


def test_texts_of_scripts_are_japanese(admin_client):
    """Those of the side bar, of comments and of the writing field."""
    said = admin_client.get(reverse("wagtailadmin_javascript_catalog")).content.decode()
    assert json.loads(re.search(r'"Yes": (".*?")', said)[1]) == "はい"
    assert json.loads(re.search(r'"Insert a block": (".*?")', said)[1]) == "ブロックを挿入"
