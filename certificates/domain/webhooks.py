"""Calls to municipalities when a certificate is revoked or replaced: rows written together with
the register's entry, tried with growing pauses until they are answered."""

import hashlib
import hmac
import json
import logging
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse

from certificates.conf import base_url
from certificates.models import ApiKey, RegisterEntry, Webhook, WebhookDelivery

from .outbound import Unreachable, check_address, post

logger = logging.getLogger(__name__)
EVENTS = (RegisterEntry.Event.REVOKED, RegisterEntry.Event.SUPERSEDED)
# Together three days; then the webhook is switched off.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 720, 1080, 1284))
PER_KEY = 5


class TooManyWebhooks(Exception):
    """The key has as many as it may."""


def register_webhook(*, api_key: ApiKey, url: str, now: datetime) -> Webhook:
    """A new one, or the one there is for this address, switched on again with a new secret.
    Raises BadAddress, TooManyWebhooks."""
    check_address(url=url)
    secret = secrets.token_urlsafe(32)
    own = api_key.webhooks.all()
    if own.filter(url=url).update(secret=secret, disabled_at=None):
        return own.filter(url=url).order_by("pk")[0]
    if own.count() >= PER_KEY:
        raise TooManyWebhooks
    return Webhook.objects.create(api_key=api_key, url=url, secret=secret, created_at=now)


def remove_webhook(*, api_key: ApiKey, webhook_id: int) -> bool:
    return bool(Webhook.objects.filter(api_key=api_key, pk=webhook_id).delete()[0])


def queue_deliveries(*, entry: RegisterEntry, now: datetime) -> int:
    """Call it in the transaction that writes the entry. How many calls are to be made."""
    # What was never issued, nobody holds.
    if entry.event not in EVENTS or entry.certificate.issued_at is None:
        return 0
    active = Webhook.objects.filter(disabled_at=None, api_key__revoked_at=None)
    rows = [
        WebhookDelivery(webhook=webhook, entry=entry, next_try_at=now)
        for webhook in active.order_by("pk")
    ]
    WebhookDelivery.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _due(now: datetime) -> QuerySet[WebhookDelivery]:
    return WebhookDelivery.objects.filter(
        next_try_at__lte=now,
        webhook__disabled_at=None,
        webhook__api_key__revoked_at=None,
    )


def find_due(*, now: datetime, limit: int) -> list[int]:
    return list(_due(now).order_by("next_try_at", "pk").values_list("pk", flat=True)[:limit])


def write_body(*, delivery: WebhookDelivery) -> bytes:
    """No name and no code: whoever asks with them is answered under `verify_url`."""
    entry = delivery.entry
    content = {
        "id": delivery.pk,
        "event": entry.event,
        "number": entry.certificate.number_text,
        "at": entry.at.isoformat(timespec="seconds"),
        "verify_url": base_url() + reverse("verification:form"),
    }
    return json.dumps(content, ensure_ascii=False).encode()


def sign(*, secret: str, body: bytes, now: datetime) -> str:
    """The value of the header Certificates-Signature: the time is signed along with the body, so
    that an old call cannot be played again."""
    moment = int(now.timestamp())
    content = f"{moment}.".encode() + body
    digest = hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


def deliver(*, delivery_id: int, now: datetime) -> bool:
    """Make one call, if it is due and nobody else is at it. True if it was answered with 2xx.

    The next try is set before the call: a worker that is killed meanwhile costs one try.
    """
    delivery = (
        WebhookDelivery.objects.select_related("webhook", "entry__certificate")
        .filter(pk=delivery_id, pk__in=_due(now).values("pk"))
        .first()
    )
    if delivery is None:
        return False
    mine = WebhookDelivery.objects.filter(pk=delivery.pk, tries=delivery.tries)
    later = now + PAUSES[min(delivery.tries, len(PAUSES) - 1)]
    if not mine.update(tries=F("tries") + 1, next_try_at=later):
        return False
    taken = WebhookDelivery.objects.filter(pk=delivery.pk, tries=delivery.tries + 1)
    status, answer = _call(delivery, now)
    if 200 <= status < 300:
        taken.update(delivered_at=now, next_try_at=None, answer=answer)
        return True
    fields: dict[str, Any] = {"answer": answer}
    if delivery.tries >= len(PAUSES):
        fields["next_try_at"] = None
        Webhook.objects.filter(pk=delivery.webhook_id, disabled_at=None).update(disabled_at=now)
        logger.warning("webhook %s was switched off after three days", delivery.webhook_id)
    taken.update(**fields)
    return False


def _call(delivery: WebhookDelivery, now: datetime) -> tuple[int, str]:
    """The status, 0 without one, and what is kept of the answer."""
    webhook, body = delivery.webhook, write_body(delivery=delivery)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "certificates-webhook/1",
        "Certificates-Delivery": str(delivery.pk),
        "Certificates-Signature": sign(secret=webhook.secret, body=body, now=now),
    }
    try:
        status = post(url=webhook.url, body=body, headers=headers)
    except Unreachable as error:
        answer = str(error)[:200]
        logger.info("delivery %s: %s", delivery.pk, answer)
        return 0, answer
    except Exception as error:  # whatever it is, it counts as a try: Celery's time limit as well
        logger.exception("delivery %s", delivery.pk)
        return 0, f"no answer: {type(error).__name__}"
    logger.info("delivery %s: %s", delivery.pk, status)
    return status, str(status)
