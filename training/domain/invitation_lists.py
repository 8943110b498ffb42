"""A list of people to be invited: read in a child, shown row by row, then sent.

What is wrong is said of its row, in words; nothing of the file is kept for longer than a day.
"""

import json
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from training.clock import day_in_japan
from training.models import Affiliation, Invitation, InvitationUpload, LocalGovernment
from training.rosters.reading import MAX_ROWS
from training.sandbox import ChildFailed, run_in_child

from .dates import BadDate, read_date
from .invitation_words import fold_word, read_category
from .offices import Office
from .table_problems import describe_table_problem

MAX_BYTES = 5 * 1024 * 1024
KEPT_FOR = timedelta(days=1)
SECONDS = 20
MAX_NAME = 100


class Unreadable(Exception):
    """The file as a whole; the message is for whoever sent it."""


@dataclass(frozen=True)
class Invited:
    """One row. It is sent if there is neither a `problem`, which is to be mended in the file, nor a
    `note` why nothing is to be done."""

    row: int
    full_name: str
    kana: str
    email: str
    category: str
    started_on: date | None
    body: LocalGovernment | None
    problem: str = ""
    note: str = ""

    @property
    def is_ready(self) -> bool:
        return not self.problem and not self.note

    @property
    def category_text(self) -> str:
        return str(Affiliation.Category(self.category).label) if self.category else ""


@dataclass(frozen=True)
class Preview:
    columns: dict[str, str]
    rows: list[Invited]

    @property
    def ready(self) -> list[Invited]:
        return [each for each in self.rows if each.is_ready]

    @property
    def problem_count(self) -> int:
        return sum(1 for each in self.rows if each.problem)

    @property
    def note_count(self) -> int:
        return sum(1 for each in self.rows if not each.problem and each.note)


def keep_list(
    *, user: Any, body: LocalGovernment | None, name: str, data: bytes, now: datetime
) -> InvitationUpload:
    """`body` is None for the ministry, whose rows name theirs. Raises Unreadable."""
    InvitationUpload.objects.filter(made_at__lt=now - KEPT_FOR).delete()
    if len(data) > MAX_BYTES:
        raise Unreadable(_("The file is larger than 5 MB."))
    try:
        read = run_in_child("training.rosters.child:read", data, seconds=SECONDS)
    except ChildFailed as failure:
        raise Unreadable(
            _("The file is too large or too complicated to be read.")
            if failure.reason in ("time", "memory")
            else describe_table_problem(problem="broken")
        ) from failure
    answer = json.loads(read)
    if problem := answer.get("problem"):
        raise Unreadable(_describe(problem, answer.get("count", 0)))
    return InvitationUpload.objects.create(
        user=user, local_government=body, name=name[-200:], data=read, made_at=now
    )


def _describe(problem: str, count: int) -> str:
    if problem == "too_many_people":
        return ngettext(
            "The list has %(count)s person; at most %(limit)s can be invited at once. Please "
            "divide it.",
            "The list has %(count)s people; at most %(limit)s can be invited at once. Please "
            "divide it.",
            count,
        ) % {"count": f"{count:,}", "limit": MAX_ROWS}
    if problem == "no_people_columns":
        return _(
            "No headings were found. Please write 氏名 and メールアドレス above their columns, or "
            "use the file that can be downloaded here."
        )
    return describe_table_problem(problem=problem)


def find_upload(
    *, upload_id: int, user: Any, body: LocalGovernment | None, now: datetime
) -> InvitationUpload | None:
    """Nobody else's, and not for another body."""
    return InvitationUpload.objects.filter(
        pk=upload_id, user=user, local_government=body, made_at__gt=now - KEPT_FOR
    ).first()


def read_preview(*, upload: InvitationUpload, office: Office | None, now: datetime) -> Preview:
    """Four statements, whatever the list holds; decided anew each time. `office` is None for the
    ministry."""
    told = json.loads(bytes(upload.data))
    bodies = None if office else _Bodies()
    rows = [_read_row(each, office, bodies) for each in told["rows"]]
    rows = _mark_doubles(rows)
    codes = office.codes if office else {row.body.pk for row in rows if row.body}
    return Preview(columns=told["columns"], rows=_mark_known(rows, codes, now))


def _read_row(told: dict[str, Any], office: Office | None, bodies: "_Bodies | None") -> Invited:
    values, troubles = told["values"], told["troubles"]
    written = values.get("email", "").strip()
    # As an input method writes it: ｔａｒｏ＠example.jp.
    email = unicodedata.normalize("NFKC", written)
    row = Invited(
        row=told["row"],
        full_name=values["full_name"],
        kana=values.get("kana", "")[:MAX_NAME],
        email=email,
        category="",
        started_on=None,
        body=office.body if office else None,
    )
    problems = [_name_trouble(trouble) for trouble in dict.fromkeys(troubles.values())]
    if not row.full_name:
        problems.append(_("The name is missing."))
    elif len(row.full_name) > MAX_NAME:
        problems.append(_("The name has more than 100 characters."))
    problems += _check_email(email, written)
    try:
        row = replace(row, category=read_category(values.get("category", "")))
    except ValueError as error:
        problems.append(str(error))
    try:
        if text := values.get("started_on", ""):
            row = replace(row, started_on=read_date(text))
    except BadDate as error:
        problems.append(str(error))
    if office:
        problems += _check_own(values, office)
    elif bodies:
        body, problem = bodies.find(values)
        row = replace(row, body=body)
        problems += [problem] if problem else []
    problems += _check_kind(row)
    # One thing at a time is mended, but all are said.
    return replace(row, problem=" ".join(problems))


def _name_trouble(trouble: str) -> str:
    return {
        "formula": _("A cell holds a formula without a value. Please write the value."),
        "error": _("A cell holds an error of the spreadsheet."),
        "long": _("A cell holds more than 300 characters."),
    }.get(trouble, _("A cell was turned into a date by the spreadsheet."))


def _check_email(email: str, written: str) -> list[str]:
    if not email:
        return [_("The e-mail address is missing.")]
    try:
        validate_email(email)
    except ValidationError:
        return [_("“%(email)s” is no e-mail address.") % {"email": written[:60]}]
    return [] if len(email) <= 254 else [_("The e-mail address is too long.")]


def _check_own(values: dict[str, str], office: Office) -> list[str]:
    """A column that names another body means another list."""
    code = fold_word(values.get("code", ""))
    # Five digits are the code without its check digit; a spreadsheet drops a leading zero.
    if code and not any(own.startswith(code) or own.lstrip("0") == code for own in office.codes):
        return [_("The row is of another body (%(body)s).") % {"body": code[:20]}]
    if office.is_prefecture:
        return []
    name = fold_word(values.get("municipality", ""))
    own_names = {fold_word(office.body.name), fold_word(str(office.body))}
    if name and name not in own_names:
        return [_("The row is of another body (%(body)s).") % {"body": name[:20]}]
    return []


def _check_kind(row: Invited) -> list[str]:
    if row.body is None or not row.category:
        return []
    is_prefecture = row.body.prefecture_id is None
    if is_prefecture == (row.category == Affiliation.Category.PREFECTURE_STAFF):
        return []
    if is_prefecture:
        return [_("A prefecture has 都道府県職員 only.")]
    return [_("都道府県職員 work for a prefecture, not for a municipality.")]


class _Bodies:
    """The bodies of today, by code and by name, for the ministry's lists."""

    def __init__(self) -> None:
        rows = LocalGovernment.objects.filter(successor=None).select_related("prefecture")
        self.by_code = {body.pk: body for body in rows}
        self.by_name: dict[tuple[str, str], LocalGovernment] = {}
        for body in self.by_code.values():
            prefecture = fold_word(body.prefecture.name) if body.prefecture else ""
            self.by_name[prefecture, fold_word(body.name)] = body

    def find(self, values: dict[str, str]) -> tuple[LocalGovernment | None, str]:
        code = fold_word(values.get("code", ""))
        prefecture = fold_word(values.get("prefecture", ""))
        name = fold_word(values.get("municipality", ""))
        if code:
            found = self.by_code.get(code.zfill(6)) or self.by_code.get(code)
            problem = _("There is no body with the code %(code)s.") % {"code": code[:20]}
            return found, "" if found else problem
        if prefecture and name:
            found = self.by_name.get((prefecture, name.removeprefix(prefecture)))
        elif prefecture:
            found = self.by_name.get(("", prefecture))
        else:
            return None, _("団体コード, or 都道府県 and 市区町村, are missing.")
        if found:
            return found, ""
        return None, _("There is no body called %(name)s.") % {"name": (prefecture + name)[:40]}


def _mark_doubles(rows: list[Invited]) -> list[Invited]:
    first: dict[tuple[str, str], int] = {}
    marked = []
    for row in rows:
        key = (row.body.pk if row.body else "", row.email.lower())
        before = first.setdefault(key, row.row) if row.email else row.row
        if before == row.row:
            marked.append(row)
            continue
        double = _("The same address stands in row %(row)s.") % {"row": before}
        marked.append(replace(row, problem=f"{row.problem} {double}".strip()))
    return marked


def _mark_known(rows: list[Invited], codes: Collection[str], now: datetime) -> list[Invited]:
    """Whether an address is registered with another body is nobody's business here."""
    emails = {row.email.lower() for row in rows if row.email}
    column = f"learner__user__{get_user_model().get_email_field_name()}"
    registered = set(
        Affiliation.objects.current(today=day_in_japan(now))
        .annotate(address=Lower(column))
        .filter(local_government__in=codes, address__in=emails)
        .values_list("local_government_id", "address")
    )
    invited = {
        (code, address): expires_at
        for code, address, expires_at in Invitation.objects.open()
        .annotate(address=Lower("email"))
        .filter(local_government__in=codes, address__in=emails)
        .values_list("local_government_id", "address", "expires_at")
    }
    return [replace(row, note=_find_note(row, registered, invited, now)) for row in rows]


def _find_note(
    row: Invited,
    registered: Collection[tuple[str, str]],
    invited: dict[tuple[str, str], datetime],
    now: datetime,
) -> str:
    if row.body is None:
        return ""
    key = (row.body.pk, row.email.lower())
    if key in registered:
        return _("Registered already.")
    if key not in invited:
        return ""
    if invited[key] > now:
        return _("Invited already.")
    return _("Invited already; the link has expired. Please send that invitation again.")
