import datetime as dt
import json

import pytest

from certificates.lists import child

from .files import workbook

NUMBER = "令和8年度 第000001号"


def read(data):
    return json.loads(child.read(data))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp932"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("newline", ["\r\n", "\n"])
def test_csv_of_any_program_is_read(encoding, delimiter, newline):
    lines = ["修了証確認依頼", "", "No.,修了証番号,氏名", "1,Ｒ８－１,髙橋 太郎", "", "2,R8-2,鈴木"]
    text = newline.join(lines).replace(",", delimiter)
    found = read(text.encode(encoding))
    assert found["columns"] == {"number": "修了証番号", "name": "氏名"}
    assert [(row["row"], row["key"], row["name"]) for row in found["rows"]] == [
        (4, "Ｒ８－１", "髙橋 太郎"),
        (6, "R8-2", "鈴木"),
    ]


@pytest.mark.parametrize(
    ("headings", "columns"),
    [
        (["番号", "名前"], {"number": "番号", "name": "名前"}),
        (["修了証番号 ", "受講者氏名"], {"number": "修了証番号", "name": "受講者氏名"}),
        (["確認コード※", "お名前"], {"code": "確認コード※", "name": "お名前"}),
        (["確認コードまたは番号", "氏　名"], {"code": "確認コードまたは番号", "name": "氏　名"}),
        (["氏名", "交付番号（第○号）"], {"number": "交付番号（第○号）", "name": "氏名"}),
    ],
)
def test_headings_in_the_words_of_town_halls(headings, columns):
    assert read(workbook([headings, [NUMBER, "人"]]))["columns"] == columns


def test_reading_of_a_name_is_not_taken_for_the_name():
    found = read(workbook([["番号", "氏名（フリガナ）", "氏名"], [NUMBER, "タカハシ", "髙橋"]]))
    assert found["rows"][0]["name"] == "髙橋"


def test_counter_beside_the_number_is_not_taken_for_it():
    found = read(workbook([["番号", "修了証番号", "氏名"], [1, NUMBER, "髙橋"]]))
    assert found["rows"][0]["key"] == NUMBER


def test_merged_headings_over_two_rows():
    rows = [
        ["令和8年度 名簿", None, None, None],
        ["修了証", None, "氏名", None],
        ["番号", "確認コード", "姓", "名"],
        [NUMBER, None, "髙橋", "𠮷江"],
    ]
    found = read(workbook(rows, merge=["A1:D1", "A2:B2", "C2:D2"]))
    assert found["layout"]["header"] == 3
    [row] = found["rows"]
    assert (row["row"], row["key"], row["name"]) == (4, NUMBER, "髙橋 𠮷江")


def test_heading_merged_downwards():
    rows = [["番号", "氏名", None], [None, "姓", "名"], [NUMBER, "髙橋", "𠮷江"]]
    [row] = read(workbook(rows, merge=["A1:A2", "B1:C1"]))["rows"]
    assert (row["row"], row["key"], row["name"]) == (3, NUMBER, "髙橋 𠮷江")


def test_headings_that_come_again_are_no_row():
    rows = [["番号", "氏名"], [NUMBER, "髙橋"], ["番号", "氏名"], [NUMBER, "鈴木"]]
    assert [row["row"] for row in read(workbook(rows))["rows"]] == [2, 4]


def test_second_sheet_when_the_first_is_a_cover():
    def add_list(sheet):
        sheet.title = "表紙"
        other = sheet.parent.create_sheet("名簿")
        other.append(["番号", "氏名"])
        other.append([NUMBER, "髙橋"])

    found = read(workbook([["確認のお願い"]], change=add_list))
    assert found["layout"]["sheet"] == "名簿"
    assert len(found["rows"]) == 1


def test_without_headings_the_columns_are_known_by_what_they_hold():
    found = read(
        b"ABCD-EFGH-1JKMN,\xe9\xab\x98\xe6\xa9\x8b\n2345-6789-ABCDE,\xe9\x88\xb4\xe6\x9c\xa8"
    )
    assert found["columns"] == {"code": "A", "name": "B"}
    assert len(found["rows"]) == 2


def test_date_formula_and_error_are_told_apart_from_what_was_written():
    def put(sheet):
        sheet["A2"] = dt.date(2026, 8, 12)
        sheet["A3"] = "=A2"
        sheet["A4"] = "#N/A"

    rows = [["番号", "氏名"], [None, "一"], [None, "二"], [None, "三"], [NUMBER, "四"]]
    found = read(workbook(rows, change=put))
    assert [row["trouble"] for row in found["rows"]] == ["date", "formula", "error", ""]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_excel"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "password",
        ),
        (b"%PDF-1.7", "pdf"),
        (b"PK\x03\x04broken", "broken"),
        (b"\x81\x00\xff\x01\x02", "broken"),
        ("修了証番号,氏名\nR8-1,山田".encode("euc_jp"), "encoding"),
        # Valid Shift_JIS, too, of half-width katakana.
        ("番号,名\nR8-1,やまだ".encode("euc_jp"), "encoding"),
        ("番号,氏名\nR8-1,山田".encode("iso2022_jp"), "encoding"),
        ("品名,値段\nりんご,100".encode(), "no_columns"),
        ("番号,氏名\n".encode(), "no_rows"),
    ],
)
def test_what_is_no_list_is_named(data, problem):
    assert read(data)["problem"] == problem


def test_too_long_a_list_is_counted():
    rows = [["番号", "氏名"], *([f"R8-{number}", "人"] for number in range(501))]
    assert read(workbook(rows)) == {"problem": "too_many", "count": 501}
    assert len(read(workbook(rows[:-1]))["rows"]) == 500


def test_format_down_to_the_last_row_costs_nothing():
    def stretch(sheet):
        sheet.cell(1_048_576, 16_384).number_format = "@"

    assert len(read(workbook([["番号", "氏名"], [NUMBER, "人"]], change=stretch))["rows"]) == 1


LONG = "8-1" + " " * 32_000 + "x"


@pytest.mark.parametrize("row", [[LONG, "人"], ["R8-1", "人" * 301]])
@pytest.mark.parametrize("as_csv", [True, False])
def test_cell_of_a_book_s_length_is_told_and_goes_no_further(row, as_csv):
    rows = [["番号", "氏名", "備考"], [*row, "人" * 32_000], ["R8-2", "人", ""]]
    data = "\n".join(map(",".join, rows)).encode() if as_csv else workbook(rows)
    answer = child.read(data)
    found = json.loads(answer)["rows"]
    assert [each["trouble"] for each in found] == ["long", ""]
    assert len(answer) < 10_000


def test_second_key_of_a_book_s_length_is_left_out():
    found = read(workbook([["コード", "番号"], ["0000-0000-00000", LONG]]))["rows"][0]
    assert (found["second"], found["trouble"]) == ("", "")
