"""An invitation is sent once, spent by saying yes, and confirms what the body itself said."""

import datetime as dt
import re

import pytest
from allauth.account.models import EmailAddress

from tests import factories
from tests.training.rosters import HEADINGS, person, uploaded, workbook
from training.domain import invitations, people
from training.domain.offices import read_office
from training.models import (
    Affiliation,
    AuditEntry,
    Invitation,
    Learner,
    OutgoingMail,
    RegistrationDraft,
)

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 25, 1, 0, tzinfo=dt.UTC)


@pytest.fixture
def officer():
    return factories.AppointmentFactory().user


@pytest.fixture
def office(officer):
    return read_office(code="063029")


def upload(officer, office, rows=None):
    data = workbook([HEADINGS, *(rows or [person(1)])])
    return uploaded(data, user=officer, body=office and office.body, now=NOW)


def send(officer, office, rows=None, now=NOW):
    return invitations.send_list(
        upload=upload(officer, office, rows), office=office, user=officer, now=now
    )


def token_of(mail):
    return re.search(r"/invitations/([^/]+)/", mail.body)[1]


def invited(officer, office):
    send(officer, office)
    return invitations.find_invitation(token=token_of(OutgoingMail.objects.latest("pk")))


def account(address="p1@example.jp", *, verified=True):
    user = factories.UserFactory(email=address)
    EmailAddress.objects.create(user=user, email=address, verified=verified, primary=True)
    return user


def register(user, **facts):
    draft = RegistrationDraft.objects.get(user=user).data
    return people.register_learner(
        user=user,
        full_name=draft["full_name"],
        kana=draft["kana"],
        former_name="",
        category=draft["category"],
        local_government=factories.MunicipalityFactory(),
        purpose_notice=factories.PurposeNoticeFactory(),
        now=NOW,
        **facts,
    )


def test_same_list_twice_invites_nobody_twice(officer, office):
    rows = [person(1), person(2)]
    first, second = upload(officer, office, rows), upload(officer, office, rows)
    sent = [
        invitations.send_list(upload=each, office=office, user=officer, now=NOW)
        for each in (first, second)
    ]
    assert sent == [2, 0]
    assert Invitation.objects.count() == OutgoingMail.objects.count() == 2
    with pytest.raises(invitations.UploadGone):
        invitations.send_list(upload=first, office=office, user=officer, now=NOW)
    [entry] = AuditEntry.objects.filter(action="invitation.send")
    assert entry.details == {"count": 2}


def test_mail_names_the_body_and_its_link_is_not_in_the_database(officer, office):
    invitation = invited(officer, office)
    mail = OutgoingMail.objects.get()
    assert "山形県中山町" in mail.subject
    assert token_of(mail) not in str(Invitation.objects.filter(pk=invitation.pk).values())


def test_invited_person_registers_with_what_the_body_wrote_and_is_confirmed(officer, office):
    invitation = invited(officer, office)
    user = account()
    assert invitations.take_up(invitation=invitation, user=user, now=NOW) is None
    assert RegistrationDraft.objects.get(user=user).data == {
        "full_name": "髙橋 1",
        "kana": "タカハシ",
        "category": "volunteer",
        "prefecture": "060003",
        "municipality": "063029",
        "started_on": "2026-04-01",
    }
    learner = register(user)
    affiliation = Affiliation.objects.get(learner=learner)
    assert (affiliation.confirmed_at, affiliation.confirmed_by) == (NOW, officer)
    assert Invitation.objects.get().learner == learner


@pytest.mark.parametrize(
    "case", ["another address", "unverified address", "invited by the ministry"]
)
def test_nothing_else_confirms(case, officer, office):
    if case == "invited by the ministry":
        headings = [*HEADINGS, "団体コード"]
        data = workbook([headings, [*person(1), "063029"]])
        ministry = factories.UserFactory()
        kept = uploaded(data, user=ministry, body=None, now=NOW)
        assert invitations.send_list(upload=kept, office=None, user=ministry, now=NOW) == 1
        invitation = Invitation.objects.get()
    else:
        invitation = invited(officer, office)
    address = "other@example.jp" if case == "another address" else "p1@example.jp"
    user = account(address, verified=case != "unverified address")
    invitations.take_up(invitation=invitation, user=user, now=NOW)
    learner = register(user)
    assert Affiliation.objects.get(learner=learner).confirmed_at is None
    assert Invitation.objects.get().accepted_at == NOW


@pytest.mark.parametrize(("year", "is_confirmed"), [(2026, True), (2016, False)])
def test_body_confirms_no_other_first_day_than_it_wrote(year, is_confirmed, officer, office):
    """Ten years of office that nobody knows of would stand there in its name."""
    invitation = invited(officer, office)
    user = account()
    invitations.take_up(invitation=invitation, user=user, now=NOW)
    learner = register(user, started_on=dt.date(year, 4, 1))
    assert bool(Affiliation.objects.get(learner=learner).confirmed_at) is is_confirmed
    assert Invitation.objects.get().learner == learner


def test_officer_who_invites_the_own_address_is_confirmed_by_somebody_else(officer, office):
    EmailAddress.objects.create(user=officer, email=officer.email, verified=True, primary=True)
    send(officer, office, [person(1, メールアドレス=officer.email)])
    invitation = Invitation.objects.get()
    assert invitation.email == officer.email
    learner = factories.LearnerFactory(user=officer)
    invitations.take_up(invitation=invitation, user=officer, now=NOW)
    assert Affiliation.objects.get(learner=learner).confirmed_at is None


def test_learner_who_accepts_belongs_to_the_body_at_once(officer, office):
    invitation = invited(officer, office)
    learner = factories.LearnerFactory(user=account())
    assert invitations.take_up(invitation=invitation, user=learner.user, now=NOW) == learner
    assert Affiliation.objects.get(learner=learner).confirmed_by == officer
    with pytest.raises(invitations.InvitationGone):
        invitations.take_up(invitation=invitation, user=account("b@example.jp"), now=NOW)


def test_what_somebody_typed_of_themselves_is_not_overwritten(officer, office):
    invitation = invited(officer, office)
    user = account()
    RegistrationDraft.objects.create(
        user=user, data={"full_name": "高橋 本人", "kana": ""}, updated_at=NOW
    )
    invitations.take_up(invitation=invitation, user=user, now=NOW)
    draft = RegistrationDraft.objects.get(user=user).data
    assert (draft["full_name"], draft["kana"]) == ("高橋 本人", "タカハシ")


def test_expired_or_withdrawn_invitation_is_not_taken_up(officer, office):
    invitation = invited(officer, office)
    late = NOW + dt.timedelta(days=90)
    with pytest.raises(invitations.InvitationExpired):
        invitations.take_up(invitation=invitation, user=account(), now=late)
    invitations.withdraw(invitation=invitation, user=officer, now=NOW)
    with pytest.raises(invitations.InvitationGone):
        invitations.take_up(invitation=invitation, user=account("c@example.jp"), now=NOW)
    assert not Learner.objects.exists()
    # The address may be invited anew.
    assert send(officer, office) == 1


def test_sending_again_is_limited_and_voids_the_old_link(officer, office):
    invitation = invited(officer, office)
    old = token_of(OutgoingMail.objects.get())
    with pytest.raises(invitations.SentTooOften):
        invitations.send_again(invitation=invitation, user=officer, now=NOW)
    now = NOW
    for _time in range(2):
        now += dt.timedelta(days=1)
        invitations.send_again(invitation=invitation, user=officer, now=now)
    assert invitations.find_invitation(token=old) is None
    new = token_of(OutgoingMail.objects.latest("pk"))
    assert invitations.find_invitation(token=new).expires_at == now + dt.timedelta(days=90)
    with pytest.raises(invitations.SentTooOften):
        invitations.send_again(invitation=invitation, user=officer, now=now + dt.timedelta(days=9))
    assert OutgoingMail.objects.count() == 3
