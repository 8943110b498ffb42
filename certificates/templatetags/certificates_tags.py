from datetime import date

from django import template

from certificates.models import Certificate
from certificates.rendering.era import format_era_date
from training.models import Enrolment

register = template.Library()


@register.filter
def era_date(day: date) -> str:
    return format_era_date(day)


@register.simple_tag
def certificate_status(enrolment: Enrolment) -> Certificate | None:
    """The certificate of an enrolment that counts now, or None before its row is written."""
    return Certificate.objects.filter(enrolment=enrolment).order_by("-pk").first()
