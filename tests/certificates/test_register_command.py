import io

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from certificates import tasks
from certificates.domain import audit, issuing, production, register
from certificates.domain.register_export import export_pdf, export_xlsx
from certificates.models import Certificate, RegisterEntry
from certificates.signing import pades
from tests import factories
from tests.certificates.rendering.readers import poppler_lines, run_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue_one(db, monkeypatch):
    monkeypatch.setattr(production, "render_pdf", lambda facts, **_: f"%PDF {facts}".encode())
    monkeypatch.setattr(pades, "sign_pdf", lambda content, **_: content)
    factories.make_certificate_template()
    course = factories.make_course()

    def issue_one():
        enrolment = factories.make_enrolment(
            learner=factories.LearnerFactory(), course=course, completed_at=factories.NOW
        )
        made = issuing.request_certificate(enrolment_id=enrolment.pk, now=factories.NOW)
        assert production.issue_certificate(certificate_id=made.pk, now=factories.NOW)

    return issue_one


@pytest.fixture
def entered(certificate):
    register.revoke_certificate(
        certificate_id=certificate.pk,
        reason_class=Certificate.RevocationClass.OTHER,
        reason="誤り",
        now=factories.NOW,
    )
    return RegisterEntry.objects.get()


def test_verify_prints_figures_and_fails_on_differences(entered):
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError):
        call_command("register", "verify", stdout=out, stderr=err)
    assert entered.hash in out.getvalue()
    # Never issued by a worker: the archive knows nothing of it.
    assert "第000001号" in err.getvalue()
    assert "髙橋" not in out.getvalue() + err.getvalue()


def test_an_empty_register_verifies(db):
    out = io.StringIO()
    call_command("register", "verify", stdout=out)
    assert "differences: 0" in out.getvalue()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_cells_are_text_whatever_they_begin_with(entered, start):
    text = f"{start}cmd()"
    Certificate.objects.update(facts=entered.certificate.facts | {"full_name": text})
    content = export_xlsx(fiscal_year=None, now=factories.NOW).content
    row = next(load_workbook(io.BytesIO(content)).active.iter_rows(min_row=2, max_row=2))
    cell = row[4]
    assert cell.data_type == "s"
    assert cell.value.startswith("'")


def test_workbook_ends_with_the_last_hash(entered, tmp_path):
    out = io.StringIO()
    call_command("register", "export", str(tmp_path / "register.xlsx"), stdout=out)
    sheet = load_workbook(tmp_path / "register.xlsx").active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[1][3:6] == ["令和8年度 第000001号", "髙橋 𠮷江", "デジタル活用支援 研修"]
    assert rows[-1][1] == entered.hash
    assert entered.hash in out.getvalue()


def test_pages_say_the_same(entered):
    export = export_pdf(fiscal_year=2026, now=factories.NOW)
    text = "".join("".join(poppler_lines(export.content)).split())
    for piece in ("髙橋𠮷江", "令和8年度第000001号", entered.hash):
        assert piece in text
    metadata = run_on(export.content, "pdfinfo", "-meta", "PDF")
    assert "pdfaid:part" in metadata


def test_another_year_has_no_lines_but_the_same_last_hash(entered):
    export = export_xlsx(fiscal_year=2020, now=factories.NOW)
    assert (export.count, export.last_hash) == (0, entered.hash)


def test_unknown_kind_of_file_is_refused(entered):
    with pytest.raises(CommandError):
        call_command("register", "export", "register.csv")


@pytest.mark.parametrize("name", ["absent/register.xlsx", "folder.pdf"])
def test_place_that_cannot_be_written_is_said(entered, tmp_path, name):
    (tmp_path / "folder.pdf").mkdir()
    with pytest.raises(CommandError, match=str(tmp_path)):
        call_command("register", "export", str(tmp_path / name))


def test_differences_are_mailed_without_names(entered, settings):
    settings.ADMINS = [("admin", "admin@example.jp")]
    tasks.reconcile()
    (message,) = mail.outbox
    assert message.to == ["admin@example.jp"]
    assert "第000001号" in message.body
    assert "髙橋" not in message.body


def test_nothing_is_mailed_when_everything_agrees(db, settings):
    settings.ADMINS = [("admin", "admin@example.jp")]
    tasks.reconcile()
    assert mail.outbox == []


def test_reconciliation_takes_as_many_statements_for_three_as_for_one(
    certificate, django_assert_num_queries
):
    from certificates.domain.audit import reconcile

    # It differs, so that it looks twice.
    with django_assert_num_queries(30, exact=False) as first:
        reconcile()
    for number in (2, 3):
        row = Certificate.objects.get(pk=certificate.pk)
        row.pk, row.number, row.code = None, number, f"{number:013}"
        row.enrolment = factories.make_enrolment(
            learner=factories.LearnerFactory(),
            course=certificate.enrolment.course,
            completed_at=factories.NOW,
        )
        row.save()
    with django_assert_num_queries(len(first)):
        reconcile()


def test_what_is_issued_while_the_reconciliation_reads_is_no_difference(issue_one, monkeypatch):
    list_files = audit.list_files

    def list_and_go_on():
        files = list_files()
        issue_one()
        return files

    issue_one()
    monkeypatch.setattr(audit, "list_files", list_and_go_on)
    assert audit.reconcile().differences == []


def test_file_of_a_worker_that_was_killed_is_no_difference(issue_one, monkeypatch):
    def die(**_):
        raise RuntimeError

    monkeypatch.setattr(production, "record_issue", die)
    with pytest.raises(RuntimeError):
        issue_one()
    assert audit.reconcile().differences == []


def test_what_was_issued_before_there_was_a_register_names_the_command(certificate):
    (line,) = (line for line in audit.reconcile().differences if "without its register" in line)
    assert "register recover" in line
