"""From a completion to a stored PDF. Every step can be repeated; none happens twice (rule R6)."""

import hashlib
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse

from certificates.conf import base_url, lease_seconds
from certificates.models import (
    Certificate,
    CertificateTemplate,
    NumberSeries,
    certificate_storage,
)
from certificates.rendering.errors import RenderingError, UndrawableText
from certificates.rendering.facts import CertificateFacts
from certificates.rendering.pdf import render_pdf
from training.models import Enrolment

from .codes import display_code, make_code
from .templates import read_wording

JAPAN = ZoneInfo("Asia/Tokyo")
REIWA_BEGAN = 2019


class NoTemplate(Exception):
    """No wording is set for this course; the sweep takes it up once there is one."""


def _japanese_date(moment: datetime) -> date:
    return moment.astimezone(JAPAN).date()


def fiscal_year(*, day: date) -> int:
    """The Japanese fiscal year runs from 1 April."""
    return day.year if day.month >= 4 else day.year - 1


def _number_text(year: int, number: int) -> str:
    era = year - REIWA_BEGAN + 1
    return f"令和{'元' if era == 1 else era}年度 第{number:06d}号"


def _take_number(year: int) -> int:
    """Call it inside the transaction that writes the certificate: a rollback gives it back."""
    NumberSeries.objects.get_or_create(fiscal_year=year)
    NumberSeries.objects.filter(fiscal_year=year).update(last_number=F("last_number") + 1)
    return NumberSeries.objects.values_list("last_number", flat=True).get(fiscal_year=year)


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

    None if the enrolment is not completed. Raises NoTemplate.
    """
    existing = Certificate.objects.filter(enrolment_id=enrolment_id, supersedes=None)
    if certificate := existing.first():
        return certificate
    enrolment = (
        Enrolment.objects.completed()
        .select_related("learner", "version")
        .filter(pk=enrolment_id)
        .first()
    )
    if enrolment is None:
        return None
    try:
        with transaction.atomic():
            return _write_row(enrolment, now)
    except IntegrityError:
        # The sweep and the signal met; the other one's row stands, and our number went back.
        return existing.get()


def _write_row(enrolment: Enrolment, now: datetime) -> Certificate:
    assert enrolment.completed_at  # noqa: S101 for the type checker: only such rows are asked for
    template = _template_for(enrolment.course_id)
    issued_on = _japanese_date(now)
    year = fiscal_year(day=issued_on)
    number, code = _take_number(year), make_code()
    learner, outline = enrolment.learner, enrolment.version.outline
    url = base_url() + reverse("verification:answer", args=[display_code(code=code)])
    facts = CertificateFacts(
        full_name=learner.full_name,
        former_name=learner.former_name,
        course_title=outline["title"],
        study_minutes=sum(module["study_minutes"] for module in outline["modules"]),
        completed_on=_japanese_date(enrolment.completed_at),
        issued_on=issued_on,
        expires_on=None,
        number=_number_text(year, number),
        code=display_code(code=code),
        verify_url=url,
        verify_host_text=(base_url() + reverse("verification:form")).split("://")[1],
        **read_wording(template=template),  # type: ignore[arg-type]
    )
    return Certificate.objects.create(
        enrolment=enrolment,
        template=template,
        template_revision=template.latest_revision,
        fiscal_year=year,
        number=number,
        code=code,
        facts=facts.to_json(),
        created_at=now,
    )


def issue_certificate(*, certificate_id: int, now: datetime) -> bool:
    """Render, store and issue, if it is due and nobody else is at it. True if this call issued it.

    A worker killed anywhere in here leaves a lease that runs out, and a file at most that the
    next try finds again under the same hash.
    """
    claimed = (
        Certificate.objects.due(now=now)
        .filter(pk=certificate_id)
        .update(lease_until=now + timedelta(seconds=lease_seconds()), tries=F("tries") + 1)
    )
    if not claimed:
        return False
    certificate = Certificate.objects.select_related("template").get(pk=certificate_id)
    try:
        content = render_pdf(CertificateFacts.from_json(certificate.facts))
    except (UndrawableText, RenderingError):
        _renew_wording(certificate)
        raise
    sha256 = hashlib.sha256(content).hexdigest()
    name = store_file(content=content, sha256=sha256)
    return bool(
        Certificate.objects.filter(pk=certificate_id, status=Certificate.Status.PENDING).update(
            status=Certificate.Status.ISSUED,
            issued_at=now,
            file=name,
            sha256=sha256,
            lease_until=None,
        )
    )


def _renew_wording(certificate: Certificate) -> None:
    """Nothing was printed yet, so a template that was mended meanwhile may be taken up: otherwise a
    certificate that could not be printed would wait for ever."""
    Certificate.objects.filter(pk=certificate.pk, status=Certificate.Status.PENDING).update(
        facts=certificate.facts | read_wording(template=certificate.template),
        template_revision=certificate.template.latest_revision,
    )


def store_file(*, content: bytes, sha256: str) -> str:
    """Keep bytes under their hash and return the name. The same bytes are kept once."""
    storage = certificate_storage()
    name = f"{sha256[:2]}/{sha256}.pdf"
    if not storage.exists(name):
        storage.save(name, ContentFile(content))
    return name


def _uncertified() -> QuerySet[Enrolment]:
    certificates = Certificate.objects.filter(enrolment=OuterRef("pk"))
    return Enrolment.objects.completed().filter(~Exists(certificates))


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


def find_due(*, now: datetime, limit: int) -> list[int]:
    # Those that failed before come last, so that they keep nobody waiting.
    rows = Certificate.objects.due(now=now).order_by("tries", "pk")
    return list(rows.values_list("pk", flat=True)[:limit])
