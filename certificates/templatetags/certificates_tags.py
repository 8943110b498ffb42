from datetime import date, datetime

from django import template

from certificates.domain.corrections import find_correctable
from certificates.models import Certificate, NameCorrection
from certificates.rendering.era import format_era_date
from certificates.rendering.page import format_duration
from training.clock import JAPAN, today_in_japan
from training.models import Enrolment, Learner

register = template.Library()


@register.filter
def japanese_day(moment: date | datetime) -> date:
    """A moment as the day in Japan; a day as it is."""
    return moment.astimezone(JAPAN).date() if isinstance(moment, datetime) else moment


@register.filter
def era_date(day: date) -> str:
    return format_era_date(day)


@register.filter
def duration(minutes: int) -> str:
    """As on the paper: 1時間45分."""
    return format_duration(minutes)


@register.simple_tag
def certificate_status(enrolment: Enrolment) -> Certificate | None:
    """The certificate of an enrolment that counts now, or None before its row is written.

    All of a learner's are read at once and kept on the learner: a page may ask for several.
    """
    learner = enrolment.learner
    if not hasattr(learner, "latest_certificates"):
        rows = Certificate.objects.filter(enrolment__learner=learner).order_by("pk")
        learner.latest_certificates = {row.enrolment_id: row for row in rows}
    return learner.latest_certificates.get(enrolment.pk)


@register.simple_tag
def name_correction(enrolment: Enrolment) -> NameCorrection | None:
    """The latest request for another name on the certificates of an enrolment."""
    learner = enrolment.learner
    if not hasattr(learner, "latest_corrections"):
        rows = NameCorrection.objects.filter(certificate__enrolment__learner=learner).order_by("pk")
        learner.latest_corrections = {
            row.certificate.enrolment_id: row for row in rows.select_related("certificate")
        }
    return learner.latest_corrections.get(enrolment.pk)


@register.simple_tag
def correctable_certificates(learner: Learner) -> list[Certificate]:
    """Those for which another name may be asked."""
    return find_correctable(learner_id=learner.pk, today=today_in_japan())
