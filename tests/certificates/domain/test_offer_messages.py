"""A town writes to a learner without learning the address."""

import datetime as dt
import uuid

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.db.models import Max, Min

from certificates.domain import offer_messages
from certificates.models import Certificate, OfferBlock, OfferMessage
from tests.certificates.offers import NOW, TODAY, make_bodies, make_offer, officer_of
from training.domain.mails import send_due_mails
from training.models import AuditEntry, OutgoingMail
from training.seams import kept_classes

pytestmark = pytest.mark.django_db
URL = "https://example.jp/certificates/offers/mine/"


@pytest.fixture
def bodies(db):
    return make_bodies()


@pytest.fixture
def offer(bodies):
    return make_offer(bodies["nakayama"])


@pytest.fixture
def officer(bodies):
    return officer_of(bodies["nakayama"])


def write(offer, officer, bodies, *, token=None, now=NOW, today=TODAY, body="nakayama"):
    return offer_messages.send_message(
        offer_id=offer.pk,
        sender=officer,
        local_government=bodies[body],
        text="12月に教室を開きます。",
        token=token or uuid.uuid4(),
        url=URL,
        today=today,
        now=now,
    )


def test_the_learner_gets_it_and_the_answer_goes_to_the_officer(offer, officer, bodies):
    write(offer, officer, bodies)
    send_due_mails(now=NOW)
    [sent] = mail.outbox
    assert sent.to == [offer.learner.user.email]
    assert sent.reply_to == [officer.email]
    assert sent.cc == sent.bcc == []
    assert "山形県中山町" in sent.subject
    for text in ("12月に教室を開きます。", officer.email, URL):
        assert text in sent.body


def test_pressed_twice_it_is_one_message(offer, officer, bodies):
    token = uuid.uuid4()
    first = write(offer, officer, bodies, token=token)
    assert write(offer, officer, bodies, token=token) == first
    assert OutgoingMail.objects.count() == OfferMessage.objects.count() == 1
    assert AuditEntry.objects.filter(action="offer.write").count() == 1


def test_the_database_holds_both(offer, officer, bodies):
    made = write(offer, officer, bodies)
    for fields in ({"token": made.token, "number": 2}, {"token": uuid.uuid4(), "number": 1}):
        with pytest.raises(IntegrityError):
            _insert(made, **fields)


def _insert(made, **fields):
    with transaction.atomic():
        OfferMessage.objects.create(
            learner=made.learner,
            local_government=made.local_government,
            sender=made.sender,
            sent_at=NOW,
            sent_on=TODAY,
            **fields,
        )


def test_a_number_that_was_taken_meanwhile_is_passed_over(offer, officer, bodies, monkeypatch):
    made = write(offer, officer, bodies)
    real, calls = offer_messages.find_offer, []

    def lose_the_race_once(**given):
        found = real(**given)
        if not calls:
            calls.append(1)
            _insert(made, token=uuid.uuid4(), number=2)
            # What this request had read before the other one wrote.
            monkeypatch.setattr(offer_messages, "Max", Min)
        else:
            monkeypatch.setattr(offer_messages, "Max", Max)
        return found

    monkeypatch.setattr(offer_messages, "find_offer", lose_the_race_once)
    assert write(offer, officer, bodies).number == 3


def test_so_many_a_day_and_no_more(offer, officer, bodies, monkeypatch):
    monkeypatch.setattr(offer_messages, "OFFER_MESSAGES_PER_DAY", 2)
    for _message in range(2):
        write(offer, officer, bodies)
    with pytest.raises(offer_messages.TooManyMessages):
        write(offer, officer, bodies)
    write(offer, officer_of(bodies["nakayama"]), bodies)
    tomorrow = {"now": NOW + dt.timedelta(days=1), "today": TODAY + dt.timedelta(days=1)}
    write(offer, officer, bodies, **tomorrow)
    assert OutgoingMail.objects.count() == 4


def test_nobody_writes_to_one_who_is_no_longer_shown(offer, officer, bodies):
    Certificate.objects.update(status="revoked")
    with pytest.raises(offer_messages.OfferGone):
        write(offer, officer, bodies)
    assert not OutgoingMail.objects.exists()


def test_a_blocked_town_cannot_write_and_a_neighbour_can(offer, officer, bodies):
    for _press in range(2):
        offer_messages.block_body(
            learner=offer.learner, local_government=bodies["nakayama"], now=NOW
        )
    assert OfferBlock.objects.count() == 1
    with pytest.raises(offer_messages.OfferGone):
        write(offer, officer, bodies)
    write(offer, officer_of(bodies["yamanobe"]), bodies, body="yamanobe")
    offer_messages.unblock_body(learner=offer.learner, code="063029")
    write(offer, officer, bodies)


def test_misuse_is_reported_once(offer, officer, bodies):
    message = write(offer, officer, bodies)
    given = {"message": message, "actor": offer.learner.user, "now": NOW}
    assert offer_messages.report_message(report="勧誘でした", **given)
    assert not offer_messages.report_message(report="二度目", **given)
    message.refresh_from_db()
    assert message.report == "勧誘でした"
    entry = AuditEntry.objects.get(action="offer.report")
    assert entry.local_government == bodies["nakayama"]
    assert entry.details == {}


def test_texts_are_forgotten_and_the_rows_stay(offer, officer, bodies):
    write(offer, officer, bodies)
    reported = write(offer, officer, bodies)
    later = NOW + dt.timedelta(days=90)
    offer_messages.report_message(
        message=reported, report="確認を", actor=offer.learner.user, now=later
    )
    [kept] = [each for each in kept_classes if each.name == "offer_texts"]
    assert kept.delete(later, later) == 0, "the mail is still to be sent"
    send_due_mails(now=NOW)
    assert kept.delete(NOW, later) == 0
    assert (kept.count(later), kept.delete(later, later)) == (1, 1)
    texts = OfferMessage.objects.order_by("pk").values_list("text", flat=True)
    assert [bool(text) for text in texts] == [False, True]
    bodies_of_mails = OutgoingMail.objects.order_by("pk").values_list("body", flat=True)
    assert [bool(body) for body in bodies_of_mails] == [False, True]
    assert kept.delete(later + dt.timedelta(seconds=1), later) == 1
    assert OfferMessage.objects.count() == 2
