"""S9: exports are inert: nothing in any cell of any list runs in the program that opens it.

Every text that somebody may have typed begins with what a spreadsheet takes for a formula.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from certificates.domain.register_export import export_xlsx
from certificates.lists import child
from certificates.models import RegisterEntry
from tests import factories
from training.exchange import xlsx as question_form
from training.exchange.drafts import ChoiceDraft, QuestionDraft

from .papers import issue_one

STARTS = "=+-@\t\r\n＝＋－＠"
ROOT = Path(__file__).resolve().parent.parent.parent
WRITERS = {
    "training/tables/writing.py",
    "training/exchange/xlsx.py",
    "certificates/lists/writing.py",
    "certificates/domain/register_export.py",
}
SHORT = ("HYPERLINK(1)",)
LONG = (*SHORT, "cmd|' /C calc'!A0", "SUM(1+1)*cmd", '1+1";=1', "", "\t=1", " =1", "'=1")
Cells = Iterator[tuple[str, bool]]


def run(*, long: bool) -> dict[str, int]:
    payloads = LONG if long else SHORT
    figures = {"exports": 0, "cells": 0, "running": 0, "altered": 0, "blind": 0}
    figures["unknown_writers"] = count_unknown_writers()
    texts = [start + payload for start in STARTS for payload in payloads]
    exports = prepare(texts)
    for export in exports:
        figures["exports"] += 1
        seen = list(export())
        figures["cells"] += len(seen)
        figures["running"] += sum(not is_inert for _text, is_inert in seen)
        told = {text.removeprefix("'").strip() for text, _is_inert in seen}
        found = {text.removeprefix("'").strip() for text in texts} & told
        figures["blind"] += not found
        # The sign that makes a text inert is all that is added to it.
        figures["altered"] += sum(
            text.startswith("''") and not text.startswith("''=1") for text, _is_inert in seen
        )
    return figures


def prepare(texts: list[str]) -> list[Callable[[], Cells]]:
    town = factories.MunicipalityFactory(name=texts[0])
    course = factories.make_course(slug="exports")
    now = timezone.now()
    for text in texts:
        learner = factories.LearnerFactory(full_name=text, kana=text)
        factories.AffiliationFactory(learner=learner, local_government=town)
        factories.make_enrolment(learner=learner, course=course)
    certificate = issue_one()
    facts = certificate.facts | {"full_name": texts[0], "course_title": texts[-1]}
    type(certificate).objects.filter(pk=certificate.pk).update(facts=facts)
    if not RegisterEntry.objects.exists():
        RegisterEntry.objects.create(
            sequence=1,
            certificate=certificate,
            event="issued",
            at=now,
            content={"number": facts["number"], "file_sha256": "ab" * 32},
            previous_hash="0" * 64,
            hash="1" * 64,
        )
    officer = client_of(factories.AppointmentFactory(local_government=town).user)
    prefecture = client_of(factories.AppointmentFactory(local_government=town.prefecture).user)
    ministry = factories.UserFactory()
    ministry.user_permissions.add(Permission.objects.get(codename="view_enrolment"))
    people = f"/learn/offices/{town.pk}/people"
    report = f"/learn/reports/{course.pk}/enrolments.csv"
    return [
        lambda: read_csv(body_of(officer.post(f"{people}.csv"))),
        lambda: read_workbook(body_of(officer.post(f"{people}.xlsx"))),
        lambda: read_csv(
            body_of(prefecture.post(f"/learn/offices/{town.prefecture_id}/towns.csv"))
        ),
        lambda: read_csv(body_of(client_of(ministry).get(report))),
        lambda: read_workbook(export_xlsx(fiscal_year=None, now=now + timedelta(days=1)).content),
        lambda: read_workbook(question_form.write([draft(text) for text in texts], [])),
        lambda: read_csv(answer_list(texts)),
    ]


def count_unknown_writers() -> int:
    """Whatever writes a table by itself, and not by the functions that are tried here."""
    return sum(
        bool(re.search(r"\bcsv\.(Dict)?[wW]riter\(|\bWorkbook\(", path.read_text()))
        for app in ("training", "certificates", "cms")
        for path in (ROOT / app).rglob("*.py")
        if str(path.relative_to(ROOT)) not in WRITERS
    )


def client_of(user: object) -> Client:
    client = Client()
    client.force_login(user)
    return client


def body_of(response: object) -> bytes:
    assert response.status_code == 200, response.status_code
    return b"".join(response)


def draft(text: str) -> QuestionDraft:
    choices = (ChoiceDraft(text=text, is_right=True, feedback=text), ChoiceDraft(text="b"))
    return QuestionDraft(kind="single_choice", stem="<p>問い</p>", choices=choices, source=text)


def answer_list(texts: list[str]) -> bytes:
    """A town hall's own list of certificates, handed back with answers."""
    lines = io.StringIO(newline="")
    rows = [["番号", "氏名"], *(["令和8年度 第1号", text] for text in texts)]
    csv.writer(lines).writerows(rows)
    layout = {"encoding": "utf-8", "delimiter": ",", "newline": "\r\n", "header": 1}
    answers = {number: [text, text] for number, text in enumerate(texts, start=2)}
    options = {"layout": layout, "headings": ["結果", "備考"], "answers": answers}
    return child.write(child.pack(options, lines.getvalue().encode()))


def read_csv(data: bytes) -> Cells:
    for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")):
        for text in row:
            yield text, not text.startswith(tuple(STARTS))


def read_workbook(data: bytes) -> Cells:
    """Kept as text and marked as such: also after the workbook was saved as another kind."""
    for sheet in load_workbook(io.BytesIO(data)).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    is_risky = cell.value.startswith(tuple(STARTS))
                    is_text = cell.data_type in ("s", "inlineStr")
                    yield cell.value, is_text and (not is_risky or bool(cell.quotePrefix))
