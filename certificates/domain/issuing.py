"""From a completion to the certificate's row, written once (rule R6)."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse

from certificates.conf import base_url
from certificates.models import Certificate, CertificateTemplate
from certificates.rendering.facts import CertificateFacts
from training.clock import JAPAN
from training.models import Enrolment

from .codes import display_code, make_code
from .numbering import fiscal_year, take_number, write_number
from .templates import fill_wording, freeze_template, read_wording
from .validity import last_valid_day


class NoTemplate(Exception):
    """No wording is set for this course; the sweep takes it up once there is one."""


def _japanese_date(moment: datetime) -> date:
    return moment.astimezone(JAPAN).date()


def _template_for(course_id: int) -> CertificateTemplate:
    found = (
        CertificateTemplate.objects.filter(Q(course_id=course_id) | Q(course=None))
        .order_by(F("course").asc(nulls_last=True))
        .first()
    )
    if found is None:
        raise NoTemplate
    return found


def request_certificate(*, enrolment_id: int, now: datetime) -> Certificate | None:
    """Write the certificate's row for a completed enrolment, once; return it.

    None if the enrolment is not completed, or its learner has no name any more. Raises NoTemplate.
    """
    existing = Certificate.objects.filter(enrolment_id=enrolment_id, supersedes=None)
    if certificate := existing.first():
        return certificate
    enrolment = (
        Enrolment.objects.completed()
        .select_related("learner", "version")
        .filter(pk=enrolment_id, learner__erased_at=None)
        .first()
    )
    if enrolment is None:
        return None
    try:
        with transaction.atomic():
            return _write_row(enrolment, now)
    except IntegrityError:
        # The sweep and the signal met; the other one's row stands, and our number went back.
        if certificate := existing.first():
            return certificate
        raise


def _write_row(enrolment: Enrolment, now: datetime) -> Certificate:
    assert enrolment.completed_at  # noqa: S101 for the type checker: only such rows are asked for
    template = _template_for(enrolment.course_id)
    issued_on = _japanese_date(now)
    learner, outline = enrolment.learner, enrolment.version.outline
    minutes = sum(module["study_minutes"] for module in outline["modules"])
    if template.study_hours is not None:
        minutes = round(template.study_hours * 60)
    return write_row(
        enrolment=enrolment,
        template=template,
        now=now,
        facts={
            "full_name": learner.full_name,
            "former_name": learner.former_name,
            "course_title": outline["title"],
            "study_minutes": minutes,
            "completed_on": _japanese_date(enrolment.completed_at),
            "expires_on": last_valid_day(issued_on=issued_on, months=template.validity_months),
        },
    )


def write_row(
    *,
    enrolment: Enrolment,
    template: CertificateTemplate,
    facts: dict[str, Any],
    now: datetime,
    supersedes: Certificate | None = None,
) -> Certificate:
    """`facts` are those of CertificateFacts that do not come from number, code or template. Call it
    inside a transaction: a rollback gives the number back."""
    issued_on = _japanese_date(now)
    year = fiscal_year(day=issued_on)
    symbol = template.number_symbol
    number, code = take_number(symbol=symbol, year=year), make_code()
    url = base_url() + reverse("verification:answer", args=[display_code(code=code)])
    written = CertificateFacts(
        issued_on=issued_on,
        number=write_number(symbol=symbol, year=year, number=number),
        code=display_code(code=code),
        verify_url=url,
        verify_host_text=(base_url() + reverse("verification:form")).split("://")[1],
        **facts,
        **read_wording(template=template),  # type: ignore[arg-type]
    )
    return Certificate.objects.create(
        enrolment=enrolment,
        template=template,
        template_revision=freeze_template(template=template),
        symbol=symbol,
        fiscal_year=year,
        number=number,
        code=code,
        facts=fill_wording(facts=written).to_json(),
        expires_on=written.expires_on,
        supersedes=supersedes,
        created_at=now,
    )


def _uncertified() -> QuerySet[Enrolment]:
    certificates = Certificate.objects.filter(enrolment=OuterRef("pk"))
    named = Enrolment.objects.completed().filter(learner__erased_at=None)
    return named.filter(~Exists(certificates))


def _has_template() -> Exists:
    own_or_common = Q(course=OuterRef("course")) | Q(course=None)
    return Exists(CertificateTemplate.objects.filter(own_or_common))


def count_without_template() -> int:
    """Completions that wait for an editor to write a template."""
    return _uncertified().filter(~_has_template()).count()


def find_uncertified(*, completed_after: datetime | None, limit: int) -> list[int]:
    """Completions without a certificate whose course has a template, oldest first, as ids."""
    rows = _uncertified().filter(_has_template())
    if completed_after:
        rows = rows.filter(completed_at__gte=completed_after)
    return list(rows.order_by("completed_at").values_list("pk", flat=True)[:limit])
