"""Reports of misuse reach whoever deals with them, without the learner's name."""

import uuid

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from certificates.domain.offer_messages import report_message, send_message
from tests import factories
from tests.certificates.offers import NOW, TODAY, make_bodies, make_offer, officer_of

pytestmark = pytest.mark.django_db
URL = "/editor/certificates/reported-messages/"


def sign_in(*permissions):
    user = factories.UserFactory()
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["access_admin", *permissions])
    )
    client = Client()
    client.force_login(user)
    return client


def test_reports_are_listed():
    bodies = make_bodies()
    offer = make_offer(bodies["nakayama"])
    sent = [
        send_message(
            offer_id=offer.pk,
            sender=officer_of(bodies["nakayama"]),
            local_government=bodies["nakayama"],
            text=text,
            token=uuid.uuid4(),
            url="https://example.jp/",
            today=TODAY,
            now=NOW,
        )
        for text in ("物を買いませんか。", "教室を開きます。")
    ]
    report_message(message=sent[0], report="勧誘でした", actor=offer.learner.user, now=NOW)
    page = sign_in("view_offermessage").get(URL).text
    for expected in ("物を買いませんか。", "勧誘でした", "山形県中山町", sent[0].sender.email):
        assert expected in page
    for hidden in ("教室を開きます。", offer.learner.full_name, offer.learner.user.email):
        assert hidden not in page


def test_only_for_those_who_deal_with_them():
    assert Client().get(URL).status_code == 302
    assert sign_in().get(URL).status_code == 302
    assert sign_in("view_offermessage").get(URL).status_code == 200
