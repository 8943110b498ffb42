import datetime as dt
import io
import zipfile

import pytest
from django.utils import translation
from openpyxl import Workbook, load_workbook

from training.exchange import FORMATS, QuestionDraft, Unreadable, read_questions, xlsx_rows
from training.exchange import xlsx_form as form
from training.exchange.drafts import ChoiceDraft
from training.kinds import get_kind
from training.models import Question

HEADINGS = ["識別子", "種類", "問題文", "選択肢1", "正解1", "選択肢2", "正解2"]
ROW = ["", "単一選択", "問い", "はい", "○", "いいえ", ""]


def make_book(*rows, headings=HEADINGS, before=(), formats=None):
    book = Workbook()
    sheet = book.active
    for row in (*before, headings, *rows):
        sheet.append(row)
    for place, code in (formats or {}).items():
        sheet[place].number_format = code
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def with_rows(book, rows, name="sheet1.xml"):
    """The book with these rows of XML after its own."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(file, "w", 8) as new:
        for member in old.namelist():
            data = old.read(member)
            if member.endswith(name):
                data = data.replace(b"</sheetData>", rows + b"</sheetData>")
            new.writestr(member, data)
    return file.getvalue()


def read_one(headings, row):
    (found,) = read_questions(make_book([*ROW, *row], headings=[*HEADINGS, *headings]))
    return found


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-24",
        "２０２６年１１月２４日",
        "2026/11/24",
        "令和8年11月24日",
        "令和８．１１．２４",
        "R8.11.24",
        dt.date(2026, 11, 24),
        46350,
        "４６３５０",
    ],
)
def test_dates_are_read_as_people_write_them(written):
    assert read_one(["基準日"], [written]).draft.as_of == dt.date(2026, 11, 24)


def test_first_year_of_an_era():
    assert read_one(["基準日"], ["令和元年5月1日"]).draft.as_of == dt.date(2019, 5, 1)


@pytest.mark.parametrize("written", ["きのう", "2026-13-01", "令和8年2月30日", 10**9])
def test_what_is_no_date_is_refused_with_its_heading(written):
    found = read_one(["基準日"], [written])
    assert found.draft is None
    assert "基準日" in found.problems[0]


def test_title_above_merged_headings_and_blank_rows_are_passed_over():
    book = Workbook()
    sheet = book.active
    sheet.append(["設問の一覧（令和8年度）"])
    sheet.merge_cells("A1:G1")
    sheet.append(HEADINGS)
    sheet.append([])
    for column in "ABCDEFG":
        sheet.merge_cells(f"{column}2:{column}3")
    sheet.append([])
    sheet.append(ROW)
    for _row in range(200):
        sheet.append(["", None, " "])
    file = io.BytesIO()
    book.save(file)
    (found,) = read_questions(file.getvalue())
    assert (found.place, found.draft.stem) == ("row 5", "<p>問い</p>")


def test_numbers_in_full_width_and_units():
    headings = ["識別子", "種類", "問題文", "値", "許容誤差", "単位"]
    row = ["", "数値", "何人ですか", "１，２３４．５０", 0.1, "人、名"]
    (found,) = read_questions(make_book(row, headings=headings))
    assert found.draft.parameters == {"value": "1234.5", "tolerance": "0.1", "units": ["人", "名"]}


def test_missing_columns_are_not_spoken_of():
    (found,) = read_questions(make_book(ROW))
    assert "source" not in found.fields
    assert "source" in read_one(["出典"], [""]).fields


def test_bad_row_is_refused_by_its_number_and_the_others_are_read():
    bad = ["", "選択", *ROW[2:]]
    found = read_questions(make_book(ROW, bad, ROW))
    assert [(each.place, each.draft is None) for each in found] == [
        ("row 2", False),
        ("row 3", True),
        ("row 4", False),
    ]


def test_formulas_are_refused():
    (found,) = read_questions(make_book(["", "単一選択", "=1+1", *ROW[3:]]))
    assert found.draft is None
    assert "問題文" in found.problems[0]


def test_columns_that_the_kind_does_not_have_are_refused():
    assert read_one(["値"], [3]).draft is None


def test_sheet_without_keys_is_unreadable():
    with pytest.raises(Unreadable, match="識別子"):
        read_questions(make_book(ROW[1:], headings=HEADINGS[1:]))


def test_unknown_columns_are_named_once():
    book = make_book([*ROW, "x", "y"], [*ROW, "", ""], headings=[*HEADINGS, "備考", "選択肢51"])
    notice, *rows = read_questions(book)
    assert notice.draft is None
    assert "備考、選択肢51" in notice.problems[0]
    assert notice.place == "headings (row 1)"
    assert all(each.draft for each in rows)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_words_of_the_screens_are_read_too(language):
    with translation.override(language):
        labels = {name: str(get_kind(name).label) for name in form.KINDS}
        certainties = {each.value: str(each.label) for each in Question.Certainty}
        difficulties = {each.value: str(each.label) for each in Question.Difficulty}
    for words, shown in (
        (form.KINDS, labels),
        (form.CERTAINTIES, certainties),
        (form.DIFFICULTIES, difficulties),
    ):
        for name, word in shown.items():
            assert form.read_word(word, words, "x") == name


def test_sheet_without_headings_is_unreadable():
    with pytest.raises(Unreadable):
        read_questions(make_book(ROW, headings=["a", "b"]))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠1"])
def test_texts_never_become_formulas(text):
    draft = QuestionDraft(
        key="k",
        kind="single_choice",
        stem=f"<p>{text}</p>",
        choices=(ChoiceDraft(text, is_right=True), ChoiceDraft("b")),
        explanation=text,
        source=text,
    )
    data = FORMATS["xlsx"].write([draft], [])
    cells = [cell for row in load_workbook(io.BytesIO(data)).worksheets[0] for cell in row]
    risky = [cell for cell in cells if cell.value == text]
    assert len(risky) == 4
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in risky)
    assert read_questions(data)[0].draft == draft


def test_workbook_offers_lists_and_says_how_to_fill_it_in():
    book = load_workbook(io.BytesIO(FORMATS["xlsx"].write([], [])))
    assert book.sheetnames == ["設問", "書き方"]
    rules = book["設問"].data_validations.dataValidation
    assert any("単一選択" in rule.formula1 for rule in rules)


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (0.5, "0%", "50%"),
        (0.125, "0.0%", "12.5%"),
        (0.1 + 0.2, "General", "0.3"),
        (1e21, "General", "1000000000000000000000"),
        (3, "General", "3"),
        (True, "General", "TRUE"),
        (dt.time(10, 0), "h:mm", "10:00"),
        (dt.datetime.fromisoformat("2026-11-24T09:30"), "yyyy/m/d h:mm", "2026-11-24 09:30"),
        (dt.date(2026, 11, 24), "yyyy/m/d", "2026-11-24"),
    ],
)
def test_choice_is_what_excel_shows(value, code, text):
    row = ["", "単一選択", "問い", value, "○", "いいえ", ""]
    (found,) = read_questions(make_book(row, formats={"D2": code}))
    assert found.draft.choices[0].text == text


@pytest.mark.parametrize("code", ["#,##0", "0000", "¥#,##0", "0.00"])
def test_number_that_excel_shows_otherwise_is_refused_with_its_heading(code):
    row = ["", "単一選択", "問い", 1500, "○", "いいえ", ""]
    (found,) = read_questions(make_book(row, formats={"D2": code}))
    assert found.draft is None
    assert "選択肢1" in found.problems[0]


def make_rows(*, count, cell=b"", last=b""):
    """Rows from 3 on, and `last` after them."""
    blank = b"".join(
        b'<row r="%d" spans="1:7" ht="20">%s</row>' % (n, cell.replace(b"#", b"%d" % n))
        for n in range(3, count)
    )
    return blank + last


LAST = (
    b'<row r="90000"><c r="B90000" t="inlineStr"><is><t>%s</t></is></c>'
    b'<c r="C90000" t="inlineStr"><is><t>x</t></is></c></row>'
).replace(b"%s", "数値".encode())


@pytest.mark.parametrize("cell", [b"", b'<c r="A#" s="1"/>', b'<c r="A#"></c> <c r="B#" s="2" />'])
def test_rows_that_hold_nothing_cost_nothing_and_hide_no_question(cell):
    book = with_rows(make_book(ROW), make_rows(count=200_000, cell=cell))
    assert [each.place for each in read_questions(book)] == ["row 2"]
    book = with_rows(make_book(ROW), make_rows(count=3_000, cell=cell, last=LAST))
    assert [each.place for each in read_questions(book)] == ["row 2", "row 90000"]


@pytest.mark.parametrize(
    "cell",
    [
        b"<c><v>1</v></c>",
        b'<c r="B9" t="inlineStr"><is><t>a</t></is></c>',
        b"<c><f>A1</f></c>",
        b'<c s="1"/><c><v>1</v></c>',
        b'<c x="a>b"/>',
        b"a",
        b"<d/>",
    ],
)
def test_row_that_holds_anything_stays(cell):
    sheet = b'<sheetData><row r="1"><c/></row><row r="9">%s</row></sheetData>' % cell
    assert cell in xlsx_rows.drop_empty_rows(sheet)


@pytest.mark.parametrize(
    "sheet",
    [
        b'<row/><row r="2"><c><v>1</v></c></row>',
        b'<row><c/></row><row r="2"/>',
        b'<row r="1"/><t><![CDATA[<row r="1"/>]]></t>',
        b'<row r="1"/><!-- <row r="1"/> -->',
    ],
)
def test_sheet_whose_rows_do_not_say_where_they_stand_stays(sheet):
    assert xlsx_rows.drop_empty_rows(sheet) == sheet
