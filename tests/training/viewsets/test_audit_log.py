import datetime as dt
import io

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from openpyxl import load_workbook

from tests import factories
from training.domain.audit import record_audit
from training.models import AuditEntry

pytestmark = pytest.mark.django_db
URL = "/editor/training/audit"
NOW = dt.datetime(2026, 11, 24, 1, 0, tzinfo=dt.UTC)


def sign_in(*names):
    user = factories.UserFactory()
    user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", *names]))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def auditor(db):
    return sign_in("view_auditentry")


@pytest.fixture
def entries(db):
    town = factories.MunicipalityFactory()
    officer = factories.UserFactory(email="officer@example.jp")
    affiliation = factories.AffiliationFactory(local_government=town)
    refused = record_audit(
        action="affiliation.refuse",
        actor=officer,
        at=NOW,
        subject=affiliation,
        local_government=town,
        reason="=在籍していません",
    )
    run = record_audit(
        action="retention.run",
        actor=None,
        at=NOW - dt.timedelta(days=30),
        details={"rows": 312},
    )
    return refused, run


def shown(client, **search):
    page = client.get(f"{URL}/", search)
    return [row["entry"].pk for row in page.context["rows"]]


def test_log_is_searched_by_person_action_object_body_and_period(auditor, entries):
    refused, run = entries
    found = shown(auditor)
    assert found.index(run.pk) < found.index(refused.pk)
    for search in (
        {"actor": "officer@"},
        {"action": "affiliation.refuse"},
        {"subject": f"lms_training.affiliation:{refused.object_id}"},
        {"subject": "lms_training.affiliation"},
        {"subject": "所属"},
        {"subject": f"所属 {refused.object_id}"},
        {"body": "中山町"},
        {"body": "山形 中山"},
        {"first": "2026-11-24", "last": "2026-11-24", "body": "063029"},
    ):
        assert shown(auditor, **search) == [refused.pk], search
    assert shown(auditor, last="2026-11-01") == [run.pk]
    assert "312" in auditor.get(f"{URL}/").text


def test_log_says_kinds_details_and_values_in_words(auditor):
    learner = factories.LearnerFactory()
    entry = record_audit(
        action="learner.correct",
        actor=None,
        at=NOW,
        subject=learner,
        details={"fields": ["full_name", "kana"], "until": "2026-11-24", "at_once": True},
    )
    [row] = [
        row
        for row in auditor.get(f"{URL}/", {"subject": f"受講者 {learner.pk}"}).context["rows"]
        if row["entry"] == entry
    ]
    assert row["name"] == f"受講者 {learner.pk}"
    for word in ("氏名", "フリガナ", "2026年11月24日", "はい"):
        assert word in row["details"]
    for code in ("full_name", "fields", "until", "at_once", "True"):
        assert code not in row["details"]
    text = b"".join(auditor.post(f"{URL}.csv?action=learner.correct")).decode()
    assert row["details"] in text
    assert "lms_training" not in text


def test_log_calls_things_by_their_names_and_finds_them_so(auditor):
    town = factories.MunicipalityFactory()
    course = factories.CoursePageFactory(title="スマートフォン入門")
    account = factories.UserFactory(email="keeper@example.jp")
    for subject in (town, course, account):
        record_audit(action="body.merge", actor=None, at=NOW, subject=subject)
    for typed, name in (
        (town.name, f"地方公共団体 {town}"),
        ("スマートフォン", f"講座 {course.title}"),
        ("keeper@", "利用者 keeper@example.jp"),
    ):
        rows = auditor.get(f"{URL}/", {"subject": typed, "action": "body.merge"}).context["rows"]
        assert [row["name"] for row in rows] == [name]


def test_addresses_that_were_searched_for_are_not_kept(auditor):
    """One that was erased would live on in the log."""
    for query in ("actor=keeper@example.jp", "subject=keeper@", "subject=keeper＠example.jp"):
        list(auditor.post(f"{URL}.csv?{query}"))
    exports = AuditEntry.objects.filter(action="audit.export")
    assert exports.count() == 3
    for entry in exports:
        assert "keeper" not in str(entry.details)
        assert entry.details.keys() & {"actor", "subject"}


def test_log_shows_what_it_no_longer_knows_as_it_is(auditor):
    record_audit(action="gone.app", actor=None, at=NOW, details={"odd_key": "odd"})
    AuditEntry.objects.bulk_create(
        [AuditEntry(at=NOW, action="gone.app", object_type="gone.model", object_id="x")]
    )
    rows = auditor.get(f"{URL}/", {"subject": "gone.model"}).context["rows"]
    assert [row["name"] for row in rows] == ["gone.model x"]
    assert "odd_key" in auditor.get(f"{URL}/").text


def test_wrong_search_says_so_and_shows_nothing(auditor, entries):
    page = auditor.get(f"{URL}/", {"first": "きのう"})
    assert page.status_code == 200
    assert not page.context["rows"]
    assert "きのう" in page.text
    assert auditor.post(f"{URL}.csv?first=x").status_code == 400


def test_export_is_recorded_and_inert(auditor, entries):
    response = auditor.post(f"{URL}.csv?action=affiliation.refuse")
    lines = b"".join(response).decode().splitlines()
    assert len(lines) == 2
    assert "'=在籍していません" in lines[1]
    assert auditor.get(f"{URL}.csv").status_code == 405
    sheet = load_workbook(io.BytesIO(auditor.post(f"{URL}.xlsx").content)).active
    assert sheet.max_row > 3
    assert not any(cell.data_type == "f" for row in sheet.rows for cell in row)
    exports = AuditEntry.objects.filter(action="audit.export").order_by("pk")
    assert [each.details["kind"] for each in exports] == ["csv", "xlsx"]
    assert exports[0].details == {"action": "affiliation.refuse", "rows": 1, "kind": "csv"}


def test_log_is_for_those_who_may_see_it(entries, learner_client):
    for client in (sign_in(), learner_client, Client()):
        assert client.get(f"{URL}/").status_code in (302, 403)
        assert client.post(f"{URL}.csv").status_code in (302, 403)
    assert not AuditEntry.objects.filter(action="audit.export").exists()


@pytest.mark.parametrize("count", [1, 3])
def test_log_has_a_fixed_number_of_statements(auditor, django_assert_max_num_queries, count):
    for _each in range(count):
        record_audit(
            action="affiliation.confirm",
            actor=factories.UserFactory(),
            at=NOW,
            subject=factories.AffiliationFactory(),
            local_government=factories.MunicipalityFactory(),
        )
    auditor.get(f"{URL}/")
    with django_assert_max_num_queries(14):
        auditor.get(f"{URL}/")


@pytest.mark.parametrize("asked", [{"last": "9999-12-31"}, {"first": "0001-01-01"}])
def test_days_without_a_neighbour_are_answered(auditor, asked):
    assert auditor.get(f"{URL}/", asked).status_code == 200
