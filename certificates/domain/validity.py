"""How long a certificate is valid, and when it may be renewed."""

import calendar
from datetime import date, datetime, timedelta

from certificates.conf import renewal_days
from certificates.models import Certificate
from training.domain.enrolments import enrol_again
from training.models import Enrolment


class NotRenewable(Exception):
    """It has no end, the end is not near, or it is not the one that counts."""


def last_valid_day(*, issued_on: date, months: int | None) -> date | None:
    """A term in months begins on the day after the issue (民法140条) and ends on the day before
    the corresponding day; where the month has none, on its last day (民法143条2項)."""
    if months is None:
        return None
    start = issued_on + timedelta(days=1)
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    last = calendar.monthrange(year, month)[1]
    if start.day > last:
        return date(year, month, last)
    return date(year, month, start.day) - timedelta(days=1)


def is_expired(*, certificate: Certificate, today: date) -> bool:
    return bool(certificate.expires_on and certificate.expires_on < today)


def is_renewable(*, certificate: Certificate, today: date) -> bool:
    if not certificate.expires_on or certificate.status != Certificate.Status.ISSUED:
        return False
    return today >= certificate.expires_on - timedelta(days=renewal_days())


def renew(*, certificate_id: int, today: date, now: datetime) -> Enrolment:
    """Enrol its holder once more; completed, that gives a new certificate beside this one.
    Asked again, it returns the enrolment there is. Raises NotRenewable, CourseNotReady."""
    certificate = Certificate.objects.select_related("enrolment__learner", "enrolment__course").get(
        pk=certificate_id
    )
    if not is_renewable(certificate=certificate, today=today):
        raise NotRenewable
    enrolment = certificate.enrolment
    return enrol_again(learner=enrolment.learner, course=enrolment.course, after=enrolment, now=now)
