"""The learner's pages of affiliations."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests import factories
from training.domain import evidence as documents
from training.forms import BodyForm
from training.models import Affiliation, AuditEntry, Evidence

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.fixture
def affiliation(learner):
    return factories.AffiliationFactory(learner=learner, started_on=dt.date(2024, 4, 1))


@pytest.fixture
def yamanobe():
    return factories.MunicipalityFactory(code="063011", name="山辺町")


def test_each_state_is_told_with_its_reason(learner, affiliation, learner_client):
    url = "/learn/affiliations/"
    assert "確認待ち" in learner_client.get(url).text
    Affiliation.objects.update(refused_at=factories.NOW, refusal_reason="<在籍なし>")
    page = learner_client.get(url).text
    assert "認められなかった" in page
    assert "&lt;在籍なし&gt;" in page
    Affiliation.objects.update(refused_at=None, confirmed_at=factories.NOW)
    assert "確認済み" in learner_client.get(url).text


@pytest.mark.parametrize("items", [1, 3])
def test_history_has_a_fixed_number_of_statements(
    items, learner, learner_client, django_assert_num_queries
):
    for number in range(items):
        row = factories.AffiliationFactory(
            learner=learner, ended_on=dt.date(2020 + number, 3, 31), confirmed_at=factories.NOW
        )
        Evidence.objects.create(
            affiliation=row, file="a.pdf", name="紙.pdf", uploaded_at=factories.NOW
        )
    learner_client.get("/learn/affiliations/")
    with django_assert_num_queries(5):
        page = learner_client.get("/learn/affiliations/")
    assert page.text.count("紙.pdf") == items


def test_another_is_added_with_a_document(learner, affiliation, yamanobe, learner_client):
    data = {
        "category": "supporter",
        "standing": "former",
        "started_on": "H30.4.1",
        "ended_on": "令和3年3月31日",
        "prefecture": "060003",
        "municipality": "063011",
        "evidence": SimpleUploadedFile("photo.png", PNG),
    }
    learner_client.post("/learn/affiliations/add/", data)
    added = Affiliation.objects.get(local_government=yamanobe)
    assert (added.started_on, added.ended_on) == (dt.date(2018, 4, 1), dt.date(2021, 3, 31))
    assert "集落支援員 OB・OG（山形県山辺町）" in learner_client.get("/learn/affiliations/").text
    file = learner_client.get(f"/learn/evidence/{added.evidence.get().pk}/")
    assert file.getvalue() == PNG
    assert file["Content-Type"] == "image/png"
    assert file["Content-Disposition"].startswith("attachment")
    assert file["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in file["Cache-Control"]


def test_the_same_twice_is_told(affiliation, learner_client):
    data = {
        "category": "volunteer",
        "standing": "current",
        "prefecture": "060003",
        "municipality": "063029",
    }
    page = learner_client.post("/learn/affiliations/add/", data)
    assert "この所属はすでに入力されています" in page.text
    assert Affiliation.objects.count() == 1


def test_the_button_without_a_script_keeps_what_was_typed(affiliation, yamanobe, learner_client):
    data = {
        "category": "supporter",
        "started_on": "R8.4.1",
        "prefecture": "060003",
        "list_municipalities": "1",
    }
    page = learner_client.post("/learn/affiliations/add/", data).text
    assert "山辺町" in page
    assert 'value="R8.4.1"' in page
    assert "エラー" not in page


@pytest.mark.parametrize(
    ("day", "text"), [("2024/3/31", "退任日が着任日より前"), ("", "退任日を入力"), ("春", "日付")]
)
def test_a_wrong_end_is_told(day, text, affiliation, learner_client):
    page = learner_client.post(f"/learn/affiliations/{affiliation.pk}/end/", {"ended_on": day})
    assert text in page.text
    affiliation.refresh_from_db()
    assert affiliation.ended_on is None


def test_an_end_makes_ob_og(affiliation, learner_client):
    url = f"/learn/affiliations/{affiliation.pk}/end/"
    learner_client.post(url, {"ended_on": "令和8年10月31日"})
    assert (
        "地域おこし協力隊 OB・OG（山形県中山町）" in learner_client.get("/learn/affiliations/").text
    )
    assert learner_client.get(url).status_code == 404, "it is over"


def test_a_transfer_ends_one_and_begins_another(affiliation, yamanobe, learner_client):
    url = f"/learn/affiliations/{affiliation.pk}/transfer/"
    data = {
        "ended_on": "2026/10/31",
        "started_on": "2026/10/31",
        "category": "volunteer",
        "prefecture": "060003",
        "municipality": "063011",
    }
    assert "最終日より後" in learner_client.post(url, data).text
    assert learner_client.post(url, data | {"started_on": "2026/11/1"}).status_code == 302
    old, new = Affiliation.objects.order_by("pk")
    assert (old.ended_on, new.local_government) == (dt.date(2026, 10, 31), yamanobe)


def test_strangers_find_nothing(affiliation, other_client, client):
    evidence = Evidence.objects.create(
        affiliation=affiliation, file="a.pdf", name="a.pdf", uploaded_at=factories.NOW
    )
    urls = [
        f"/learn/affiliations/{affiliation.pk}/{what}/" for what in ("end", "transfer", "evidence")
    ]
    for url in [*urls, f"/learn/evidence/{evidence.pk}/"]:
        assert other_client.get(url).status_code == 404
        assert client.get(url).status_code == 302
    for url in urls:
        assert other_client.post(url, {"ended_on": "2026/10/31"}).status_code == 404


def test_a_document_is_added_later(affiliation, learner_client):
    url = f"/learn/affiliations/{affiliation.pk}/evidence/"
    assert "ファイルを選んでください" in learner_client.post(url, {"x": "1"}).text
    learner_client.post(url, {"evidence": SimpleUploadedFile("../委嘱\x07状", PNG)})
    evidence = Evidence.objects.get()
    assert evidence.name == "委嘱状"
    header = learner_client.get(f"/learn/evidence/{evidence.pk}/")["Content-Disposition"]
    assert header.endswith(".png")


def test_documents_of_an_affiliation_are_a_handful(affiliation, learner_client, monkeypatch):
    monkeypatch.setattr(documents, "MAX_FILES", 2)
    url = f"/learn/affiliations/{affiliation.pk}/evidence/"

    def send():
        return learner_client.post(url, {"evidence": SimpleUploadedFile("写真.png", PNG)})

    assert send().status_code == send().status_code == 302
    stored = Evidence.objects.first().file.storage
    kept = stored.listdir("")[1]
    assert "evidence" in send().context["form"].errors
    assert (Evidence.objects.count(), stored.listdir("")[1]) == (2, kept)
    # What was deleted makes room.
    Evidence.objects.update(deleted_at=timezone.now())
    assert send().status_code == 302


def test_what_somebody_is_has_to_be_chosen(learner, learner_client):
    page = learner_client.post("/learn/affiliations/add/", {"category": "", "standing": "current"})
    [message] = page.context["form"].errors["category"]
    assert message == str(BodyForm.base_fields["category"].error_messages["required"])


def test_an_entry_by_mistake_is_taken_back_with_its_documents(
    affiliation, learner, learner_client, django_capture_on_commit_callbacks
):
    file = SimpleUploadedFile("マイナンバーカード.png", PNG)
    learner_client.post(f"/learn/affiliations/{affiliation.pk}/evidence/", {"evidence": file})
    evidence = Evidence.objects.get()
    url = f"/learn/affiliations/{affiliation.pk}/withdraw/"
    assert url in learner_client.get("/learn/affiliations/").text
    assert "山形県中山町" in learner_client.get(url).text
    assert Affiliation.objects.waiting().exists(), "reading the page changes nothing"
    with django_capture_on_commit_callbacks(execute=True):
        assert learner_client.post(url).url == "/learn/affiliations/"
    assert not Affiliation.objects.waiting().exists()
    assert not evidence.file.storage.exists(evidence.file.name)
    page = learner_client.get("/learn/affiliations/").text
    assert "マイナンバーカード" not in page
    assert "認められなかった" not in page, "nobody refused it"
    assert url not in page
    entry = AuditEntry.objects.get(action="affiliation.withdraw")
    assert entry.actor == learner.user
    again = factories.AffiliationFactory(learner=learner)
    assert Affiliation.objects.waiting().get() == again, "it may be entered anew"


def test_what_the_body_decided_stays(affiliation, learner_client):
    Affiliation.objects.update(confirmed_at=factories.NOW)
    url = f"/learn/affiliations/{affiliation.pk}/withdraw/"
    assert url not in learner_client.get("/learn/affiliations/").text
    assert learner_client.post(url).status_code == 404
    affiliation.refresh_from_db()
    assert affiliation.confirmed_at == factories.NOW


def test_entries_of_others_are_no_concern(affiliation, client):
    other = factories.LearnerFactory()
    client.force_login(other.user)
    assert client.post(f"/learn/affiliations/{affiliation.pk}/withdraw/").status_code == 404
    assert Affiliation.objects.waiting().get() == affiliation
