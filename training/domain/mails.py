"""Mail by way of a table: what is promised in a transaction goes out, whatever dies meanwhile."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.header import Header
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import translation

from training.models import OutgoingMail
from training.signals import mail_queued

from .mail_html import attach_html

logger = logging.getLogger(__name__)
# A sender that holds a mail longer than this is dead.
LEASE = timedelta(minutes=5)
# Then it is given up, and shows in the ministry's figures: about three days of a dead server.
MAX_TRIES = 12
LONGEST_WAIT = timedelta(hours=8)


def queue_mail(
    *,
    key: str,
    to: str,
    template: str,
    context: dict[str, Any],
    now: datetime,
    at_once: bool = True,
    reply_to: str = "",
) -> OutgoingMail:
    """Ask for a mail once: asked again with the same key, it is the one there is.

    The first line of the rendered `template` is the subject, what follows an empty line the text.
    Call it in the transaction of what it tells. Hundreds of mails wait for the sweep: `at_once`
    False.
    """
    mail, is_new = OutgoingMail.objects.get_or_create(
        key=key,
        defaults=_compose(template, context, now) | {"to": to, "reply_to": reply_to},
    )
    if is_new and at_once:
        transaction.on_commit(lambda: mail_queued.send(OutgoingMail), robust=True)
    return mail


def queue_mails(
    *, to: Mapping[str, str], template: str, context: dict[str, Any], now: datetime
) -> None:
    """One text for many, as `queue_mail` with `at_once` False: `to` maps keys to addresses."""
    text = _compose(template, context, now)
    mails = [OutgoingMail(key=key, to=address, **text) for key, address in to.items()]
    OutgoingMail.objects.bulk_create(mails, ignore_conflicts=True, batch_size=500)


def _compose(template: str, context: dict[str, Any], now: datetime) -> dict[str, Any]:
    # Whoever reads it need not have chosen the language of whoever caused it.
    with translation.override(settings.LANGUAGE_CODE):
        text = render_to_string(template, context)
    subject, _line, body = text.strip().partition("\n")
    return {
        "subject": subject.strip(),
        "body": body.strip() + "\n",
        "created_at": now,
        "next_try_at": now,
    }


class _Mail(EmailMultiAlternatives):
    def message(self) -> Any:  # type: ignore[override]
        """Django leaves no room for the header's name, so that a Japanese subject of some length
        begins on the line below, and mailboxes show a blank before it."""
        message = super().message()
        subject = Header(str(self.subject), "utf-8", header_name="Subject")
        message.replace_header("Subject", subject.encode())
        return message


def send_due_mails(*, now: datetime, limit: int = 100) -> int:
    """Send what is due; returns how many went out. Several may run at once."""
    due = OutgoingMail.objects.due(now=now).order_by("next_try_at")
    return sum(_send(pk, now) for pk in due.values_list("pk", flat=True)[:limit])


def _send(pk: int, now: datetime) -> bool:
    claimed = OutgoingMail.objects.due(now=now).filter(pk=pk)
    if not claimed.update(next_try_at=now + LEASE, tries=F("tries") + 1):
        return False
    mail = OutgoingMail.objects.get(pk=pk)
    try:
        reply_to = [mail.reply_to] if mail.reply_to else None
        message = _Mail(mail.subject, mail.body, to=[mail.to], reply_to=reply_to)
        attach_html(message)
        message.send()
    except Exception as error:  # whatever the server or the address is, the others go out
        logger.warning("mail %s: %s", mail.pk, type(error).__name__)
        wait = min(timedelta(minutes=2**mail.tries), LONGEST_WAIT)
        again = None if mail.tries >= MAX_TRIES else now + wait
        OutgoingMail.objects.filter(pk=pk).update(
            next_try_at=again, problem=f"{type(error).__name__}: {error}"[:300]
        )
        return False
    OutgoingMail.objects.filter(pk=pk).update(sent_at=now, next_try_at=None, problem="")
    return True
