"""Certificates of a made-up population: rows as issuing writes them, without paper or register."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.urls import reverse

from certificates.conf import base_url
from certificates.models import Certificate, CertificateTemplate, NumberSeries
from certificates.rendering.facts import CertificateFacts
from training.clock import JAPAN
from training.domain.bulk import Row, insert_rows, next_id, reset_sequences, write_moment
from training.domain.population import iterate_completions
from training.models import CourseVersion

from .codes import display_code, make_code
from .numbering import fiscal_year, write_number
from .templates import fill_wording, freeze_template, read_wording
from .validity import last_valid_day

COLUMNS = [
    "id", "enrolment_id", "template_id", "template_revision_id", "symbol", "fiscal_year", "number",
    "code", "facts", "status", "created_at", "issued_at", "expires_on", "revoked_at",
    "revocation_class", "revocation_reason", "file", "sha256", "tries",
]  # fmt: skip
REVOKED = 0.003


def make_certificates(seed: int, now: datetime, tell: Callable[[str], object]) -> dict[str, int]:
    """For every completion of somebody without an account. Their files do not exist, and the
    register holds nothing of them: its own check finds that out."""
    template = CertificateTemplate.objects.filter(course=None).first()
    version = CourseVersion.objects.order_by("-pk").first()
    if template is None or version is None:
        return {"certificate": 0}
    maker = _Maker(seed, now, template, version)
    for completions in iterate_completions():
        known = set(
            Certificate.objects.filter(enrolment__in=[pk for pk, *_rest in completions])
            .values_list("enrolment", flat=True)
        )  # fmt: skip
        rows = [maker.make(*each) for each in completions if each[0] not in known]
        insert_rows(model=Certificate, columns=COLUMNS, rows=rows)
        tell(f"{maker.pk - maker.first} certificates")
    for year, number in maker.numbers.items():
        NumberSeries.objects.update_or_create(
            symbol=template.number_symbol, fiscal_year=year, defaults={"last_number": number}
        )
    reset_sequences(models=[Certificate])
    return {"certificate": maker.pk - maker.first}


class _Maker:
    def __init__(
        self, seed: int, now: datetime, template: CertificateTemplate, version: CourseVersion
    ) -> None:
        self.chance = Random(f"certificates {seed}")  # noqa: S311
        self.now, self.template = now, template
        self.revision = freeze_template(template=template)
        self.title = version.outline["title"]
        self.minutes = sum(each["study_minutes"] for each in version.outline["modules"])
        self.pk = self.first = next_id(model=Certificate)
        series = NumberSeries.objects.filter(symbol=template.number_symbol)
        self.numbers = Counter(dict(series.values_list("fiscal_year", "last_number")))
        self.answer = base_url() + reverse("verification:answer", args=["CODE"])
        self.host = (base_url() + reverse("verification:form")).split("://")[1]

    def make(self, enrolment: int, completed_at: datetime, full_name: str) -> Row:
        chance, template = self.chance, self.template
        issued_at = min(completed_at + timedelta(seconds=chance.randint(5, 90)), self.now)
        issued_on = issued_at.astimezone(JAPAN).date()
        year = fiscal_year(day=issued_on)
        self.numbers[year] += 1
        code = make_code(choose=chance.choice)
        expires_on = last_valid_day(issued_on=issued_on, months=template.validity_months or 36)
        facts = self._write(full_name, completed_at, issued_on, expires_on, year, code)
        is_revoked = chance.random() < REVOKED
        at = write_moment(seconds=int(issued_at.timestamp()))
        self.pk += 1
        return (
            self.pk - 1, enrolment, template.pk, self.revision.pk, template.number_symbol, year,
            self.numbers[year], code, facts, "revoked" if is_revoked else "issued", at, at,
            expires_on and expires_on.isoformat(), at if is_revoked else None,
            "request" if is_revoked else "", "", "", f"{chance.getrandbits(256):064x}", 0,
        )  # fmt: skip

    def _write(
        self,
        full_name: str,
        completed_at: datetime,
        issued_on: date,
        expires_on: date | None,
        year: int,
        code: str,
    ) -> str:
        symbol, shown = self.template.number_symbol, display_code(code=code)
        wording: dict[str, Any] = read_wording(template=self.template)
        facts = CertificateFacts(
            full_name=full_name,
            former_name="",
            course_title=self.title,
            study_minutes=self.minutes,
            completed_on=completed_at.astimezone(JAPAN).date(),
            issued_on=issued_on,
            expires_on=expires_on,
            number=write_number(symbol=symbol, year=year, number=self.numbers[year]),
            code=shown,
            verify_url=self.answer.replace("CODE", shown),
            verify_host_text=self.host,
            **wording,
        )
        return json.dumps(fill_wording(facts=facts).to_json(), ensure_ascii=False)
