import csv
import io
import json

import pytest
from openpyxl.styles import Font

from certificates.lists import child

from .files import sheet_of, workbook

HEADINGS = ["確認結果", "備考"]


def answer(data, answers):
    layout = json.loads(child.read(data))["layout"]
    options = {"layout": layout, "headings": HEADINGS, "answers": answers}
    return child.write(child.pack(options, data))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_comes_back_as_it_was_with_two_columns_more(encoding, delimiter):
    text = "名簿\r\n番号,氏名,備考\r\nR8-1,髙橋\r\n合計 1名\r\n".replace(",", delimiter)
    found = answer(text.encode(encoding), {3: ["有効", "表記差"]}).decode(encoding)
    assert found == (
        "名簿\r\n番号,氏名,備考,確認結果,備考\r\nR8-1,髙橋,,有効,表記差\r\n合計 1名\r\n"
    ).replace(",", delimiter)


@pytest.mark.parametrize("start", "=+-@\t\r＝＋－＠")
def test_no_cell_of_a_csv_runs(start):
    data = f'番号,氏名\nR8-1,"{start}HYPERLINK(1)"\n'.encode()
    rows = csv.reader(io.StringIO(answer(data, {2: ["有効", ""]}).decode(), newline=""))
    assert list(rows)[1][1][0] == "'"


@pytest.mark.parametrize("start", "=+-@＝＋－＠")
def test_text_of_a_workbook_stays_text(start):
    def put(sheet):
        sheet["B2"].value = f"{start}1+1"
        sheet["B2"].data_type = "s"

    data = workbook([["番号", "氏名"], ["R8-1", None]], change=put)
    sheet = sheet_of(answer(data, {2: [f"{start}2", ""]}))
    assert (sheet["B2"].value, sheet["B2"].data_type) == (f"{start}1+1", "s")
    assert sheet["B2"].quotePrefix
    assert (sheet["C2"].value, sheet["C2"].data_type) == (f"{start}2", "s")


def test_workbook_keeps_its_look():
    def paint(sheet):
        sheet["A1"].font = Font(bold=True, color="FFFF0000")
        sheet.column_dimensions["B"].width = 33
        sheet.freeze_panes = "A3"

    rows = [["名簿", None], ["番号", "氏名"], ["R8-1", "髙橋"]]
    sheet = sheet_of(answer(workbook(rows, merge=["A1:B1"], change=paint), {3: ["有効", ""]}))
    assert (sheet["A1"].font.b, sheet["A1"].font.color.rgb) == (True, "FFFF0000")
    assert (sheet.column_dimensions["B"].width, sheet.freeze_panes) == (33, "A3")
    assert [str(each) for each in sheet.merged_cells.ranges] == ["A1:B1"]
    assert [cell.value for cell in sheet[2]] == ["番号", "氏名", *HEADINGS]
    assert [cell.value for cell in sheet[3]] == ["R8-1", "髙橋", "有効", None]
