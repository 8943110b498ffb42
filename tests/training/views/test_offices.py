"""What a town sees of its people: by status, in the learner's own words, and nobody else's."""

import csv
import io
import re

import pytest
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localdate
from openpyxl import load_workbook

from tests import factories
from training.clock import in_japan
from training.domain.completion import read_decision
from training.domain.figures import rebuild_figures
from training.domain.quizzes import start_attempt, submit_attempt
from training.models import (
    Affiliation,
    Appointment,
    AuditEntry,
    Enrolment,
    Evidence,
    ModuleCompletion,
    ModulePage,
    Quiz,
)

from .office_cast import PREFECTURE, TOWN, client_of, days_ago, make_cast, make_person

pytestmark = pytest.mark.django_db
URL = f"/learn/offices/{TOWN}/"
NOW = factories.NOW


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def officer(cast):
    return cast.clients["officer"]


@pytest.fixture
def person(cast):
    return make_person(cast.town)


def confirm(client, chosen, **options):
    """As from the page that asks once more."""
    data = {"affiliation": chosen, "confirmed": "1"}
    return client.post(f"{URL}confirm/", data, **options)


def names(page):
    return [row.full_name for row in page.context["rows"]]


def enrol(affiliation, course, *, days=0, completed=False):
    enrolment = factories.make_enrolment(learner=affiliation.learner, course=course)
    at = days_ago(days)
    Enrolment.objects.filter(pk=enrolment.pk).update(
        enrolled_at=at, completed_at=at if completed else None
    )
    return enrolment


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("officer", 200),
        ("prefecture", 200),
        ("ministry", 200),
        ("other officer", 404),
        ("learner", 404),
        ("anonymous", 302),
    ],
)
def test_who_sees_a_town_and_its_people(who, status, cast, person):
    client = cast.clients[who]
    for path in ("", "people/", "waiting/", f"people/{person.learner_id}/"):
        assert client.get(URL + path).status_code == status
    for path in ("people.csv", "people.xlsx"):
        assert client.post(URL + path).status_code == status


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("prefecture", 403),
        ("ministry", 403),
        ("other officer", 404),
        ("learner", 404),
        ("anonymous", 302),
    ],
)
def test_nobody_but_the_town_decides(who, status, cast):
    waiting = make_person(cast.town, confirmed=False)
    client = cast.clients[who]
    refuse = f"{URL}affiliations/{waiting.pk}/refuse/"
    assert confirm(client, waiting.pk).status_code == status
    assert client.post(refuse, {"reason": "unknown"}).status_code == status
    assert client.get(refuse).status_code == status
    waiting.refresh_from_db()
    assert waiting.confirmed_at is None
    assert waiting.refused_at is None


def test_people_are_counted_by_status_and_shown_with_the_learners_sentence(cast, officer):
    course = factories.make_course(modules=2)
    make_person(cast.town, name="未受講 一")
    under_way = enrol(make_person(cast.town, name="受講中 二", kana="ジ"), course)
    enrol(make_person(cast.town, name="修了 三", kana="シ"), course, completed=True)
    make_person(cast.town, name="確認 四", confirmed=False)
    make_person(cast.other_town, name="よその 人")
    page = officer.get(URL)
    counts = page.context["counts"]
    assert (counts.people, counts.not_started, counts.under_way, counts.completed) == (4, 2, 1, 1)
    assert (counts.waiting, counts.stuck, counts.certified) == (1, 0, 0)
    assert read_decision(enrolment=under_way).sentence in page.text
    assert "よその 人" not in page.text
    for query, found in (
        ("status=completed", ["修了 三"]),
        ("status=under-way", ["受講中 二"]),
        ("confirmed=no", ["確認 四"]),
        ("category=supporter", []),
    ):
        filtered = officer.get(f"{URL}?{query}")
        assert names(filtered) == found
        assert filtered.context["counts"].matching == len(found)


@pytest.mark.parametrize("typed", ["高橋", "ﾀｶﾊｼ", "たかはし", "髙橋𠮷江", "吉江"])
def test_name_is_found_however_it_is_typed(typed, cast, officer, person):
    make_person(cast.town, name="鈴木 一郎", kana="スズキ イチロウ")
    assert names(officer.get(URL, {"q": typed})) == ["髙橋 𠮷江"]


def test_hostile_filters_are_left_out(officer, person):
    page = officer.get(URL, {"q": "\x00", "status": "x' OR 1", "category": "none", "page": "-9"})
    assert names(page) == ["髙橋 𠮷江"]


def test_stuck_is_who_did_nothing_for_two_weeks(cast, officer):
    course = factories.make_course(modules=2)
    module = ModulePage.objects.child_of(course).first()
    cases = {"古い 人": 15, "新しい 人": 13, "読んだ 人": 40, "試した 人": 40, "修了 人": 40}
    enrolments = {
        name: enrol(make_person(cast.town, name=name), course, days=days)
        for name, days in cases.items()
    }
    ModuleCompletion.objects.create(
        enrolment=enrolments["読んだ 人"], module=module, completed_at=days_ago(13)
    )
    quiz = Quiz.objects.first()
    start_attempt(enrolment=enrolments["試した 人"], quiz=quiz, now=days_ago(1))
    Enrolment.objects.filter(pk=enrolments["修了 人"].pk).update(completed_at=days_ago(30))
    page = officer.get(URL, {"stuck": "on"})
    assert names(page) == ["古い 人"]
    assert page.context["counts"].stuck == 1


def test_who_left_is_shown_with_dates_and_without_what_came_later(cast, officer):
    course = factories.make_course(modules=1)
    left = make_person(
        cast.town, name="去った 人", started_on="2025-04-01", ended_on=localdate(days_ago(30))
    )
    early = enrol(left, course, days=60)
    attempt = start_attempt(
        enrolment=early,
        quiz=Quiz.objects.get(module__slug="digital-support-module-1"),
        now=days_ago(50),
    )
    submit_attempt(attempt_id=attempt.pk, answers={}, now=days_ago(50))
    enrol(left, factories.make_course(slug="later"), days=3, completed=True)
    Enrolment.objects.filter(pk=early.pk).update(completed_at=days_ago(2))
    assert names(officer.get(URL)) == []
    listed = officer.get(URL, {"ended": "on"})
    assert names(listed) == ["去った 人"]
    assert date_format(localdate(days_ago(30))) in listed.text
    [course_seen] = officer.get(f"{URL}people/{left.learner_id}/").context["person"].courses
    assert (course_seen.enrolment_id, course_seen.completed_on) == (early.pk, None)


def test_person_of_another_body_is_not_found_by_its_number(cast, officer):
    stranger = make_person(cast.other_town)
    assert officer.get(f"{URL}people/{stranger.learner_id}/").status_code == 404


def test_person_page_tells_attempts_without_scores(cast, officer, person):
    enrolment = enrol(person, factories.make_course(modules=1))
    attempt = start_attempt(enrolment=enrolment, quiz=Quiz.objects.get(), now=days_ago(1))
    submit_attempt(attempt_id=attempt.pk, answers={}, now=days_ago(1))
    page = officer.get(f"{URL}people/{person.learner_id}/")
    assert date_format(localdate(days_ago(1))) in page.text
    assert not re.search(r"(?<!\d)0%", page.text)
    assert "選択肢" not in page.text
    assert "まだ合格" in page.text


def test_who_may_only_look_is_not_asked_to_confirm(cast):
    make_person(cast.town, confirmed=False)
    page = cast.clients["prefecture"].get(f"{URL}waiting/").text
    assert "髙橋 𠮷江" in page
    assert "否認" not in page
    assert "refuse" not in page


def test_several_are_confirmed_at_once_and_a_colleagues_decision_stays(cast, officer):
    waiting = [make_person(cast.town, confirmed=False) for _n in range(3)]
    stranger = make_person(cast.other_town, confirmed=False)
    confirm(officer, waiting[0].pk)
    before = AuditEntry.objects.count()
    chosen = [*(each.pk for each in waiting), stranger.pk, "x", "9" * 30]
    page = confirm(officer, chosen, follow=True)
    assert "すでに" in page.text or "already" in page.text
    for each in waiting:
        each.refresh_from_db()
        assert each.confirmed_by == cast.users["officer"]
    stranger.refresh_from_db()
    assert stranger.confirmed_at is None
    assert AuditEntry.objects.count() == before + 2


def test_nobody_is_confirmed_before_a_second_look(cast, officer):
    """Enter in the list presses its first button; everybody on the page needs no script."""
    first, second = (make_person(cast.town, name=name, confirmed=False) for name in ("一", "二"))
    page = officer.get(f"{URL}waiting/").text
    assert page.index("…</button>") < page.index('name="everybody"')
    shown = re.findall(r'name="shown" value="(\d+)"', page)
    assert shown == [str(first.pk), str(second.pk)]
    came_later = make_person(cast.town, name="三", confirmed=False)
    for data, listed in (
        ({"affiliation": first.pk, "shown": shown}, [first.pk]),
        ({"everybody": "1", "shown": shown}, [first.pk, second.pk]),
    ):
        look = officer.post(f"{URL}confirm/", data)
        assert [each.pk for each in look.context["affiliations"]] == listed
        assert not Affiliation.objects.filter(confirmed_at__isnull=False).exists()
    given = re.findall(r'name="affiliation" value="(\d+)"', look.text)
    confirm(officer, given)
    assert list(Affiliation.objects.waiting()) == [came_later]


@pytest.fixture
def own(cast):
    """The town's only officer belongs to it, too."""
    learner = factories.LearnerFactory(user=cast.users["officer"], full_name="担当 本人")
    return factories.AffiliationFactory(learner=learner, local_government=cast.town)


def test_officer_does_not_decide_on_the_own_affiliation(cast, officer, own):
    other = make_person(cast.town, confirmed=False)
    page = officer.get(f"{URL}waiting/").text
    assert f'name="affiliation" value="{own.pk}"' not in page
    assert f'name="affiliation" value="{other.pk}"' in page
    assert f"affiliations/{own.pk}/refuse/" not in page
    person_page = officer.get(f"{URL}people/{own.learner_id}/").text
    assert f'name="affiliation" value="{own.pk}"' not in person_page
    confirm(officer, [own.pk, other.pk])
    officer.post(f"{URL}affiliations/{own.pk}/refuse/", {"reason": "まちがい"})
    assert list(Affiliation.objects.waiting()) == [own]
    # A colleague does.
    colleague = factories.AppointmentFactory(local_government=cast.town).user
    confirm(client_of(colleague), own.pk)
    own.refresh_from_db()
    assert own.confirmed_by == colleague


@pytest.mark.parametrize("who", ["prefecture", "support"])
def test_those_above_decide_on_what_a_single_officer_says_of_themselves(who, cast, own):
    client, user = cast.clients.get(who), cast.users.get(who)
    if who == "support":
        user = factories.UserFactory()
        codes = ("view_enrolment", "change_affiliation")
        user.user_permissions.set(Permission.objects.filter(codename__in=codes))
        client = client_of(user)
    other = make_person(cast.town, confirmed=False)
    page = client.get(f"{URL}waiting/").text
    assert f'name="affiliation" value="{own.pk}"' in page
    assert f'name="affiliation" value="{other.pk}"' not in page
    file = Evidence(affiliation=own, name="委嘱状.pdf", uploaded_at=timezone.now())
    file.file.save("a.pdf", ContentFile(b"%PDF-1.4"))
    assert client.post(f"{URL}evidence/{file.pk}/").status_code == 200
    assert confirm(client, other.pk).status_code == 403
    assert confirm(client, [own.pk, other.pk]).status_code == 302
    own.refresh_from_db()
    assert own.confirmed_by == user
    assert list(Affiliation.objects.waiting()) == [other]
    assert client.get(f"{URL}affiliations/{other.pk}/refuse/").status_code == 403


def test_those_above_refuse_an_officers_own_with_a_reason(cast, own):
    url = f"{URL}affiliations/{own.pk}/refuse/"
    cast.clients["prefecture"].post(url, {"reason": "名簿にありません"})
    own.refresh_from_db()
    assert own.refused_by == cast.users["prefecture"]


def test_whoever_no_longer_acts_for_the_town_is_decided_on_by_the_town(cast, own):
    Appointment.objects.filter(user=own.learner.user).update(ended_at=timezone.now())
    assert confirm(cast.clients["prefecture"], own.pk).status_code == 403


def test_refusing_needs_a_reason(cast, officer):
    waiting = make_person(cast.town, confirmed=False)
    url = f"{URL}affiliations/{waiting.pk}/refuse/"
    assert officer.post(url, {"reason": " "}).status_code == 422
    officer.post(url, {"reason": "名簿にありません"})
    waiting.refresh_from_db()
    assert waiting.refusal_reason == "名簿にありません"
    assert names(officer.get(URL)) == []
    assert officer.get(f"{URL}people/{waiting.learner_id}/").status_code == 404


def test_evidence_is_a_download_for_the_own_body_and_written_down(cast, officer, person):
    file = Evidence(affiliation=person, name="委嘱状.pdf", uploaded_at=timezone.now())
    file.file.save("a.html", ContentFile(b"<script>alert(1)</script>"))
    url = f"{URL}evidence/{file.pk}/"
    for who, status in (("prefecture", 403), ("other officer", 404), ("learner", 404)):
        assert cast.clients[who].post(url).status_code == status
    assert officer.get(url).status_code == 405
    assert not AuditEntry.objects.filter(action="evidence.view").exists()
    response = officer.post(url)
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Type"] == "application/octet-stream"
    assert "sandbox" in response["Content-Security-Policy"]
    assert b"".join(response) == b"<script>alert(1)</script>"
    assert AuditEntry.objects.get(action="evidence.view").object_id == str(file.pk)
    Evidence.objects.update(deleted_at=timezone.now())
    assert officer.post(url).status_code == 404


def test_evidence_has_the_ending_of_what_it_is(officer, person):
    file = Evidence(affiliation=person, name="委嘱状.exe", uploaded_at=timezone.now())
    file.file.save("a.pdf", ContentFile(b"%PDF-1.4"))
    response = officer.post(f"{URL}evidence/{file.pk}/")
    assert response["Content-Disposition"].endswith(".exe.pdf")


def test_exports_hold_the_filtered_people_and_are_counted(cast, officer, person):
    course = factories.make_course()
    enrol(person, course)
    make_person(cast.town, name="=cmd|' /C calc'!A0", kana="")
    response = officer.post(f"{URL}people.csv")
    rows = list(csv.reader(io.StringIO(b"".join(response).decode("utf-8-sig"), newline="")))
    assert [row[0] for row in rows] == ["氏名", "'=cmd|' /C calc'!A0", "髙橋 𠮷江"]
    assert rows[0][3:5] == ["着任日", "退任日"]
    assert rows[2][8] == read_decision(enrolment=Enrolment.objects.get()).sentence
    book = load_workbook(
        io.BytesIO(officer.post(f"{URL}people.xlsx?status=under-way&q=髙橋").content)
    )
    assert [row[0].value for row in book.active] == ["氏名", "髙橋 𠮷江"]
    counted = [
        each.details
        for each in AuditEntry.objects.filter(action="enrolments.export").order_by("pk")
    ]
    # The name that was searched for is nobody's business later.
    assert counted == [{"rows": 2}, {"rows": 1, "status": "under-way", "name_searched": True}]


def test_one_body_leads_straight_to_its_page(cast, officer):
    assert officer.get("/learn/offices/").url == URL
    # The header's link to one's own page leads there too.
    assert officer.get("/learn/").url == "/learn/offices/"
    assert cast.clients["learner"].get("/learn/offices/").status_code == 404
    assert "山形県" in cast.clients["ministry"].get("/learn/offices/").text


def test_town_that_merged_shows_its_people_at_the_town_of_today(cast, officer):
    old = factories.MunicipalityFactory(
        code="063207", name="旧町", successor=cast.town, abolished_on="2026-04-01"
    )
    make_person(old, name="旧町の 人")
    assert names(officer.get(URL)) == ["旧町の 人"]
    assert officer.get("/learn/offices/063207/").url == URL


def test_prefecture_sees_its_towns_side_by_side(cast):
    client = cast.clients["prefecture"]
    enrol(make_person(cast.town), factories.make_course(), completed=True)
    make_person(cast.other_town, confirmed=False)
    url = f"/learn/offices/{PREFECTURE}/"
    page = client.get(f"{url}?sort=-completed")
    assert [town.body.pk for town in page.context["towns"]] == [TOWN, cast.other_town.pk]
    assert page.context["seen"].total.people == 2
    assert page.context["seen"].covered == 0
    only = client.get(f"{url}?only=waiting&sort=bad")
    assert [town.body.name for town in only.context["towns"]] == ["山辺町"]
    lines = b"".join(client.post(f"{url}towns.csv?sort=-people")).decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert AuditEntry.objects.get(action="towns.export").details == {"rows": 2}
    assert cast.clients["officer"].get(url).status_code == 404


@pytest.mark.parametrize("people", [1, 3])
def test_statements(people, cast, officer, django_assert_num_queries):
    course = factories.make_course(modules=2)
    for _n in range(people):
        enrol(make_person(cast.town), course)
    enrol(make_person(cast.town), course, completed=True)
    officer.get(URL)
    with django_assert_num_queries(TOWN_PAGE):
        assert len(names(officer.get(URL))) == people + 1
    client = cast.clients["prefecture"]
    with django_assert_num_queries(PREFECTURE_PAGE):
        client.get(f"/learn/offices/{PREFECTURE}/")


@pytest.mark.parametrize("people", [1, 60])
def test_a_large_town_is_shown_from_stored_counts_with_what_waits_now(
    people, cast, officer, monkeypatch, django_assert_max_num_queries
):
    course = factories.make_course(modules=2)
    for _n in range(people):
        enrol(make_person(cast.town), course, days=30)
    rebuild_figures(now=timezone.now())
    make_person(cast.town, name="今の 人", kana="ア", confirmed=False)
    monkeypatch.setattr("training.domain.office_counts.MOST_COUNTED", people)
    page = officer.get(URL)
    assert page.context["counts"].people == people + 1
    assert "集計" not in page.text.partition("tiles")[0]
    monkeypatch.setattr("training.domain.office_counts.MOST_COUNTED", people - 1)
    with django_assert_max_num_queries(MOST - HEALTH_CHECK):
        page = officer.get(URL)
    counts = page.context["counts"]
    assert (counts.people, counts.under_way, counts.stuck) == (people, people, people)
    assert (counts.waiting, counts.matching) == (1, people + 1)
    assert date_format(in_japan(counts.as_of), "DATETIME_FORMAT") in page.text
    assert "今の 人" in page.text
    for query in ("status=not-started", "q=今"):
        filtered = officer.get(f"{URL}?{query}")
        assert (names(filtered), filtered.context["counts"].matching) == (["今の 人"], 1)


def test_people_of_a_large_list_are_exported_once_each(cast, officer, monkeypatch):
    monkeypatch.setattr("training.domain.people_rows.CHUNK", 2)
    course = factories.make_course(modules=2)
    people = [enrol(make_person(cast.town, name=f"人 {n}"), course) for n in range(5)]
    ModuleCompletion.objects.create(
        enrolment=people[4], module=ModulePage.objects.child_of(course).first(), completed_at=NOW
    )
    response = officer.post(f"{URL}people.csv")
    rows = list(csv.reader(io.StringIO(b"".join(response).decode("utf-8-sig"), newline="")))
    assert [(row[0], row[8]) for row in rows[1:]] == [
        (each.learner.full_name, read_decision(enrolment=each).sentence) for each in people
    ]


# Statements of the aim, the health check of the connection among them.
MOST, HEALTH_CHECK = 12, 1
TOWN_PAGE = 11
PREFECTURE_PAGE = 7
