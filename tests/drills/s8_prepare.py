"""Run by manage.py shell in the site's own environment: certificates in every state, and learners
who are not done. Prints their ids."""

import datetime as dt
import json
import time

from django.db import transaction
from django.utils import timezone

from certificates.domain import issuing, production
from certificates.domain.register import revoke_certificate
from certificates.models import Certificate
from cms.models import User
from training.domain import enrolments, people
from training.models import CoursePage, Enrolment, LocalGovernment

now = timezone.now()
course = CoursePage.objects.first()


def enrol(number: int) -> Enrolment:
    learner = people.register_learner(
        user=User.objects.create(email=f"s8-{number}@example.jp"),
        full_name=f"受講 者{number}",
        kana="ジュコウ シャ",
        former_name="",
        category="volunteer",
        local_government=LocalGovernment.objects.get(code="063029"),
        purpose_notice=people.current_purpose_notice(today=timezone.localdate()),
        now=now,
    )
    return enrolments.enrol(learner=learner, course=course, now=now)


def certify(number: int) -> Certificate:
    enrolment = enrol(number)
    Enrolment.objects.filter(pk=enrolment.pk).update(completed_at=now)
    return issuing.request_certificate(enrolment_id=enrolment.pk, now=now)


def issue(certificate: Certificate) -> None:
    """Unless the site's own worker has taken it up already: then it is awaited."""
    production.issue_certificate(certificate_id=certificate.pk, now=now)
    while not Certificate.objects.filter(pk=certificate.pk, status="issued").exists():
        time.sleep(0.2)


issued, revoked = (certify(number) for number in range(2))
for certificate in (issued, revoked):
    issue(certificate)
revoke_certificate(
    certificate_id=revoked.pk,
    reason_class=Certificate.RevocationClass.OTHER,
    reason="drill",
    now=now,
)
# Somebody else's for as long as the drill lasts, before any worker sees it.
with transaction.atomic():
    held = certify(2)
    Certificate.objects.filter(pk=held.pk).update(lease_until=now + dt.timedelta(hours=1))
unfinished = [enrol(number).pk for number in range(3, 6)]
print(
    json.dumps(
        {
            "certificates": {"issued": issued.pk, "revoked": revoked.pk, "held": held.pk},
            "unfinished": unfinished,
        }
    )
)
