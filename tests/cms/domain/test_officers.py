"""Officers are appointed by address; their rights end with the term, the next moment."""

import datetime as dt

import pytest
from allauth.account.models import EmailAddress

from cms.domain.officers import OwnAppointment, appoint_by_address
from cms.models import User
from tests import factories
from training.domain.appointments import (
    AlreadyAppointed,
    AlreadyEnded,
    EndsBeforeItStarts,
    end_at_once,
    set_last_day,
)
from training.domain.scopes import read_scope
from training.models import Appointment, AuditEntry, OutgoingMail

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 24, 3, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 24)
DAY = dt.timedelta(days=1)


@pytest.fixture
def administrator(db):
    return factories.UserFactory()


@pytest.fixture
def town(db):
    return factories.MunicipalityFactory()


def appoint(town, administrator, *, email="officer@town.example.jp", starts_on=TODAY, ends_on=None):
    return appoint_by_address(
        email=email,
        local_government=town,
        starts_on=starts_on,
        ends_on=ends_on,
        reason="新任",
        actor=administrator,
        now=NOW,
    )


def can_act(user, town, *, today=TODAY):
    return read_scope(user=user, today=today).can_act_for(town.pk)


def test_new_officer_gets_an_account_and_a_mail(town, administrator):
    appointment = appoint(town, administrator)
    assert not appointment.user.has_usable_password()
    assert can_act(appointment.user, town)
    mail = OutgoingMail.objects.get()
    assert mail.to == "officer@town.example.jp"
    assert "/account/login/" in mail.body
    assert "/account/password/reset/" in mail.body
    entry = AuditEntry.objects.get(action="appointment.start")
    assert (entry.actor, entry.local_government) == (administrator, town)
    assert "officer@" not in str(entry.details)


def test_account_there_is_is_taken_whatever_the_case_of_its_letters(town, administrator):
    user = factories.UserFactory(email="officer@town.example.jp")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    assert appoint(town, administrator, email="Officer@Town.example.jp").user == user
    assert User.objects.get(pk=user.pk).has_usable_password()
    assert "password/reset" not in OutgoingMail.objects.get().body


def test_who_signed_up_with_the_address_of_somebody_else_is_shut_out(town, administrator):
    """Nobody has proved the address: whoever set its password must not become an officer."""
    user = factories.UserFactory(email="officer@town.example.jp")
    appoint(town, administrator)
    assert not User.objects.get(pk=user.pk).has_usable_password()


def test_nobody_appoints_themselves_or_twice(town, administrator):
    with pytest.raises(OwnAppointment):
        appoint(town, administrator, email=administrator.email)
    appoint(town, administrator)
    with pytest.raises(AlreadyAppointed):
        appoint(town, administrator)
    with pytest.raises(EndsBeforeItStarts):
        appoint(town, administrator, email="b@example.jp", ends_on=TODAY - DAY)
    assert Appointment.objects.count() == 1
    assert OutgoingMail.objects.count() == 1


def test_nobody_acts_twice_for_a_body_on_one_day(town, administrator):
    """One of two could be ended and the rights would go on."""
    first = appoint(town, administrator, ends_on=TODAY + 9 * DAY)
    for days in (
        {"ends_on": None},
        {"ends_on": TODAY + 20 * DAY},
        {"starts_on": TODAY + 9 * DAY},
        {"starts_on": TODAY - 9 * DAY, "ends_on": TODAY},
    ):
        with pytest.raises(AlreadyAppointed) as raised:
            appoint(town, administrator, **days)
        assert raised.value.appointment == first
    later = appoint(town, administrator, starts_on=TODAY + 10 * DAY)
    given = {"actor": administrator, "now": NOW, "reason": "延長"}
    with pytest.raises(AlreadyAppointed):
        set_last_day(appointment_id=first.pk, ends_on=TODAY + 10 * DAY, **given)
    end_at_once(appointment_id=later.pk, **given)
    set_last_day(appointment_id=first.pk, ends_on=TODAY + 10 * DAY, **given)
    # Another body, another account.
    appoint(town.prefecture, administrator)
    appoint(town, administrator, email="b@example.jp")


def test_rights_last_until_the_last_day_is_over(town, administrator):
    appointment = appoint(town, administrator)
    given = {"appointment_id": appointment.pk, "actor": administrator, "now": NOW, "reason": "異動"}
    set_last_day(**given, ends_on=TODAY + DAY)
    assert can_act(appointment.user, town, today=TODAY + DAY)
    assert not can_act(appointment.user, town, today=TODAY + 2 * DAY)
    with pytest.raises(EndsBeforeItStarts):
        set_last_day(**given, ends_on=TODAY - DAY)


@pytest.mark.parametrize("kind", ["town", "prefecture"])
def test_rights_end_at_once(town, administrator, kind):
    body = town if kind == "town" else town.prefecture
    appointment = appoint(body, administrator)
    assert read_scope(user=appointment.user, today=TODAY).can_see(town.pk)
    given = {"appointment_id": appointment.pk, "actor": administrator, "now": NOW, "reason": "異動"}
    end_at_once(**given)
    assert not read_scope(user=appointment.user, today=TODAY).can_see(town.pk)
    ended = AuditEntry.objects.get(action="appointment.end")
    assert (ended.details["at_once"], ended.reason) == (True, "異動")
    assert AuditEntry.objects.get(action="appointment.start").reason == "新任"
    with pytest.raises(AlreadyEnded):
        end_at_once(**given)
    # Somebody who comes back gets a new appointment; the old one is kept.
    appoint(body, administrator)
    assert Appointment.objects.count() == 2
