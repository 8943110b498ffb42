"""The editors' workbook."""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from training.tables import writing

from . import xlsx_form as form
from .drafts import (
    CORE_FIELDS,
    KINDS_WITH_PARTIAL_CREDIT,
    ChoiceDraft,
    Found,
    LeftOut,
    QuestionDraft,
    Refused,
    Unreadable,
    check_count,
    clean_key,
    clean_line,
    clean_lines,
    clean_tags,
    tidy_parameters,
    write_decimal,
)
from .markup import clean_html, draw_paragraphs, is_plain, read_text
from .weights import refuse_media
from .xlsx_rows import read_parts, without_empty_rows

HTML_CELL = re.compile(r"<(p|ul|ol)>")
# Excel's way of writing characters that XML cannot hold.
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
MAX_CELL = 32_767
MAX_COLUMNS = 400
HEADING_ROWS = 20
SAID_BY = {
    "解説": "explanation",
    "出典": "source",
    "出典のURL": "source_url",
    "確かさ": "certainty",
    "基準日": "as_of",
    "見直し期限": "review_by",
    "難しさ": "difficulty",
    "タグ": "tags",
    "事例の設問": "parts",
}
CHOICE_HEADINGS = [
    (number, [f"{name}{number}" for name, _width in form.CHOICE])
    for number in range(1, form.MAX_CHOICES + 1)
]
# What the learner reads must be what the editor saw in the cell.
TEXTS = ("問題文", "選択肢", "組になる語", "フィードバック", "解説", "出典", "タグ", "単位")
PERCENT = re.compile(r"0(?:\.(0+))?%")
Row = Mapping[str, Any]


def read(data: bytes) -> list[Found]:
    """Raises Unreadable."""
    parts = read_parts(data)
    try:
        book = load_workbook(io.BytesIO(without_empty_rows(data, parts)), read_only=True)
        sheet = book[form.SHEET] if form.SHEET in book.sheetnames else book.worksheets[0]
        # What a file says of its size need not be so.
        sheet.reset_dimensions()
        return read_rows(sheet.iter_rows(max_col=MAX_COLUMNS))
    except Unreadable:
        raise
    # The library raises whatever its parsing of a broken part runs into.
    except Exception as error:
        raise Unreadable(_("The workbook is broken or is not an xlsx file.")) from error


def read_rows(rows: Iterable[Sequence[Any]]) -> list[Found]:
    headings: dict[int, str] = {}
    found: list[Found] = []
    # Blank rows may follow the last question in any number.
    for number, cells in enumerate(rows, start=1):
        if number > 100_000:
            raise Unreadable(_("The sheet has more than 100,000 rows."))
        if not headings:
            headings = find_headings(cells)
            if headings:
                found += name_unknown(cells, headings, number)
            if not headings and number > HEADING_ROWS:
                break
            continue
        row = {
            name: cells[index]
            for index, name in headings.items()
            if cells[index].value not in (None, "")
        }
        if any(clean_line(cell.value) for cell in row.values()):
            check_count(len(found) + 1)
            found.append(read_row(row, number, set(headings.values())))
    if not headings:
        raise Unreadable(_("There is no row of headings with 種類 and 問題文."))
    return found


def find_headings(cells: Sequence[Any]) -> dict[int, str]:
    """The heading of each column; empty unless the row is the one with the headings."""
    known = {form.fold_heading(name): name for name, _width in form.list_headings(form.MAX_CHOICES)}
    headings: dict[int, str] = {}
    for index, cell in enumerate(cells):
        name = known.get(form.fold_heading(cell.value or ""))
        if name and name in headings.values():
            raise Unreadable(_("The heading %(heading)s stands twice.") % {"heading": name})
        if name:
            headings[index] = name
    if not {"種類", "問題文"} <= set(headings.values()):
        return {}
    if "識別子" not in headings.values():
        raise Unreadable(
            _(
                "There is no column 識別子. Please add it: it tells which question is to be "
                "changed, and is empty for new ones."
            )
        )
    return headings


def name_unknown(cells: Sequence[Any], headings: Mapping[int, str], number: int) -> list[Found]:
    """What stands below a heading that nobody knows must not vanish unseen."""
    names = (clean_line(cell.value or "") for i, cell in enumerate(cells) if i not in headings)
    unknown = list(dict.fromkeys(name[:40] for name in names if name))
    if not unknown:
        return []
    problem = _("These columns are not known and are not read: %(names)s.") % {
        "names": "、".join(unknown[:20]) + ("…" if len(unknown) > 20 else "")
    }
    return [Found(_("headings (row %(row)s)") % {"row": number}, None, (problem,))]


def read_row(row: Row, number: int, headings: set[str]) -> Found:
    place = _("row %(row)s") % {"row": number}
    fields = CORE_FIELDS | {name for heading, name in SAID_BY.items() if heading in headings}
    try:
        return Found(place, read_draft(row), (), fields)
    except Refused as refusal:
        return Found(place, None, (str(refusal),), fields)


def read_draft(row: Row) -> QuestionDraft:
    values: dict[str, Any] = {}
    for heading, cell in row.items():
        if cell.data_type in ("f", "e"):
            raise Refused(
                _("%(heading)s holds a formula or an error. Please write the value.")
                % {"heading": heading}
            )
        value = cell.value
        if heading.startswith(TEXTS):
            value = read_shown(value, cell.number_format, heading)
        values[heading] = unescape(value) if isinstance(value, str) else value

    def get(heading: str) -> Any:
        return values.get(heading, "")

    kind = form.read_word(get("種類"), form.KINDS, "種類")
    key = clean_line(get("識別子"))
    if key and not clean_key(key):
        raise Refused(_("識別子: only letters, digits, - and _, 80 at most."))
    draft = QuestionDraft(
        key=key,
        kind=kind,
        stem=read_stem(write_value(get("問題文"))),
        choices=read_choices(values),
        parameters=read_parameters(kind, get),
        explanation=clean_lines(write_value(get("解説"))),
        source=clean_line(write_value(get("出典"))),
        source_url=clean_line(get("出典のURL")),
        certainty=form.read_word(get("確かさ"), form.CERTAINTIES, "確かさ", "primary"),
        as_of=form.read_date(get("基準日"), "基準日"),
        review_by=form.read_date(get("見直し期限"), "見直し期限"),
        difficulty=form.read_word(get("難しさ"), form.DIFFICULTIES, "難しさ", "medium"),
        tags=clean_tags(form.read_items(write_value(get("タグ")))),
        parts=form.read_items(get("事例の設問")),
    )
    refuse_misplaced(draft, values)
    return draft


def refuse_misplaced(draft: QuestionDraft, values: Mapping[str, Any]) -> None:
    """What stands in a column that the kind does not have must not vanish unseen."""
    columns = {
        "正誤": {"true_false"},
        "部分点": set(KINDS_WITH_PARTIAL_CREDIT),
        "値": {"numeric"},
        "許容誤差": {"numeric"},
        "単位": {"numeric"},
        "事例の設問": {"scenario"},
    }
    for heading, kinds in columns.items():
        if clean_line(values.get(heading, "")) and draft.kind not in kinds:
            raise Refused(
                _("%(heading)s is filled in, but a question of this kind has none.")
                % {"heading": heading}
            )
    if draft.choices and draft.kind in ("true_false", "numeric", "scenario"):
        raise Refused(_("It has choices, but a question of this kind has none."))


def read_stem(text: str) -> str:
    stem = text.strip()
    if HTML_CELL.match(stem):
        refuse_media(stem)
        stem = clean_html(stem)
    else:
        stem = draw_paragraphs(text)
    if not stem:
        raise Refused(_("The question has no text."))
    return stem


def read_choices(values: Mapping[str, Any]) -> tuple[ChoiceDraft, ...]:
    choices = []
    for number, headings in CHOICE_HEADINGS:
        if values.keys().isdisjoint(headings):
            continue
        text, right, match, feedback = (values.get(heading, "") for heading in headings)
        choice = ChoiceDraft(
            text=clean_line(write_value(text)),
            is_right=form.read_yes(right, f"正解{number}"),
            match=clean_line(write_value(match)),
            feedback=clean_line(write_value(feedback)),
        )
        if choice != ChoiceDraft():
            choices.append(choice)
    return tuple(choices)


def read_parameters(kind: str, get: Any) -> dict[str, Any]:
    parameters: dict[str, Any] = {}
    if kind in KINDS_WITH_PARTIAL_CREDIT:
        parameters["partial_credit"] = form.read_yes(get("部分点"), "部分点")
    elif kind == "true_false":
        parameters["statement_is_true"] = form.read_truth(get("正誤"), "正誤")
    elif kind == "numeric":
        parameters["value"] = write_decimal(form.read_number(get("値"), "値"))
        tolerance = form.read_number(get("許容誤差"), "許容誤差", "0")
        parameters["tolerance"] = write_decimal(tolerance)
        parameters["units"] = list(form.read_items(write_value(get("単位"))))
    return tidy_parameters(kind=kind, parameters=parameters)


def read_shown(value: Any, number_format: str, heading: str) -> Any:
    """Excel keeps 0.5 where it shows 50%, and says so in the format of the cell."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, time):
        return value.isoformat("seconds" if value.second else "minutes")
    if isinstance(value, datetime) and value.time() != time.min:
        return value.isoformat(" ", "minutes")
    if not isinstance(value, int | float) or number_format in ("General", "@", "0"):
        return value
    if percent := PERCENT.fullmatch(number_format):
        return f"{value * 100:.{len(percent[1] or '')}f}%"
    raise Refused(
        _("%(heading)s holds a number that Excel shows in a format. Please write it as text.")
        % {"heading": heading}
    )


def write_value(value: Any) -> str:
    """A cell that Excel took for a number or a date, as the editor wrote it."""
    if isinstance(value, float):
        # 0.1 + 0.2 is shown with 15 digits at most.
        return write_decimal(Decimal(f"{value:.15g}"))
    if hasattr(value, "hour") and hasattr(value, "date"):
        return value.date().isoformat()
    return str(value)


def unescape(text: str) -> str:
    return ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def find_obstacle(draft: QuestionDraft) -> str:
    """Why the workbook cannot hold the question; "" if it can."""
    if draft.kind not in form.KINDS:
        return _("The workbook has no such kind of question.")
    if len(draft.choices) > form.MAX_CHOICES:
        return _("It has more than 50 choices.")
    if any(choice == ChoiceDraft() for choice in draft.choices):
        return _("A choice is empty.")
    if any(
        form.SEPARATORS.search(item) for item in (*draft.parameters.get("units", ()), *draft.tags)
    ):
        return _("A tag or unit holds a comma.")
    if any(len(text) > MAX_CELL for text in (draft.stem, draft.explanation)):
        return _("A text is longer than a cell of a workbook can be.")
    return ""


def write(drafts: Sequence[QuestionDraft], left_out: Sequence[LeftOut]) -> bytes:
    book = Workbook(write_only=True)
    choices = max([form.MIN_CHOICES, *(len(draft.choices) for draft in drafts)])
    headings = form.list_headings(choices)
    sheet = book.create_sheet(form.SHEET)
    sheet.freeze_panes = "D2"
    for index, (_name, width) in enumerate(headings, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    add_lists(sheet, [name for name, _width in headings], max(len(drafts), 500) + 100)
    sheet.append([make_heading(sheet, name) for name, _width in headings])
    for draft in drafts:
        row = draw_row(draft)
        sheet.append([make_cell(sheet, row.get(name)) for name, _width in headings])
    notes = book.create_sheet(form.HELP_SHEET)
    notes.column_dimensions["A"].width = 110
    for line in form.HELP:
        notes.append([make_cell(notes, line)])
    if left_out:
        rest = book.create_sheet(form.LEFT_OUT_SHEET)
        rest.column_dimensions["B"].width = 90
        for each in left_out:
            rest.append([make_cell(rest, each.key), make_cell(rest, each.reason)])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def add_lists(sheet: Any, names: Sequence[str], last_row: int) -> None:
    lists = {
        "種類": form.KINDS.values(),
        "確かさ": form.CERTAINTIES.values(),
        "難しさ": form.DIFFICULTIES.values(),
        "正誤": form.TRUTHS.values(),
        "部分点": [form.YES],
    }
    for index, name in enumerate(names, start=1):
        words = lists.get(name) or ([form.YES] if re.fullmatch(r"正解\d+", name) else None)
        if words:
            rule = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
            letter = get_column_letter(index)
            rule.add(f"{letter}2:{letter}{last_row}")
            sheet.data_validations.append(rule)


def make_heading(sheet: Any, name: str) -> WriteOnlyCell:
    cell = make_cell(sheet, name)
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", start_color="E6EEF7")
    return cell


def make_cell(sheet: Any, value: str | date | None) -> WriteOnlyCell:
    cell = writing.make_cell(sheet, value)
    if isinstance(value, str) and value:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def draw_stem(stem: str) -> str:
    text = read_text(stem)
    return text if is_plain(stem) and not HTML_CELL.match(text) else stem


def draw_row(draft: QuestionDraft) -> dict[str, str | date | None]:
    parameters = draft.parameters
    row: dict[str, str | date | None] = {
        "識別子": draft.key,
        "種類": form.KINDS[draft.kind],
        "問題文": draw_stem(draft.stem),
        "解説": draft.explanation,
        "部分点": form.YES if parameters.get("partial_credit") else "",
        "値": parameters.get("value"),
        "許容誤差": parameters.get("tolerance"),
        "単位": "、".join(parameters.get("units", ())),
        "事例の設問": "、".join(draft.parts),
        "出典": draft.source,
        "出典のURL": draft.source_url,
        "確かさ": form.CERTAINTIES[draft.certainty],
        "基準日": draft.as_of,
        "見直し期限": draft.review_by,
        "難しさ": form.DIFFICULTIES[draft.difficulty],
        "タグ": "、".join(draft.tags),
    }
    if draft.kind == "true_false":
        row["正誤"] = form.TRUTHS[parameters["statement_is_true"]]
    for number, choice in enumerate(draft.choices, start=1):
        row |= {
            f"選択肢{number}": choice.text,
            f"正解{number}": form.YES if choice.is_right else "",
            f"組になる語{number}": choice.match,
            f"フィードバック{number}": choice.feedback,
        }
    return row
