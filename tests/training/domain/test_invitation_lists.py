"""A list of people: read however it was written, and told row by row what is wrong."""

import datetime as dt
import time

import pytest

from tests import factories
from tests.training.rosters import HEADINGS, csv_of, person, uploaded, workbook
from training.domain import invitation_lists, invitations
from training.domain.offices import read_office
from training.models import Invitation, InvitationUpload

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 25, 1, 0, tzinfo=dt.UTC)


@pytest.fixture
def officer():
    return factories.AppointmentFactory().user


@pytest.fixture
def office(officer):
    return read_office(code="063029")


def keep(officer, office, data):
    return invitation_lists.keep_list(
        user=officer, body=office and office.body, name="名簿.xlsx", data=data, now=NOW
    )


def preview(officer, office, data):
    upload = uploaded(data, user=officer, body=office and office.body, now=NOW)
    return invitation_lists.read_preview(upload=upload, office=office, now=NOW)


def test_what_is_wrong_is_said_of_its_row(officer, office):
    rows = [
        ["令和8年度 名簿"],
        HEADINGS,
        person(1),
        person(2, 氏名=""),
        person(3, メールアドレス="p3＠example"),
        person(4, 区分="先生"),
        person(5, 着任日="令和8年2月30日"),
        person(6, メールアドレス="P1@example.jp"),
        person(7, 区分="県職員"),
        person(8, メールアドレス=""),
    ]
    seen = preview(officer, office, workbook(rows))
    found = {row.row: row.problem for row in seen.rows}
    words = {
        3: "",
        4: "氏名",
        5: "p3＠example",
        6: "先生",
        7: "令和8年2月30日",
        8: "3",
        9: "都道府県職員",
        10: "アドレス",
    }
    for row, word in words.items():
        assert bool(found[row]) is bool(word), found
        assert word in found[row] or "name" in found[row] or "address" in found[row]
    assert [row.row for row in seen.ready] == [3]


@pytest.mark.parametrize(
    "written",
    ["令和8年4月1日", "R8.4.1", "2026/4/1", 46113, dt.date(2026, 4, 1), "２０２６年４月１日"],
)
def test_dates_of_eras_and_of_spreadsheets(written, officer, office):
    [row] = preview(officer, office, workbook([HEADINGS, person(着任日=written)])).rows
    assert (row.problem, row.started_on) == ("", dt.date(2026, 4, 1))


@pytest.mark.parametrize(
    ("written", "category"),
    [
        ("地域おこし協力隊の隊員", "volunteer"),
        ("集落支援員（専任）", "supporter"),
        ("集落支援員（兼任）", "supporter"),
        ("市区町村職員", "municipality_staff"),
    ],
)
def test_kinds_as_lists_and_our_own_exports_write_them(written, category, officer, office):
    [row] = preview(officer, office, workbook([HEADINGS, person(区分=written)])).rows
    assert (row.problem, row.category) == ("", category)


def test_address_in_full_width_is_the_same_address(officer, office):
    rows = [
        HEADINGS,
        person(メールアドレス="ｔａｒｏ＠example.jp"),
        person(メールアドレス="taro@example.jp"),
    ]
    first, second = preview(officer, office, workbook(rows)).rows
    assert (first.problem, first.email) == ("", "taro@example.jp")
    assert "2" in second.problem


@pytest.mark.parametrize("encoding", ["euc_jp", "iso2022_jp"])
def test_csv_in_another_encoding_names_those_that_work(encoding, officer, office):
    data = csv_of([HEADINGS, person(氏名="山田 花子")], encoding)
    with pytest.raises(invitation_lists.Unreadable, match=r"UTF-8.*Shift_JIS"):
        keep(officer, office, data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_csv_in_any_encoding(encoding, officer, office):
    rows = [HEADINGS, person(1)]
    [row] = preview(officer, office, csv_of(rows, encoding)).ready
    assert (row.full_name, row.category) == ("髙橋 1", "volunteer")


def test_family_and_given_name_in_two_columns(officer, office):
    rows = [["姓", "名", "メール", "区分"], ["髙橋", "𠮷江", "a@example.jp", "支援員"]]
    [row] = preview(officer, office, workbook(rows)).ready
    assert (row.full_name, row.category) == ("髙橋 𠮷江", "supporter")


def test_row_of_another_body_is_not_invited_by_this_one(officer, office):
    headings = [*HEADINGS, "団体コード", "市区町村"]
    rows = [
        headings,
        [*person(1), "063029", "中山町"],
        [*person(2), "63029", ""],
        [*person(3), "063011", ""],
        [*person(4), "", "山辺町"],
    ]
    seen = preview(officer, office, workbook(rows))
    assert [row.row for row in seen.ready] == [2, 3]


def test_ministry_names_the_body_by_code_or_by_name(officer, office):
    headings = [*HEADINGS, "団体コード", "都道府県", "市区町村"]
    rows = [
        headings,
        [*person(1), "063029", "", ""],
        [*person(2), "", "山形県", "中山町"],
        [*person(3, 区分="県職員"), "", "山形県", ""],
        [*person(4), "999999", "", ""],
        [*person(5), "", "", ""],
        [*person(6), "", "山形県", "どこにもない町"],
    ]
    seen = preview(officer, None, workbook(rows))
    assert [str(row.body) for row in seen.ready] == ["山形県中山町", "山形県中山町", "山形県"]
    assert "999999" in seen.rows[3].problem
    assert "団体コード" in seen.rows[4].problem
    assert "どこにもない町" in seen.rows[5].problem


def test_who_is_registered_or_invited_is_left_alone(officer, office):
    learner = factories.LearnerFactory(user__email="P1@example.jp")
    factories.AffiliationFactory(learner=learner, local_government=office.body)
    elsewhere = factories.LearnerFactory(user__email="p2@example.jp")
    other = factories.MunicipalityFactory(code="063011", name="山辺町")
    factories.AffiliationFactory(learner=elsewhere, local_government=other)
    data = workbook([HEADINGS, person(1), person(2), person(3)])
    # That the second is registered elsewhere is not told.
    assert [row.row for row in preview(officer, office, data).ready] == [3, 4]
    upload = uploaded(data, user=officer, body=office.body, now=NOW)
    invitations.send_list(upload=upload, office=office, user=officer, now=NOW)
    again = preview(officer, office, data)
    assert again.ready == []
    assert all(row.note for row in again.rows)
    later = NOW + dt.timedelta(days=91)
    upload = uploaded(data, user=officer, body=office.body, now=NOW)
    expired = invitation_lists.read_preview(upload=upload, office=office, now=later)
    assert expired.ready == []
    assert expired.rows[1].note != again.rows[1].note


def test_ten_thousand_rows_get_a_clear_message_soon(officer, office):
    data = csv_of([HEADINGS, *(person(n) for n in range(10_000))])
    started = time.monotonic()
    with pytest.raises(invitation_lists.Unreadable, match=r"10,000.*500"):
        keep(officer, office, data)
    assert time.monotonic() - started < 15
    assert not InvitationUpload.objects.exists()


@pytest.mark.parametrize(
    "data",
    [b"", b"%PDF-1.7", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1x", b"\x81\x00\xff"],
)
def test_what_is_no_list_is_refused_in_words(data, officer, office):
    with pytest.raises(invitation_lists.Unreadable) as refusal:
        keep(officer, office, data)
    assert len(str(refusal.value)) > 5


def test_list_without_headings_is_refused(officer, office):
    with pytest.raises(invitation_lists.Unreadable, match="メールアドレス"):
        keep(officer, office, workbook([person(1)]))


def test_list_is_its_senders_for_a_day(officer, office):
    upload = keep(officer, office, workbook([HEADINGS, person()]))
    found = {"upload_id": upload.pk, "body": office.body}
    other = factories.UserFactory()
    assert invitation_lists.find_upload(**found, user=officer, now=NOW) == upload
    assert invitation_lists.find_upload(**found, user=other, now=NOW) is None
    late = NOW + dt.timedelta(days=1, seconds=1)
    assert invitation_lists.find_upload(**found, user=officer, now=late) is None


@pytest.mark.parametrize("people", [1, 3])
def test_statements(people, officer, office, django_assert_num_queries):
    upload = uploaded(
        workbook([HEADINGS, *(person(n) for n in range(people))]),
        user=officer,
        body=office.body,
        now=NOW,
    )
    with django_assert_num_queries(2):
        invitation_lists.read_preview(upload=upload, office=office, now=NOW)
    assert not Invitation.objects.exists()
