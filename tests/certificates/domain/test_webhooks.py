import datetime as dt
import hashlib
import hmac
import json

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from certificates import tasks
from certificates.domain import register, webhooks
from certificates.domain.api_keys import make_key, revoke_key
from certificates.models import RegisterEntry, Webhook, WebhookDelivery
from tests import factories
from tests.certificates.issued import make_issued

from .receiver import receiving

pytestmark = pytest.mark.django_db
NOW = factories.NOW


@pytest.fixture(autouse=True)
def this_machine_is_allowed(settings):
    settings.CERTIFICATES_ALLOW_PRIVATE_WEBHOOKS = True


@pytest.fixture
def receiver():
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def api_key(db):
    town = factories.MunicipalityFactory()
    return make_key(local_government=town, label="住民課", now=NOW)[0]


@pytest.fixture
def webhook(api_key, receiver):
    return webhooks.register_webhook(api_key=api_key, url=receiver.url, now=NOW)


@pytest.fixture
def certificate(db):
    return make_issued()


def enter(certificate, event="revoked", sequence=1):
    return RegisterEntry.objects.create(
        sequence=sequence,
        certificate=certificate,
        event=event,
        at=NOW,
        content={},
        previous_hash=f"{sequence - 1:064}",
        hash=f"{sequence:064}",
    )


def queue(certificate, **fields):
    webhooks.queue_deliveries(entry=enter(certificate, **fields), now=NOW)
    return WebhookDelivery.objects.order_by("pk").last()


def deliver(delivery, now=NOW):
    done = webhooks.deliver(delivery_id=delivery.pk, now=now)
    delivery.refresh_from_db()
    return done


def test_call_tells_what_happened_and_neither_name_nor_code(webhook, certificate, receiver):
    delivery = queue(certificate)
    assert deliver(delivery)
    [(path, headers, body)] = receiver.calls
    assert path == "/hook?town=1"
    assert json.loads(body) == {
        "id": delivery.pk,
        "event": "revoked",
        "number": "令和8年度 第000001号",
        "at": "2026-11-23T03:00:00+00:00",
        "verify_url": "http://127.0.0.1:8000/v/",
    }
    assert headers["Certificates-Delivery"] == str(delivery.pk)
    assert (delivery.delivered_at, delivery.next_try_at, delivery.answer) == (NOW, None, "204")


def test_receiver_can_check_the_signature(webhook, certificate, receiver):
    deliver(queue(certificate))
    [(_path, headers, body)] = receiver.calls
    parts = dict(part.split("=") for part in headers["Certificates-Signature"].split(","))
    signed = parts["t"].encode() + b"." + body
    assert parts["t"] == str(int(NOW.timestamp()))
    assert parts["v1"] == hmac.new(webhook.secret.encode(), signed, hashlib.sha256).hexdigest()


def test_revocation_in_the_register_is_told(webhook, certificate, receiver):
    register.revoke_certificate(
        certificate_id=certificate.pk,
        reason_class=certificate.RevocationClass.OTHER,
        reason="誤り",
        now=NOW,
    )
    assert deliver(WebhookDelivery.objects.get())
    assert json.loads(receiver.calls[0][2])["event"] == "revoked"


def test_what_was_never_issued_is_not_told(webhook, certificate):
    certificate.issued_at = None
    assert webhooks.queue_deliveries(entry=enter(certificate), now=NOW) == 0


def test_only_revocations_and_replacements_are_told(webhook, certificate):
    counts = [
        webhooks.queue_deliveries(entry=enter(certificate, event, number), now=NOW)
        for number, event in enumerate(["issued", "revoked", "superseded"], start=1)
    ]
    assert counts == [0, 1, 1]


def test_every_active_webhook_is_called_once(api_key, webhook, certificate, receiver):
    other = webhooks.register_webhook(api_key=api_key, url=receiver.url + "2", now=NOW)
    off = webhooks.register_webhook(api_key=api_key, url=receiver.url + "3", now=NOW)
    Webhook.objects.filter(pk=off.pk).update(disabled_at=NOW)
    entry = enter(certificate)
    webhooks.queue_deliveries(entry=entry, now=NOW)
    webhooks.queue_deliveries(entry=entry, now=NOW)
    assert set(WebhookDelivery.objects.values_list("webhook", flat=True)) == {webhook.pk, other.pk}
    for delivery in WebhookDelivery.objects.all():
        assert deliver(delivery)
        assert not deliver(delivery)
    assert len(receiver.calls) == 2


def test_no_answer_is_tried_again_with_growing_pauses(webhook, certificate, receiver):
    receiver.status = 500
    delivery, moment, pauses = queue(certificate), NOW, []
    while delivery.next_try_at:
        assert webhooks.find_due(now=moment, limit=9) == [delivery.pk]
        assert not deliver(delivery, moment)
        if delivery.next_try_at:
            assert webhooks.find_due(now=moment, limit=9) == []
            pauses.append(delivery.next_try_at - moment)
            moment = delivery.next_try_at
    assert pauses == sorted(pauses)
    assert moment - NOW == dt.timedelta(days=3)
    assert len(receiver.calls) == len(pauses) + 1
    webhook.refresh_from_db()
    assert (webhook.disabled_at, delivery.delivered_at, delivery.answer) == (moment, None, "500")


@pytest.mark.parametrize("error", [SoftTimeLimitExceeded, RuntimeError])
def test_whatever_goes_wrong_is_booked_and_ends_in_switching_off(
    webhook, certificate, monkeypatch, error
):
    def fail(**_):
        raise error

    monkeypatch.setattr(webhooks, "post", fail)
    delivery, moment = queue(certificate), NOW
    while delivery.next_try_at:
        moment = delivery.next_try_at
        assert not deliver(delivery, moment)
        assert error.__name__ in delivery.answer
    webhook.refresh_from_db()
    assert webhook.disabled_at == moment


def test_late_answer_is_taken(webhook, certificate, receiver):
    receiver.status = 503
    delivery = queue(certificate)
    deliver(delivery)
    receiver.status = 200
    assert deliver(delivery, delivery.next_try_at)
    assert delivery.tries == 2


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404])
def test_redirect_is_not_followed_and_is_no_answer(webhook, certificate, receiver, status):
    receiver.status = status
    assert not deliver(queue(certificate))
    assert len(receiver.calls) == 1


def test_nobody_there(api_key, certificate, receiver):
    url = receiver.url.replace("127.0.0.1", "nowhere.invalid")
    webhooks.register_webhook(api_key=api_key, url=url, now=NOW)
    delivery = queue(certificate)
    assert not deliver(delivery)
    assert delivery.answer == "the name does not resolve"


def test_address_that_became_private_is_not_called(webhook, certificate, receiver, settings):
    settings.CERTIFICATES_ALLOW_PRIVATE_WEBHOOKS = False
    assert not deliver(queue(certificate))
    assert receiver.calls == []


def test_revoked_key_and_removed_webhook_are_not_called(api_key, webhook, certificate, receiver):
    delivery = queue(certificate)
    revoke_key(key_id=api_key.pk, now=NOW)
    assert webhooks.find_due(now=NOW, limit=9) == []
    assert not deliver(delivery)
    assert receiver.calls == []


def test_second_worker_leaves_a_call_alone_that_is_being_made(
    webhook, certificate, receiver, monkeypatch
):
    delivery = queue(certificate)
    real = webhooks.post

    def call_twice(**call):
        assert not webhooks.deliver(delivery_id=delivery.pk, now=NOW)
        return real(**call)

    monkeypatch.setattr(webhooks, "post", call_twice)
    assert deliver(delivery)
    assert len(receiver.calls) == 1


def test_sweep_rings_for_what_is_due(webhook, certificate, monkeypatch):
    delivery, rung = queue(certificate), []
    monkeypatch.setattr(tasks.deliver, "apply_async", lambda args, **_: rung.append(args))
    tasks.sweep_offices.run()
    assert rung == [(delivery.pk,)]


def test_same_address_again_switches_it_on_with_a_new_secret(api_key, webhook, receiver):
    Webhook.objects.update(disabled_at=NOW)
    again = webhooks.register_webhook(api_key=api_key, url=receiver.url, now=NOW)
    assert (again.pk, again.disabled_at) == (webhook.pk, None)
    assert again.secret != webhook.secret
