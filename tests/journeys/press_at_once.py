"""Run by test_pressed_at_once.py as a program, with the site's settings and an empty PostgreSQL:
many press the same button at the same moment."""

import datetime as dt
import json
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402

from certificates.conf import OFFER_MESSAGES_PER_DAY  # noqa: E402
from certificates.domain import offer_messages, offers  # noqa: E402
from certificates.models import OfferMessage, TeachingOffer  # noqa: E402
from cms.domain import notices, officers  # noqa: E402
from cms.models import NoticeAddress  # noqa: E402
from tests import factories  # noqa: E402
from tests.certificates.offers import NOW, TEXT, TODAY, make_certified, officer_of  # noqa: E402
from tests.cms.notices import NoticePageFactory, make_bodies  # noqa: E402
from training.domain.affiliations import add_affiliation  # noqa: E402
from training.models import Appointment, AuditEntry, OutgoingMail  # noqa: E402

PRESSES = 16


def press(deed: Callable[[], object]) -> dict[str, int]:
    """How often each came out: what was returned, or the error's name."""
    begin = threading.Barrier(PRESSES)

    def one(_number: int) -> str:
        begin.wait()
        try:
            return str(deed())
        except Exception as error:
            return type(error).__name__
        finally:
            connections.close_all()

    with ThreadPoolExecutor(PRESSES) as threads:
        outcomes = list(threads.map(one, range(PRESSES)))
    return {outcome: outcomes.count(outcome) for outcome in sorted(set(outcomes))}


def run() -> dict[str, object]:
    call_command("migrate", verbosity=0)
    bodies = make_bodies()
    ministry = factories.UserFactory()
    prefecture, town = officer_of(bodies["yamagata"]), officer_of(bodies["nakayama"])
    notice = NoticePageFactory(parent=factories.make_home())
    given = {"notice_id": notice.pk, "url": "https://example.jp/", "today": TODAY, "now": NOW}
    tomorrow = {"today": TODAY + dt.timedelta(days=1), "now": NOW + dt.timedelta(days=1)}
    own = {bodies["yamagata"].pk}
    found: dict[str, object] = {
        "address": press(
            lambda: notices.address_notice(bodies=[bodies["yamagata"]], actor=ministry, **given)
        ),
        "forward": press(lambda: notices.forward_notice(codes=own, actor=prefecture, **given)),
        "remind": press(lambda: notices.remind_bodies(actor=ministry, **(given | tomorrow))),
        "rows": NoticeAddress.objects.count(),
        "notice_mails": OutgoingMail.objects.count(),
        "notice_deeds": AuditEntry.objects.filter(action__startswith="notice.").count(),
    }
    appointed = {
        "email": "new@example.jp",
        "local_government": bodies["nakayama"],
        "starts_on": TODAY,
        "ends_on": TODAY + dt.timedelta(days=90),
        "reason": "新任",
        "actor": ministry,
        "now": NOW,
    }
    outcomes = press(lambda: officers.appoint_by_address(**appointed))
    found["appoint"] = outcomes.get("AlreadyAppointed")
    found["appointed"] = Appointment.objects.filter(user__email="new@example.jp").count()
    learner = make_certified()
    past = {
        "learner": learner,
        "category": "supporter",
        "local_government": bodies["nakayama"],
        "started_on": TODAY - dt.timedelta(days=900),
        "ended_on": TODAY - dt.timedelta(days=30),
        "today": TODAY,
        "now": NOW,
    }
    found["past"] = len(press(lambda: add_affiliation(**past).pk))
    offer = {
        "learner": learner,
        "areas": [bodies["nakayama"]],
        "name_shown": "full",
        "text": TEXT,
        "today": TODAY,
        "now": NOW,
    }
    found["offer"] = press(lambda: offers.save_offer(**offer).pk)
    found["offers"] = TeachingOffer.objects.count()
    message = {
        "offer_id": TeachingOffer.objects.get().pk,
        "sender": town,
        "local_government": bodies["nakayama"],
        "text": "教室を開きます。",
        "url": "https://example.jp/",
        "today": TODAY,
        "now": NOW,
    }
    token = uuid.uuid4()
    found["one_form"] = len(press(lambda: offer_messages.send_message(token=token, **message).pk))
    found["messages_of_one_form"] = OfferMessage.objects.count()
    press(lambda: offer_messages.send_message(token=uuid.uuid4(), **message))
    found["messages_of_the_day"] = OfferMessage.objects.count()
    found["limit"] = OFFER_MESSAGES_PER_DAY
    found["message_mails"] = OutgoingMail.objects.filter(key__startswith="offer-").count()
    return found


if __name__ == "__main__":
    print(json.dumps(run()))
