"""Mail is promised in a transaction and goes out whatever happens to the server."""

import datetime as dt
from email import message_from_bytes, policy
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.utils import translation

from training.domain import mails
from training.models import OutgoingMail

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 24, 1, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def template(settings, tmp_path):
    (tmp_path / "ready.txt").write_text(
        "修了証ができました\n\n{{ name }} 様\n次のページをご覧ください。\n"
    )
    (tmp_path / "told.txt").write_text("{% load i18n %}{% translate 'Completed' %}\n\n本文")
    settings.TEMPLATES = [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [tmp_path],
            "APP_DIRS": True,
        }
    ]


def queue(key="ready-1", to="a@example.jp"):
    return mails.queue_mail(
        key=key, to=to, template="ready.txt", context={"name": "髙橋"}, now=NOW, at_once=False
    )


@pytest.mark.parametrize("body", ["山形県中山町", "鹿児島県大島郡与論町", "Ten"])
def test_subject_begins_on_the_line_of_its_name(body, tmp_path):
    """Django would break the line first, and mailboxes would show a blank."""
    (tmp_path / "ready.txt").write_text(f"{body}からのご連絡（地域の修了者）\n\n本文\n")
    queue()
    mails.send_due_mails(now=NOW)
    raw = mail.outbox[0].message().as_bytes()
    read = message_from_bytes(raw, policy=policy.default)
    assert read["Subject"] == f"{body}からのご連絡（地域の修了者）"


def test_a_mail_asked_for_twice_goes_out_once():
    queue()
    queue()
    assert mails.send_due_mails(now=NOW) == 1
    assert mails.send_due_mails(now=NOW + dt.timedelta(days=1)) == 0
    sent = mail.outbox[0]
    assert (sent.subject, sent.to) == ("修了証ができました", ["a@example.jp"])
    assert sent.body == "髙橋 様\n次のページをご覧ください。\n"


def test_a_server_that_is_down_delays_a_mail_and_loses_none(monkeypatch):
    queue()

    def refuse(*args, **kwargs):
        raise SMTPServerDisconnected("gone")

    with monkeypatch.context() as patch:
        patch.setattr(EmailMessage, "send", refuse)
        assert mails.send_due_mails(now=NOW) == 0
    assert OutgoingMail.objects.get().problem == "SMTPServerDisconnected: gone"
    assert mails.send_due_mails(now=NOW) == 0, "not again in the same moment"
    assert mails.send_due_mails(now=NOW + dt.timedelta(minutes=3)) == 1
    assert OutgoingMail.objects.get().problem == ""


def test_one_bad_address_holds_up_nobody(monkeypatch):
    queue(key="bad", to="bad@example.jp")
    queue(key="good", to="good@example.jp")
    send = EmailMessage.send

    def refuse_bad(message):
        if message.to == ["bad@example.jp"]:
            raise ValueError("no such address")
        return send(message)

    monkeypatch.setattr(EmailMessage, "send", refuse_bad)
    now = NOW
    for _try in range(20):
        mails.send_due_mails(now=now)
        now += dt.timedelta(hours=9)
    assert [each.to for each in mail.outbox] == [["good@example.jp"]]
    given_up = OutgoingMail.objects.get(key="bad")
    assert (given_up.tries, given_up.next_try_at) == (mails.MAX_TRIES, None)


def test_a_mail_of_a_killed_sender_goes_out_after_its_lease():
    queue()
    OutgoingMail.objects.update(next_try_at=NOW + mails.LEASE, tries=1)
    assert mails.send_due_mails(now=NOW) == 0
    assert mails.send_due_mails(now=NOW + mails.LEASE) == 1


def test_one_text_goes_to_many_and_to_each_once():
    queue(key="all-1")
    to = {"all-1": "a@example.jp", "all-2": "b@example.jp"}
    for _time in range(2):
        mails.queue_mails(to=to, template="ready.txt", context={"name": "各位"}, now=NOW)
    assert mails.send_due_mails(now=NOW) == 2
    assert [(each.to, each.body.splitlines()[0]) for each in mail.outbox] == [
        (["a@example.jp"], "髙橋 様"),
        (["b@example.jp"], "各位 様"),
    ]


def test_answers_go_where_they_are_asked_to():
    mails.queue_mail(
        key="asked",
        to="a@example.jp",
        template="ready.txt",
        context={},
        now=NOW,
        at_once=False,
        reply_to="office@town.example.jp",
    )
    mails.send_due_mails(now=NOW)
    assert mail.outbox[0].reply_to == ["office@town.example.jp"]


def test_reader_gets_both_parts_in_japanese_whoever_caused_the_mail():
    with translation.override("en"):
        mails.queue_mail(key="i", to="a@example.jp", template="told.txt", context={}, now=NOW)
    mails.send_due_mails(now=NOW)
    assert mail.outbox[0].subject == "修了"
    [html] = mail.outbox[0].alternatives
    assert "<h1>修了</h1>" in html.content
