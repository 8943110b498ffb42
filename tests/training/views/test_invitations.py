"""Inviting from a list, and the page that the link opens."""

import io
import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from tests import factories
from tests.training.rosters import HEADINGS, person, uploaded, workbook
from training.models import Affiliation, Invitation, Learner, OutgoingMail, RegistrationDraft

from .office_cast import TOWN, client_of, days_ago, make_cast

pytestmark = pytest.mark.django_db
URL = f"/learn/offices/{TOWN}/invitations/"
ALL = "/learn/offices/invitations/"


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def inviter(db):
    user = factories.UserFactory()
    user.user_permissions.add(Permission.objects.get(codename="add_invitation"))
    return client_of(user)


def send(cast, rows=None):
    user = cast.users["officer"]
    data = workbook([HEADINGS, *(rows or [person(1)])])
    kept = uploaded(data, user=user, body=cast.town, now=timezone.now())
    return cast.clients["officer"].post(f"{URL}lists/{kept.pk}/", follow=True)


def link():
    return re.search(r"/learn/invitations/\S+", OutgoingMail.objects.latest("pk").body)[0]


def test_list_is_uploaded_looked_at_and_sent(cast):
    officer = cast.clients["officer"]
    rows = [HEADINGS, person(1), person(2, 区分="先生")]
    file = SimpleUploadedFile("名簿.xlsx", workbook(rows))
    preview = officer.post(URL, {"file": file}, follow=True)
    assert "先生" in preview.text
    assert '<th scope="col">着任日</th>' in preview.text
    assert not Invitation.objects.exists()
    [(url, _status)] = preview.redirect_chain
    for who in ("other officer", "prefecture", "ministry", "learner"):
        assert cast.clients[who].get(url).status_code in (403, 404)
    page = officer.post(url, follow=True)
    assert [each.email for each in Invitation.objects.all()] == ["p1@example.jp"]
    assert "p1@example.jp" in page.text
    again = officer.post(url, follow=True)
    assert Invitation.objects.count() == OutgoingMail.objects.count() == 1
    assert again.status_code == 200


def test_file_that_is_no_list_is_told_beside_its_field(cast):
    file = SimpleUploadedFile("a.pdf", b"%PDF-1.7")
    page = cast.clients["officer"].post(URL, {"file": file})
    assert page.status_code == 422
    assert "PDF" in page.context["form"].errors["file"][0]


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
def test_only_the_body_itself_invites(who, status, cast):
    send(cast)
    pk = Invitation.objects.get().pk
    client = cast.clients[who]
    assert client.get(URL).status_code == status
    assert client.get(f"{URL}template.xlsx").status_code == status
    for deed in ("withdraw", "again"):
        assert client.post(f"{URL}{pk}/{deed}/").status_code == status
    assert Invitation.objects.open().count() == 1


def test_inviting_for_every_body_needs_its_permission(cast, inviter):
    for who in ("officer", "prefecture", "ministry", "learner"):
        assert cast.clients[who].get(ALL).status_code == 404
    assert inviter.get(ALL).status_code == 200
    headings = [cell.value for cell in load_workbook(
        io.BytesIO(inviter.get(f"{ALL}template.xlsx").content)
    ).active[1]]  # fmt: skip
    assert headings == [*HEADINGS, "団体コード", "都道府県", "市区町村"]
    # What the town sent is the town's.
    send(cast)
    pk = Invitation.objects.get().pk
    assert inviter.post(f"{ALL}{pk}/withdraw/").status_code == 404


def test_withdrawn_invitation_says_so_and_a_new_one_can_be_sent(cast):
    send(cast)
    old = link()
    cast.clients["officer"].post(f"{URL}{Invitation.objects.get().pk}/withdraw/")
    assert Client().get(old).status_code == 410
    assert Client().post(old).status_code == 410
    send(cast)
    assert Client().get(link()).status_code == 200


def test_second_mail_on_the_same_day_is_not_sent(cast):
    send(cast)
    invitation = Invitation.objects.get()
    url = f"{URL}{invitation.pk}/again/"
    cast.clients["officer"].post(url)
    assert OutgoingMail.objects.count() == 1
    Invitation.objects.update(sent_at=days_ago(2))
    cast.clients["officer"].post(url)
    assert OutgoingMail.objects.count() == 2


def test_opening_the_link_changes_nothing_and_accepting_needs_an_account(cast):
    factories.PurposeNoticeFactory()
    send(cast)
    url, before = link(), list(Invitation.objects.values())
    user = factories.UserFactory(email="p1@example.jp")
    for client in (Client(), client_of(user)):
        page = client.get(url)
        assert "山形県中山町" in page.text
        assert "no-store" in page["Cache-Control"]
        assert f"{Invitation.objects.get().expires_at:%Y年}" in page.text
    assert list(Invitation.objects.values()) == before
    asked = Client().post(url)
    assert asked.status_code == 302
    assert url.rstrip("/") in asked.url.replace("%2F", "/")
    assert list(Invitation.objects.values()) == before


def test_new_person_is_led_to_the_registration_with_the_facts_filled_in(cast):
    factories.PurposeNoticeFactory()
    send(cast)
    user = factories.UserFactory(email="p1@example.jp")
    assert client_of(user).post(link()).url == "/learn/register/"
    assert RegistrationDraft.objects.get(user=user).data["full_name"] == "髙橋 1"
    assert not Learner.objects.filter(user=user).exists()


def test_learner_accepts_and_is_confirmed_once(cast):
    send(cast)
    user = factories.UserFactory(email="p1@example.jp")
    EmailAddress.objects.create(user=user, email="p1@example.jp", verified=True)
    learner = factories.LearnerFactory(user=user)
    client, url = client_of(user), link()
    assert client.post(url).url == "/learn/"
    assert client.post(url).status_code == 410
    affiliation = Affiliation.objects.get(learner=learner)
    assert affiliation.confirmed_by == cast.users["officer"]


def test_unknown_token_is_no_page(client):
    assert client.get("/learn/invitations/nothing/").status_code == 404


@pytest.mark.parametrize("people", [1, 3])
def test_statements(people, cast, django_assert_num_queries):
    send(cast, [person(n) for n in range(people)])
    with django_assert_num_queries(INVITATIONS):
        cast.clients["officer"].get(URL)


INVITATIONS = 6
