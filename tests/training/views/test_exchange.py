import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests import factories
from training.models import AuditEntry, ImportUpload, Question

pytestmark = pytest.mark.django_db
UPLOAD = reverse("training_exchange:upload")
EXPORT = reverse("training_exchange:export")
GIFT = "首都は<b>どこ</b>{=東京 ~大阪}\n\n感想は？{}\n"


def sign_in(*names):
    user = factories.UserFactory()
    codes = ["access_admin", *names]
    user.user_permissions.add(*Permission.objects.filter(codename__in=codes))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def editor():
    return sign_in("add_question", "change_question", "publish_question")


def send(client, text=GIFT):
    file = SimpleUploadedFile("設問.txt", text.encode())
    return client.post(UPLOAD, {"file": file})


def test_preview_then_apply(editor):
    assert editor.get(UPLOAD).status_code == 200
    response = send(editor)
    preview = response.headers["Location"]
    page = editor.get(preview)
    assert page.context["counts"][0][1] == 1
    assert page.context["counts"][3][1] == 1
    assert "首都はどこ" in page.content.decode()
    assert not Question.objects.exists()

    form = {"fingerprint": page.context["plan"].fingerprint, "publish": "1"}
    answer = editor.post(f"{preview}apply/", form, follow=True)
    assert answer.status_code == 200
    question = Question.objects.get()
    # Without an explanation it cannot be published.
    assert not question.live
    assert len(list(answer.context["messages"])) == 2

    again = editor.post(f"{preview}apply/", form)
    assert again.headers["Location"] == UPLOAD
    assert Question.objects.count() == 1


def test_what_stays_a_draft_for_somebodys_changes_is_told(editor):
    question = factories.make_question(key="one", choices="ab")
    question.save_revision()
    Question.objects.update(has_unpublished_changes=True)
    preview = send(editor, "// [id:one]\n別の問い{=選択肢a ~選択肢b}").headers["Location"]
    page = editor.get(preview)
    note = page.context["plan"].changed[0].note
    assert note
    assert note in page.content.decode()
    form = {"fingerprint": page.context["plan"].fingerprint, "publish": "1"}
    answer = editor.post(f"{preview}apply/", form, follow=True)
    assert len(list(answer.context["messages"])) == 2


def test_a_forged_plan_is_not_applied(editor):
    preview = send(editor).headers["Location"]
    answer = editor.post(f"{preview}apply/", {"fingerprint": "0"})
    assert answer.headers["Location"] == preview
    assert not Question.objects.exists()


def test_a_broken_file_is_told_beside_the_field(editor):
    page = send(editor, "<quiz>")
    assert page.status_code == 200
    assert page.context["form"].errors["file"]
    assert not ImportUpload.objects.exists()


def test_publishing_needs_its_permission():
    client = sign_in("add_question", "change_question")
    text = GIFT.replace("~大阪", "~大阪 ####解説")
    preview = send(client, text).headers["Location"]
    plan = client.get(preview).context["plan"]
    client.post(f"{preview}apply/", {"fingerprint": plan.fingerprint, "publish": "1"})
    assert not Question.objects.get().live


@pytest.mark.parametrize("names", [(), ("add_question",), ("change_question",), ("view_question",)])
def test_import_needs_both_permissions(names, editor):
    preview = send(editor).headers["Location"]
    client = sign_in(*names)
    for response in (
        client.get(UPLOAD),
        send(client),
        client.get(preview),
        client.post(f"{preview}apply/"),
    ):
        assert response.status_code in (302, 403)
        assert "exchange" not in response.headers.get("Location", "")
    assert ImportUpload.objects.count() == 1
    assert not Question.objects.exists()


def test_another_editor_does_not_see_the_upload(editor):
    preview = send(editor).headers["Location"]
    other = sign_in("add_question", "change_question")
    assert other.get(preview).headers["Location"] == UPLOAD


def test_apply_is_never_a_get(editor):
    preview = send(editor).headers["Location"]
    assert editor.get(f"{preview}apply/").status_code == 405


@pytest.mark.parametrize("name", ["xlsx", "gift", "moodle-xml", "qti"])
def test_export_for_those_who_may_see_questions(name):
    factories.make_question(key="one", tags=["制度"])
    factories.make_question(key="two")
    address = reverse("training_exchange:download", args=[name])
    client = sign_in("view_question")
    assert client.get(f"{EXPORT}?tag=制度").context["exports"][0][1].drafts[0].key == "one"
    response = client.post(address)
    assert AuditEntry.objects.get(action="questions.export").details == {"rows": 2, "kind": name}
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "no-store" in response.headers["Cache-Control"]
    assert response.content


def test_export_is_closed_to_others(learner_client):
    factories.make_question(key="one")
    address = reverse("training_exchange:download", args=["gift"])
    for client in (Client(), learner_client, sign_in()):
        for url in (EXPORT, address):
            response = client.post(url) if url == address else client.get(url)
            assert response.status_code in (302, 403)
            assert b"one" not in response.content
