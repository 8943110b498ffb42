"""Three steps with a draft behind them: nothing that was typed is lost."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import factories
from training.domain.people import register_learner
from training.models import Affiliation, Evidence, Learner, RegistrationDraft, evidence_storage

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%%EOF"
NAME = {"full_name": "髙橋 𠮷江", "kana": "たかはし よしえ", "former_name": ""}
BODY = {
    "category": "volunteer",
    "standing": "current",
    "started_on": "",
    "ended_on": "",
    "prefecture": "060003",
    "municipality": "063029",
}


@pytest.fixture
def notice():
    return factories.PurposeNoticeFactory()


@pytest.fixture
def nakayama():
    return factories.MunicipalityFactory()


@pytest.fixture
def person(notice, nakayama):
    client = Client()
    client.force_login(factories.UserFactory())
    return client


def post(client, step, data, **kwargs):
    return client.post(f"/learn/register/{step}/", data, **kwargs)


def go_to_affiliation(client):
    post(client, "purpose", {"accept": "on", "notice_version": "1"})
    return post(client, "name", NAME)


def test_three_steps_make_a_learner(person, nakayama, notice):
    assert person.get("/learn/register/?next=/x/").url == "/learn/register/purpose/?next=%2Fx%2F"
    step = post(person, "purpose", {"accept": "on", "notice_version": "1", "next": "/x/"})
    assert step.url == "/learn/register/name/?next=%2Fx%2F"
    step = post(person, "name", NAME | {"next": "/x/"})
    page = person.get(step.url)
    assert NAME["full_name"] in page.text, "what was entered is shown"
    done = post(person, "affiliation", BODY | {"started_on": "令和8年4月1日", "next": "/x/"})
    assert done.url == "/x/"
    learner = Learner.objects.get()
    assert (learner.full_name, learner.kana) == ("髙橋 𠮷江", "タカハシ ヨシエ")
    assert learner.purpose_notice == notice
    affiliation = learner.affiliations.get()
    assert (affiliation.local_government, affiliation.started_on) == (
        nakayama,
        dt.date(2026, 4, 1),
    )
    assert not RegistrationDraft.objects.exists()


def test_it_goes_on_later_at_the_step_it_was_left(person):
    go_to_affiliation(person)
    wrong = BODY | {"ended_on": "去年の春", "later": "1", "next": "/course/"}
    assert post(person, "affiliation", wrong).url == "/learn/register/saved/"
    assert not Learner.objects.exists()
    again = person.get("/learn/register/")
    assert again.url == "/learn/register/affiliation/?next=%2Fcourse%2F"
    page = person.get(again.url).text
    assert 'value="去年の春"' in page
    assert "日付として" not in page, "nobody pressed the button yet"


def test_going_back_keeps_what_was_typed(person):
    go_to_affiliation(person)
    back = post(person, "affiliation", BODY | {"category": "supporter", "back": "1"})
    assert back.url.startswith("/learn/register/name/")
    assert 'value="髙橋 𠮷江"' in person.get(back.url).text
    assert 'value="supporter" selected' in person.get("/learn/register/affiliation/").text


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"standing": "former"}, "退任日を入力してください"),
        ({"standing": "former", "ended_on": "2099/3/31"}, "まだ来ていない日です"),
        ({"ended_on": "2020/3/31"}, "すでに過ぎた日です"),
        (
            {"standing": "former", "started_on": "2020/4/1", "ended_on": "R1.5.1"},
            "退任日が着任日より前",
        ),
        ({"started_on": "2026/2/30"}, "暦にない日です"),
        ({"started_on": "8.4.1"}, "日付として読めません"),
        ({"municipality": ""}, "市区町村を選んでください"),
        ({"municipality": "999999"}, "市区町村を選んでください"),
        ({"category": ""}, "区分を選んでください"),
        ({"started_on": "令和90年4月1日"}, 'href="#id_started_on"'),
    ],
)
def test_what_is_wrong_is_told_at_the_field_and_kept(person, fields, text):
    go_to_affiliation(person)
    page = post(person, "affiliation", BODY | fields)
    assert page.status_code == 200
    assert text in page.text
    for value in filter(None, fields.values()):
        assert value in page.text or value == "999999"
    assert not Learner.objects.exists()


def test_an_earlier_step_that_is_not_right_any_more_is_gone_back_to(person):
    go_to_affiliation(person)
    factories.PurposeNoticeFactory(version=2)
    step = post(person, "affiliation", BODY)
    assert step.url.startswith("/learn/register/purpose/")
    page = person.get(step.url).text
    assert "利用目的が改定されました" in page
    assert 'name="notice_version" value="2"' in page
    assert "checked" not in page.partition("<main")[2]
    post(person, "purpose", {"accept": "on", "notice_version": "2"})
    post(person, "affiliation", BODY)
    assert Learner.objects.get().purpose_notice.version == 2


def test_a_document_is_not_lost_with_an_error(person):
    go_to_affiliation(person)
    file = SimpleUploadedFile("委嘱状.pdf", PDF)
    page = post(person, "affiliation", BODY | {"municipality": "", "evidence": file})
    assert "委嘱状.pdf" in page.text
    post(person, "affiliation", BODY)
    evidence = Evidence.objects.get()
    assert evidence.name == "委嘱状.pdf"
    assert "委嘱状" not in evidence.file.name
    assert evidence.file.read() == PDF


def test_a_document_can_be_replaced_and_removed_before_it_is_sent(person):
    go_to_affiliation(person)

    def keep(name):
        file = SimpleUploadedFile(name, PDF)
        post(person, "affiliation", BODY | {"municipality": "", "evidence": file})
        return RegistrationDraft.objects.get().data["evidence"]["path"]

    first, second = keep("one.pdf"), keep("two.pdf")
    assert not evidence_storage().exists(first)
    assert evidence_storage().exists(second)
    post(person, "affiliation", BODY | {"drop_evidence": "1"})
    assert not evidence_storage().exists(second)
    post(person, "affiliation", BODY)
    assert Learner.objects.exists()
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"<html><script>alert(1)</script>", "PDF、JPEG、PNG"),
        (b"GIF89a", "PDF、JPEG、PNG"),
        (b"PK\x03\x04", "PDF、JPEG、PNG"),
        (b"", "空"),
        (b"%PDF-" + b"0" * (10 * 2**20), "10MB"),
    ],
)
def test_a_file_that_is_no_document_is_refused_whatever_its_name(person, content, text):
    go_to_affiliation(person)
    file = SimpleUploadedFile("paper.pdf", content, content_type="application/pdf")
    page = post(person, "affiliation", BODY | {"evidence": file})
    assert page.status_code == 200
    assert text in page.text
    assert not Learner.objects.exists()


def test_merged_towns_are_found_for_the_past_only(person, nakayama):
    yamanobe = factories.MunicipalityFactory(code="063011", name="山辺町")
    nakayama.successor, nakayama.abolished_on = yamanobe, dt.date(2026, 10, 1)
    nakayama.save()
    now = person.get("/learn/municipalities/?prefecture=060003").text
    past = person.get("/learn/municipalities/?prefecture=060003&past=1").text
    assert "中山町" not in now
    assert "中山町（現在の山辺町）" in past
    go_to_affiliation(person)
    page = post(person, "affiliation", BODY)
    assert "中山町は2026年10月1日に山辺町へ合併しました" in page.text
    post(person, "affiliation", BODY | {"standing": "former", "ended_on": "R8.9.30"})
    assert Affiliation.objects.get().local_government == nakayama


def test_prefecture_staff_work_for_the_prefecture(person):
    go_to_affiliation(person)
    post(person, "affiliation", BODY | {"category": "prefecture_staff"})
    assert Affiliation.objects.get().local_government.code == "060003"


def test_the_prefecture_tells_namesakes_apart(person, nakayama):
    gunma = factories.PrefectureFactory(code="100005", name="群馬県")
    other = factories.MunicipalityFactory(code="104213", prefecture=gunma)
    assert str(nakayama) != str(other)
    assert person.get("/learn/municipalities/?prefecture=100005").text.count("中山町") == 1


def test_two_people_with_the_same_name_and_town_are_two(person, notice, nakayama):
    for _number in range(2):
        register_learner(
            user=factories.UserFactory(),
            full_name="佐藤 花子",
            kana="サトウ ハナコ",
            former_name="",
            category="volunteer",
            local_government=nakayama,
            purpose_notice=notice,
            now=factories.NOW,
        )
    assert Learner.objects.filter(full_name="佐藤 花子").count() == 2


def test_hostile_fields_are_kept_as_far_as_they_can_be(person):
    post(
        person, "name", {"full_name": "a\x00b" + "長" * 5000, "kana": "", "next": "//evil.example"}
    )
    draft = RegistrationDraft.objects.get().data
    assert draft["full_name"].startswith("ab長")
    assert len(draft["full_name"]) == 1000
    assert draft["next"] == "/learn/"


def test_registered_learners_and_strangers_are_led_on(learner_client, client, notice):
    for step in ("purpose", "name", "affiliation"):
        assert learner_client.get(f"/learn/register/{step}/").url == "/learn/"
        assert "/account/login/" in client.get(f"/learn/register/{step}/").url


def test_what_was_typed_while_the_session_ran_out_is_there_after_signing_in(person, client):
    go_to_affiliation(person)
    user = RegistrationDraft.objects.get().user
    url = "/learn/register/affiliation/"
    sent = client.post(url, BODY | {"started_on": "R8.4.1"})
    assert sent.url == f"/account/login/?next={url}"
    client.force_login(user)
    page = client.get(url).text
    assert 'value="R8.4.1"' in page
    assert 'value="063029" selected' in page
    client.post(url, BODY | {"started_on": "R8.4.1"})
    assert Learner.objects.get().user == user


def test_what_somebody_typed_is_not_kept_for_the_next_at_a_shared_computer(person, client):
    url = "/learn/register/name/"
    client.post(url, NAME)
    session = client.session
    session["training_registration"]["at"] -= 901
    session.save()
    client.force_login(factories.UserFactory())
    assert NAME["full_name"] not in client.get(url).text
