"""What officers write to learners who offer to teach. The site carries it: the learner's address
is shown to nobody, and the learner answers by mail or not at all."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max, Q, QuerySet

from certificates.conf import OFFER_MESSAGES_PER_DAY
from certificates.models import OfferBlock, OfferMessage
from training.domain.audit import record_audit
from training.domain.mails import queue_mail
from training.models import Learner, LocalGovernment, OutgoingMail

from .offers import find_offer

KEY = "offer-message-"


class OfferGone(Exception):
    """It is no longer shown, or not to this body."""


class TooManyMessages(Exception):
    """The officer has written as often as one may on a day."""


def send_message(
    *,
    offer_id: int,
    sender: Any,
    local_government: LocalGovernment,
    text: str,
    token: UUID,
    url: str,
    today: date,
    now: datetime,
) -> OfferMessage:
    """Mail the text to the learner, with the sender's address to answer to. Asked again with the
    same `token`, it is the message there is. `url` leads to the learner's page of messages.
    Raises OfferGone, TooManyMessages."""
    mine = OfferMessage.objects.filter(sender=sender)
    for _try in range(OFFER_MESSAGES_PER_DAY + 1):
        if sent := mine.filter(token=token).first():
            return sent
        offer = find_offer(pk=offer_id, towns=[local_government.pk], today=today)
        if offer is None:
            raise OfferGone
        number = (mine.filter(sent_on=today).aggregate(last=Max("number"))["last"] or 0) + 1
        if number > OFFER_MESSAGES_PER_DAY:
            raise TooManyMessages
        try:
            with transaction.atomic():
                message = OfferMessage.objects.create(
                    token=token,
                    learner=offer.learner,
                    local_government=local_government,
                    sender=sender,
                    sent_at=now,
                    sent_on=today,
                    number=number,
                    text=text,
                )
                _mail(message, url=url, now=now)
                record_audit(
                    action="offer.write",
                    actor=sender,
                    at=now,
                    subject=message,
                    local_government=local_government,
                )
            return message
        except IntegrityError:
            # Another press of the button was faster: it was this message, or took this number.
            continue
    raise TooManyMessages


def _mail(message: OfferMessage, *, url: str, now: datetime) -> None:
    assert message.learner.user is not None  # noqa: S101 find_offer finds active accounts only
    queue_mail(
        key=f"{KEY}{message.pk}",
        to=message.learner.user.email,
        template="certificates/mails/offer_message.txt",
        context={"message": message, "url": url},
        now=now,
        reply_to=message.sender.email,
    )


def messages_of(*, learner: Learner) -> QuerySet[OfferMessage]:
    """The newest first."""
    messages = OfferMessage.objects.filter(learner=learner)
    return messages.select_related("local_government__prefecture").order_by("-sent_at", "-pk")


def reported_messages() -> QuerySet[OfferMessage]:
    reported = OfferMessage.objects.filter(reported_at__isnull=False)
    return reported.select_related("local_government__prefecture", "sender").order_by(
        "-reported_at", "-pk"
    )


def block_body(*, learner: Learner, local_government: LocalGovernment, now: datetime) -> None:
    OfferBlock.objects.get_or_create(
        learner=learner, local_government=local_government, defaults={"blocked_at": now}
    )


def unblock_body(*, learner: Learner, code: str) -> None:
    OfferBlock.objects.filter(learner=learner, local_government=code).delete()


def report_message(*, message: OfferMessage, report: str, actor: Any, now: datetime) -> bool:
    """Tell the ministry of misuse; False if it was told already."""
    with transaction.atomic():
        unreported = OfferMessage.objects.filter(pk=message.pk, reported_at=None)
        if not unreported.update(reported_at=now, report=report):
            return False
        record_audit(
            action="offer.report",
            actor=actor,
            at=now,
            subject=message,
            local_government=message.local_government,
        )
    return True


def find_old_texts(*, before: datetime) -> Any:
    """Of a reported message its time counts from the report."""
    old = OfferMessage.objects.filter(
        Q(reported_at=None) | Q(reported_at__lt=before), sent_at__lt=before
    )
    return old.exclude(text="")


def forget_texts(*, before: datetime) -> int:
    """Empty those of `find_old_texts`, here and in the mails that carried them. Returns how
    many."""
    old = find_old_texts(before=before)
    keys = [f"{KEY}{pk}" for pk in old.values_list("pk", flat=True)[:1000]]
    with transaction.atomic():
        # A mail that is still tried needs its text.
        mails = OutgoingMail.objects.filter(key__in=keys)
        waiting = set(mails.filter(next_try_at__isnull=False).values_list("key", flat=True))
        done = [key for key in keys if key not in waiting]
        mails.filter(key__in=done).update(body="")
        pks = [int(key.removeprefix(KEY)) for key in done]
        return OfferMessage.objects.filter(pk__in=pks).update(text="")
