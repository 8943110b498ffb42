"""Case studies: filters, map, and cases that bodies hand in."""

import re

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction, Workflow, WorkflowState

from cms import roles
from cms.domain import cases as cases_domain
from cms.models import CaseStudyPage, CaseSubmission
from tests import factories
from tests.cms.cases import WRITTEN, CasePageFactory
from tests.cms.notices import make_bodies, officer_of
from training.models import AuditEntry

pytestmark = pytest.mark.django_db
INDEX, NEW = "/offices/cases/", "/offices/cases/new/"


@pytest.fixture
def bodies(db):
    return make_bodies()


@pytest.fixture
def home(db):
    return factories.make_home()


def as_officer(body):
    client = Client()
    client.force_login(officer_of(body))
    return client


def written(body, **fields):
    return WRITTEN | {"body": body.pk} | fields


def titles(page):
    return re.findall(r'<h3><a class="target" href="[^"]+" lang="ja">([^<]+)</a></h3>', page.text)


@pytest.fixture
def cases(home, bodies):
    hall = {"local_government": bodies["nakayama"], "title": "中山の教室"}
    office = {"local_government": bodies["yurihama"], "title": "湯梨浜の相談会"}
    return [
        CasePageFactory(parent=home, **hall),
        CasePageFactory(parent=home, place_kind="office", audience_kind="residents", **office),
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["中山の教室", "湯梨浜の相談会"]),
        ({"prefecture": "31"}, ["湯梨浜の相談会"]),
        ({"place": "hall"}, ["中山の教室"]),
        ({"audience": "residents"}, ["湯梨浜の相談会"]),
        ({"fee": "charged"}, []),
        ({"prefecture": "31", "place": "hall"}, []),
        ({"fee": "nonsense"}, ["中山の教室", "湯梨浜の相談会"]),
    ],
)
def test_filters_are_in_the_address(client, cases, query, found):
    assert titles(client.get("/cases/", query)) == found


def test_wrong_filter_is_told_and_the_others_hold(client, cases):
    page = client.get("/cases/", {"fee": "nonsense", "place": "office"})
    assert "form-field--wrong" in page.text
    assert titles(page) == ["湯梨浜の相談会"]


def test_map_leads_to_prefectures_with_cases_and_keeps_the_other_filters(client, cases):
    page = client.get("/cases/", {"place": "hall"})
    links = re.findall(r'<a href="([^"]+)" class="case-tile', page.text)
    assert links == ["/cases/?place=hall&amp;prefecture=06"]
    assert titles(client.get(links[0].replace("&amp;", "&"))) == ["中山の教室"]
    assert page.text.count('class="case-tile case-tile--empty"') == 46


def test_drafts_and_private_cases_are_not_shown(client, cases):
    cases[0].unpublish()
    PageViewRestriction.objects.create(page=cases[1], restriction_type="login")
    assert titles(client.get("/cases/")) == []


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_statements(client, home, bodies, count, django_assert_num_queries):
    for name in ("nakayama", "yurihama", "kotoura")[:count]:
        CasePageFactory(parent=home, local_government=bodies[name], title=name)
    client.get("/cases/")
    with django_assert_num_queries(6):
        client.get("/cases/")


def test_handed_in_case_waits_as_a_draft_with_the_approvers(home, bodies):
    approver = factories.UserFactory()
    approver.groups.add(roles.make_group(roles.APPROVERS))
    client = as_officer(bodies["nakayama"])
    assert client.post(NEW, written(bodies["nakayama"])).url == INDEX
    page = CaseStudyPage.objects.get()
    assert not page.live
    assert page.get_latest_revision_as_object().title == WRITTEN["title"]
    assert [block.value for block in page.points] == ["続けること", "曜日を決めること"]
    assert WorkflowState.objects.get().status == "in_progress"
    assert [message.to for message in mail.outbox] == [[approver.email]]
    assert AuditEntry.objects.get(action="case.submit").local_government == bodies["nakayama"]
    assert Client().get(f"/{page.slug}/").status_code == 404
    assert titles(Client().get("/cases/")) == []
    page.get_latest_revision().publish()
    assert titles(Client().get("/cases/")) == [WRITTEN["title"]]
    assert f'href="/{page.slug}/"' in client.get(INDEX).text


def test_same_case_sent_twice_is_one_and_a_mended_one_another(home, bodies):
    client = as_officer(bodies["nakayama"])
    for _press in range(2):
        client.post(NEW, written(bodies["nakayama"]))
    assert CaseStudyPage.objects.count() == CaseSubmission.objects.count() == 1
    client.post(NEW, written(bodies["nakayama"], fee="100円"))
    assert CaseStudyPage.objects.count() == 2


def test_case_that_was_turned_down_does_not_wait_when_sent_again_as_it_is(home, bodies):
    client = as_officer(bodies["nakayama"])
    assert "事例を提出しました" in client.post(NEW, written(bodies["nakayama"]), follow=True).text
    CaseStudyPage.objects.get().delete()
    page = client.post(NEW, written(bodies["nakayama"]), follow=True)
    assert "事例を提出しました" not in page.text
    assert not CaseStudyPage.objects.exists()


def test_wrong_input_is_told_and_nothing_is_lost(home, bodies):
    page = as_officer(bodies["nakayama"]).post(
        NEW, written(bodies["nakayama"], as_of="いつか", source_url="どこか", fee_kind="")
    )
    assert page.status_code == 200
    assert page.text.count("form-field--wrong") == 3
    for value in ("教室と相談を並べて開く", "いつか", "どこか", "曜日を決めること"):
        assert value in page.text
    assert not CaseStudyPage.objects.exists()


def test_form_asks_in_words_and_leads_back_to_the_own_cases(home, bodies):
    page = as_officer(bodies["nakayama"]).get(NEW)
    shown = BeautifulSoup(page.text, "html.parser")
    for name in ("audience_kind", "fee_kind", "place_kind"):
        choices = [option.text for option in shown.select(f"select[name={name}] option")]
        assert choices[0] == "選択してください"
        assert len(choices) == len(set(choices)) > 2
    assert shown.select_one(f'.breadcrumb a[href="{reverse("office_cases:index")}"]')


def test_officer_hands_in_for_the_own_body_only(home, bodies):
    page = as_officer(bodies["nakayama"]).post(NEW, written(bodies["kotoura"]))
    assert "form-field--wrong" in page.text
    assert not CaseStudyPage.objects.exists()


def test_only_officers_get_there(home, bodies, learner_client, client):
    assert learner_client.get(NEW).status_code == 403
    assert learner_client.post(NEW, written(bodies["nakayama"])).status_code == 403
    assert client.get(INDEX).status_code == 302


def test_office_sees_its_own_with_what_the_ministry_wrote(home, bodies):
    own, other = as_officer(bodies["nakayama"]), as_officer(bodies["kotoura"])
    own.post(NEW, written(bodies["nakayama"]))
    state = WorkflowState.objects.get()
    approver = factories.UserFactory(is_superuser=True)
    state.current_task_state.reject(user=approver, comment="場所を詳しく")
    assert "場所を詳しく" in own.get(INDEX).text
    assert WRITTEN["title"] not in other.get(INDEX).text
    CaseStudyPage.objects.get().delete()
    assert WRITTEN["title"] in own.get(INDEX).text


@pytest.mark.parametrize("count", [1, 3])
def test_own_list_takes_the_same_statements(home, bodies, count, django_assert_num_queries):
    client = as_officer(bodies["nakayama"])
    for number in range(count):
        client.post(NEW, written(bodies["nakayama"], title=f"事例{number}"))
    client.get(INDEX)
    with django_assert_num_queries(6):
        client.get(INDEX)


def test_both_halves_of_the_map_fit_a_phone_and_hold_every_prefecture(client, cases):
    page = BeautifulSoup(client.get("/cases/").content, "html.parser")
    seen = 0
    for half in page.select(".case-map svg"):
        left, top, width, height = map(int, half["viewbox"].split())
        # 48 of a tile are 44 px or more at 360 px with their margins.
        assert width * 44 / 48 <= 328
        for place in half.find_all("g", transform=True):
            x, y = map(int, re.findall(r"\d+", place["transform"]))
            assert left - 1 <= x <= left + width - 47
            assert top <= y <= top + height - 48
            seen += 1
    assert seen == 47


def fail(*args, **kwargs):
    raise IntegrityError


def test_case_whose_process_ended_before_the_workflow_is_handed_on_later(home, bodies):
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(cases_domain, "_hand_on", lambda page, officer: None)
        as_officer(bodies["nakayama"]).post(NEW, written(bodies["nakayama"]))
    now = timezone.now()
    assert not WorkflowState.objects.exists()
    assert cases_domain.hand_on_left_cases(now=now) == 0
    later = now + cases_domain.LEFT_AFTER
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(Workflow, "start", fail)
        assert cases_domain.hand_on_left_cases(now=later) == 0
    assert cases_domain.hand_on_left_cases(now=later) == 1
    assert WorkflowState.objects.get().status == "in_progress"
    assert cases_domain.hand_on_left_cases(now=later) == 0


def test_what_cannot_be_seen_is_not_taken_over(home, bodies):
    fields = {
        "title": "教室\x0bと\u202e相談",
        "points": "続ける\x01こと",
        "place": "公民館\r\n分館",
    }
    as_officer(bodies["nakayama"]).post(NEW, written(bodies["nakayama"], **fields))
    page = CaseStudyPage.objects.get()
    assert page.title == "教室 と 相談"
    assert page.points[0].value == "続ける こと"
    assert "\n" in page.place
    told = as_officer(bodies["nakayama"]).post(NEW, written(bodies["nakayama"], title="\x01"))
    assert told.context["form"].errors["title"]


def test_case_leads_back_to_the_list(client, cases):
    page = BeautifulSoup(client.get(cases[0].get_url()).content, "html.parser")
    assert page.select_one('.breadcrumb a[href="/cases/"]').get_text() == "取組事例"


def test_prefectures_have_latin_letters_in_english(client, cases):
    for language, name in (("ja", "鳥取県"), ("en", "Tottori")):
        client.cookies["language"] = language
        page = BeautifulSoup(client.get("/cases/").content, "html.parser")
        assert page.select_one('#id_prefecture option[value="31"]').get_text() == name
