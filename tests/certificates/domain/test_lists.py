import datetime as dt
import os

import pytest
from django.core.files.base import ContentFile
from wagtail.models import ModelLogEntry

from certificates.domain import lists
from certificates.domain.archive import list_files
from certificates.domain.list_answers import answer_row
from certificates.lists import child
from certificates.models import BulkVerification, Certificate, certificate_storage
from tests import factories
from tests.certificates.issued import make_issued
from tests.certificates.lists.files import sheet_of, workbook
from training.sandbox import ChildFailed

pytestmark = pytest.mark.django_db

NOW = factories.NOW
TODAY = NOW.date()
NAME = "髙橋 𠮷江"


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch):
    """The tests of the pages have a real child each; a hundred would take a minute."""

    def run(function, payload):
        return getattr(child, function.partition(":")[2])(payload)

    monkeypatch.setattr(lists, "run_in_child", run)


@pytest.fixture
def certificate(db):
    return make_issued()


@pytest.fixture
def user(db):
    return factories.UserFactory()


def ask(key, name="", *, second="", trouble=""):
    row = {"row": 2, "key": key, "second": second, "name": name, "trouble": trouble}
    return answer_row(row=row, today=TODAY)


def start(user, data, name="名簿.xlsx", now=NOW):
    return lists.start_list(user=user, file_name=name, data=data, now=now)


def finish(made, now=NOW):
    lists.answer_list(list_id=made.pk, now=now)
    made.refresh_from_db()
    return made


def test_code_answers_alone_and_with_its_name(certificate):
    code = certificate.facts["code"]
    assert ask(code).status == "valid"
    assert ask(code, NAME).status == "valid"
    assert ask(code.replace("-", "").lower(), NAME).status == "valid"


def test_number_answers_with_its_name_only(certificate):
    assert ask("Ｒ８－１", NAME).status == "valid"
    assert ask("令和8年度 第000001号", NAME).status == "valid"
    assert ask("令和8年度 第000001号").status == "unknown"


def test_other_forms_of_the_name_are_noted(certificate):
    assert ask("R8-1", "高橋 𠮷江").status == "valid"
    assert ask("R8-1", "高橋 𠮷江").note != ask("R8-1", NAME).note


def test_wrong_name_is_answered_as_no_certificate_is(certificate):
    assert ask("R8-1", "鈴木 一郎") == ask("R8-999", "鈴木 一郎")
    assert ask(certificate.facts["code"], "鈴木 一郎") == ask("0000-0000-00000", "鈴木 一郎")


@pytest.mark.parametrize("status", ["revoked", "superseded"])
def test_state_of_the_certificate_is_told(certificate, status):
    if status == "superseded":
        fields = {
            name: getattr(certificate, name)
            for name in ("enrolment", "template", "fiscal_year", "facts", "created_at")
        }
        Certificate.objects.create(
            **fields, number=2, code="2" * 13, supersedes=certificate, status="pending"
        )
    Certificate.objects.filter(pk=certificate.pk).update(status=status, revoked_at=NOW)
    assert ask("R8-1", NAME).status == status


def test_trouble_and_nonsense_are_explained():
    notes = {ask("", "人").note, ask("x", "人").note}
    notes |= {ask("1", "人", trouble=trouble).note for trouble in ("date", "long")}
    assert len(notes) == 4
    assert "" not in notes


def test_number_that_belongs_to_another_certificate_is_noted(certificate):
    plain = ask(certificate.facts["code"], NAME)
    assert ask(certificate.facts["code"], NAME, second="R8-7").note != plain.note
    assert ask(certificate.facts["code"], NAME, second="R8-1").note == plain.note
    assert ask(certificate.facts["code"], NAME, second="7").note == plain.note


def test_list_is_answered_and_handed_back(certificate, user):
    rows = [["番号", "氏名"], ["R8-1", NAME], ["R8-1", "鈴木"], [certificate.facts["code"], None]]
    made = finish(start(user, workbook(rows)))
    assert (made.status, made.rows_total, made.rows_done) == ("done", 3, 3)
    assert [each["status"] for each in made.answers] == ["valid", "unknown", "valid"]
    with made.result.open("rb") as file:
        column = [cell.value for cell in sheet_of(file.read())["C"]]
    assert column[1:] == [each["state"] for each in made.answers]


def test_names_are_neither_in_the_row_nor_in_the_log(certificate, user, caplog):
    made = finish(start(user, workbook([["番号", "氏名"], ["R8-1", NAME]]), name="髙橋.xlsx"))
    assert NAME not in str(made.answers) + str(made.reading)
    assert "髙橋" not in caplog.text
    entry = ModelLogEntry.objects.get(action="certificates.verify_list")
    assert entry.user == user
    assert "髙橋" not in entry.label + str(entry.data)


def test_killed_worker_is_followed_by_one_that_goes_on(certificate, user, monkeypatch):
    monkeypatch.setattr(lists, "CHUNK", 1)
    made = start(user, workbook([["番号", "氏名"], *[["R8-1", NAME]] * 4]))
    real, calls = lists.answer_row, []

    def die_at_third(**row):
        calls.append(row)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(**row)

    monkeypatch.setattr(lists, "answer_row", die_at_third)
    with pytest.raises(KeyboardInterrupt):
        lists.answer_list(list_id=made.pk, now=NOW)
    assert lists.find_due(now=NOW, limit=9) == []
    later = NOW + dt.timedelta(minutes=10)
    assert lists.find_due(now=later, limit=9) == [made.pk]
    assert finish(made, later).status == "done"
    assert len(calls) == 5
    assert len(made.answers) == 4


def test_second_worker_leaves_a_list_alone_that_is_worked_on(certificate, user):
    made = start(user, workbook([["番号"], [certificate.facts["code"]]]))
    BulkVerification.objects.update(lease_until=NOW + dt.timedelta(seconds=5))
    assert lists.answer_list(list_id=made.pk, now=NOW) is False
    made.refresh_from_db()
    assert made.tries == 0


def test_worker_that_lost_its_lease_writes_nothing_more(certificate, user, monkeypatch):
    made = start(user, workbook([["番号"], [certificate.facts["code"]]]))

    def take_away(**row):
        BulkVerification.objects.update(lease_until=NOW + dt.timedelta(days=1))
        return answer_row(**row)

    monkeypatch.setattr(lists, "answer_row", take_away)
    assert lists.answer_list(list_id=made.pk, now=NOW) is False
    made.refresh_from_db()
    assert (made.status, made.answers, bool(made.result)) == ("waiting", [], False)


def test_too_long_a_list_is_told_its_length(user):
    made = finish(start(user, workbook([["番号", "氏名"], *[["R8-1", "人"]] * 501])))
    assert made.status == "failed"
    assert "501" in made.problem


def fail_in_child(monkeypatch, reason, *, at=":"):
    real = lists.run_in_child

    def run(function, payload):
        if at in function:
            raise ChildFailed(reason)
        return real(function, payload)

    monkeypatch.setattr(lists, "run_in_child", run)


@pytest.mark.parametrize("at", [":read", ":write"])
def test_file_that_needs_too_much_memory_is_told_so_at_once(user, monkeypatch, at):
    fail_in_child(monkeypatch, "memory", at=at)
    made = finish(start(user, workbook([["番号", "氏名"], ["R8-1", "人"]])))
    assert made.status == "failed"
    assert "大きすぎる" in made.problem


@pytest.mark.parametrize("at", [":read", ":write"])
@pytest.mark.parametrize("reason", ["time", "crash"])
def test_busy_machine_is_tried_again_and_not_put_down_to_the_file(user, monkeypatch, at, reason):
    made = start(user, workbook([["番号", "氏名"], ["R8-1", "人"]]))
    with monkeypatch.context() as busy:
        fail_in_child(busy, reason, at=at)
        assert finish(made).status == "waiting"
    later = made.lease_until + dt.timedelta(seconds=1)
    assert lists.find_due(now=later, limit=9) == [made.pk]
    assert finish(made, later).status == "done"


@pytest.mark.parametrize("reason", ["time", "crash"])
def test_list_that_fails_every_time_is_given_up_without_blame(user, monkeypatch, reason):
    fail_in_child(monkeypatch, reason)
    made, tries = start(user, b"x"), 0
    while made.status == "waiting":
        now = made.lease_until + dt.timedelta(seconds=1) if made.lease_until else NOW
        finish(made, now)
        tries += 1
    assert (made.status, tries) == ("failed", lists.MAX_TRIES)
    assert "大きすぎる" not in made.problem


@pytest.mark.parametrize(
    "problem",
    [
        "password",
        "old_excel",
        "pdf",
        "empty",
        "encoding",
        "broken",
        "no_columns",
        "no_rows",
        "too_many",
    ],
)
def test_every_problem_has_a_sentence(problem):
    assert lists.describe_problem(problem=problem, count=501)


def test_list_is_given_up_after_several_deaths(user):
    made = start(user, workbook([["番号"], ["R8-1"]]))
    BulkVerification.objects.update(tries=lists.MAX_TRIES)
    assert finish(made).status == "failed"


def test_number_of_lists_within_an_hour_is_limited(user, monkeypatch):
    monkeypatch.setattr(lists, "LISTS_PER_HOUR", 2)
    start(user, b"x")
    start(user, b"x")
    with pytest.raises(lists.TooManyLists):
        start(user, b"x")
    start(factories.UserFactory(), b"x")
    start(user, b"x", now=NOW + dt.timedelta(hours=1))


def test_list_and_answer_are_gone_after_a_day(certificate, user):
    made = finish(start(user, workbook([["番号"], [certificate.facts["code"]]])))
    files = [made.upload.name, made.result.name]
    assert all(map(certificate_storage().exists, files))
    just_before = NOW + dt.timedelta(hours=24, seconds=-1)
    assert lists.delete_expired(now=just_before) == 0
    assert lists.lists_of(user=user, now=just_before).count() == 1
    assert lists.lists_of(user=user, now=made.expires_at).count() == 0
    assert lists.delete_expired(now=made.expires_at) == 1
    assert not any(map(certificate_storage().exists, files))
    assert not BulkVerification.objects.exists()


def test_specimen_is_not_found_among_the_valid_ones(certificate):
    Certificate.objects.update(facts=certificate.facts | {"is_specimen": True})
    answer = ask(certificate.facts["code"], NAME)
    assert (answer.status, answer.state) == ("specimen", "見本")


def stored_on(name, moment):
    path = certificate_storage().path(name)
    os.utime(path, (moment.timestamp(), moment.timestamp()))


def test_files_whose_row_went_another_way_are_gone_after_a_day(certificate, user):
    made = finish(start(user, workbook([["番号"], [certificate.facts["code"]]])))
    files = [made.upload.name, made.result.name]
    for name in files:
        stored_on(name, NOW)
    made.delete()
    lists.delete_expired(now=NOW + dt.timedelta(hours=23))
    assert all(map(certificate_storage().exists, files))
    lists.delete_expired(now=NOW + dt.timedelta(hours=25))
    assert not any(map(certificate_storage().exists, files))


def test_old_file_of_a_row_that_is_not_over_stays(certificate, user):
    made = finish(start(user, workbook([["番号"], [certificate.facts["code"]]])))
    files = [made.upload.name, made.result.name]
    for name in files:
        stored_on(name, NOW - dt.timedelta(days=2))
    # Its worker was killed before it could say that there is an answer.
    BulkVerification.objects.update(result="")
    lists.delete_expired(now=NOW)
    assert all(map(certificate_storage().exists, files))


def test_only_lists_are_looked_through(db):
    storage = certificate_storage()
    kept = storage.save("ab/paper.pdf", ContentFile(b"x"))
    stored_on(kept, NOW - dt.timedelta(days=900))
    lists.delete_expired(now=NOW)
    assert storage.exists(kept)


def test_reconciliation_leaves_lists_alone(user):
    start(user, b"x", name="a.pdf")
    assert not any("lists" in name for name in list_files())
