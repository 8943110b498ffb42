"""A town hall's list: kept, answered row by row, handed back, and deleted after a day.

A worker that is killed leaves a lease that runs out; the next goes on with the row after the last
one that was answered.
"""

import json
import logging
import secrets
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.log_actions import log

from certificates.conf import lease_seconds
from certificates.lists import child
from certificates.lists.reading import MAX_ROWS
from certificates.models import BulkVerification, certificate_storage
from training.clock import day_in_japan
from training.domain.audit import record_audit
from training.domain.table_problems import describe_table_problem
from training.sandbox import ChildFailed, run_in_child

from .list_answers import RowAnswer, answer_row

logger = logging.getLogger(__name__)
FOLDER = "lists"
KEPT_FOR = timedelta(hours=24)
MAX_BYTES = 5 * 1024 * 1024
LISTS_PER_HOUR = 20
CHUNK = 25
MAX_TRIES = 4
KINDS = ("xlsx", "csv")


class TooManyLists(Exception):
    """This user has sent as many within the last hour as anybody may."""


class _LostLease(Exception):
    """Somebody else goes on with the list."""


def start_list(*, user: Any, file_name: str, data: bytes, now: datetime) -> BulkVerification:
    """Raises TooManyLists."""
    recent = BulkVerification.objects.filter(user=user, created_at__gt=now - timedelta(hours=1))
    if recent.count() >= LISTS_PER_HOUR:
        raise TooManyLists
    suffix = PurePath(file_name).suffix.lower()[:5]
    stored = certificate_storage().save(
        f"{FOLDER}/{secrets.token_hex(16)}{suffix}", ContentFile(data)
    )
    with transaction.atomic():
        made = BulkVerification.objects.create(
            user=user,
            file_name=file_name[-200:],
            upload=stored,
            created_at=now,
            expires_at=now + KEPT_FOR,
        )
        # Not under the file's name: it may be somebody's.
        log(
            instance=made,
            action="certificates.verify_list",
            user=user,
            title=_("list %(number)s") % {"number": made.pk},
        )
        record_audit(action="list.verify", actor=user, at=now, subject=made)
    return made


def lists_of(*, user: Any, now: datetime) -> QuerySet[BulkVerification]:
    """Newest first; what is older than a day is gone, whether or not it is deleted yet."""
    return BulkVerification.objects.filter(user=user, expires_at__gt=now).order_by("-pk")


def _due(now: datetime) -> QuerySet[BulkVerification]:
    return BulkVerification.objects.filter(
        Q(lease_until=None) | Q(lease_until__lt=now),
        status=BulkVerification.Status.WAITING,
        expires_at__gt=now,
    )


def find_due(*, now: datetime, limit: int) -> list[int]:
    return list(_due(now).order_by("tries", "pk").values_list("pk", flat=True)[:limit])


def answer_list(*, list_id: int, now: datetime) -> bool:
    """Read and answer it, if it is due and nobody else is at it. True if this call finished it."""
    lease = now + timedelta(seconds=lease_seconds())
    if not _due(now).filter(pk=list_id).update(lease_until=lease, tries=F("tries") + 1):
        return False
    mine = BulkVerification.objects.filter(
        pk=list_id, status=BulkVerification.Status.WAITING, lease_until=lease
    )
    try:
        return _answer(mine, now)
    except BulkVerification.DoesNotExist:  # its user was deleted meanwhile
        return False
    except _LostLease:
        logger.info("list %s was taken up by another worker", list_id)
        return False


def _answer(mine: QuerySet[BulkVerification], now: datetime) -> bool:
    verification = mine.get()
    if verification.tries > MAX_TRIES:
        return _give_up(mine)
    data = verification.upload.read()
    verification.upload.close()
    try:
        reading = json.loads(run_in_child("certificates.lists.child:read", data))
    except ChildFailed as failure:
        if failure.reason == "memory":
            return _fail(mine, _("The file is too large or too complicated to be read."))
        return _try_again(verification, mine)
    if problem := reading.get("problem"):
        return _fail(mine, describe_problem(problem=problem, count=reading.get("count", 0)))
    rows = reading.pop("rows")
    _write(mine, reading=reading, rows_total=len(rows))
    answers = _answer_rows(mine, rows, verification.answers, now)
    options = {
        "layout": reading["layout"],
        "headings": [_("Result of the verification"), _("Note")],
        "answers": {
            row["row"]: [answer["state"], answer["note"]]
            for row, answer in zip(rows, answers, strict=True)
        },
    }
    try:
        content = run_in_child("certificates.lists.child:write", child.pack(options, data))
    except ChildFailed as failure:
        if failure.reason == "memory":
            return _fail(mine, _("The file is too large or too complicated to be written."))
        return _try_again(verification, mine)
    _write(
        mine,
        result=_store_result(verification, content, reading["layout"]["kind"]),
        status=BulkVerification.Status.DONE,
        lease_until=None,
    )
    logger.info("list %s answered: %s rows", verification.pk, len(rows))
    return True


def _write(mine: QuerySet[BulkVerification], **fields: Any) -> None:
    if not mine.update(**fields):
        raise _LostLease


def _answer_rows(
    mine: QuerySet[BulkVerification],
    rows: list[dict[str, Any]],
    answers: list[dict[str, Any]],
    now: datetime,
) -> list[dict[str, Any]]:
    today = day_in_japan(now)
    while len(answers) < len(rows):
        chunk = rows[len(answers) : len(answers) + CHUNK]
        answers = answers + [_shown(row, answer_row(row=row, today=today)) for row in chunk]
        _write(mine, answers=answers, rows_done=len(answers))
    return answers


def _shown(row: dict[str, Any], answer: RowAnswer) -> dict[str, Any]:
    """Without the name: it is in the file only."""
    return {"row": row["row"], "given": row["key"][:40]} | vars(answer)


def _answer_name(verification: BulkVerification, kind: str) -> str:
    return f"{PurePath(str(verification.upload)).with_suffix('')}-answer.{kind}"


def _store_result(verification: BulkVerification, content: bytes, kind: str) -> str:
    storage = certificate_storage()
    name = _answer_name(verification, kind)
    # Of a worker that was killed before it could say so.
    storage.delete(name)
    return storage.save(name, ContentFile(content))


def _try_again(verification: BulkVerification, mine: QuerySet[BulkVerification]) -> bool:
    """When the lease is over: a machine that is busy now may not be then."""
    return _give_up(mine) if verification.tries >= MAX_TRIES else False


def _give_up(mine: QuerySet[BulkVerification]) -> bool:
    # It need not be the file: nobody is told to mend it.
    problem = _(
        "The list could not be worked through this time. Please send it again; if that does not "
        "help, send it in smaller parts."
    )
    return _fail(mine, problem)


def _fail(mine: QuerySet[BulkVerification], problem: str) -> bool:
    _write(mine, status=BulkVerification.Status.FAILED, problem=problem, lease_until=None)
    return True


def describe_problem(*, problem: str, count: int = 0) -> str:
    """Of those that `certificates.lists.child.read` names."""
    if problem == "too_many":
        return ngettext(
            "The list has %(count)s row; at most %(limit)s are possible. Please divide it.",
            "The list has %(count)s rows; at most %(limit)s are possible. Please divide it.",
            count,
        ) % {"count": count, "limit": MAX_ROWS}
    if problem == "no_columns":
        return _(
            "No column with codes or numbers was found. Please write above it what it is: "
            "確認コード or 修了証番号."
        )
    return describe_table_problem(problem=problem)


def delete_expired(*, now: datetime, limit: int = 500) -> int:
    """Files first: what is left half-way is found again by its row. Also deletes the files that no
    row names any more; how many rows are gone."""
    expired = list(BulkVerification.objects.filter(expires_at__lte=now).order_by("pk")[:limit])
    for each in expired:
        for name in _files_of(each):
            certificate_storage().delete(name)
        each.delete()
    _delete_unnamed(now)
    return len(expired)


def _files_of(verification: BulkVerification) -> list[str]:
    # Of an answer a killed worker may have left the file and no word of it.
    return [str(verification.upload), *(_answer_name(verification, kind) for kind in KINDS)]


def _delete_unnamed(now: datetime) -> None:
    """Their user was deleted, or whoever stored them was killed before the row said so."""
    storage = certificate_storage()
    try:
        stored = storage.listdir(FOLDER)[1]
    except FileNotFoundError:  # nobody has sent a list yet
        return
    # After the files: a row that is made meanwhile names one that is not among them.
    rows = BulkVerification.objects.only("upload")
    named = {name for each in rows for name in _files_of(each)}
    for name in (f"{FOLDER}/{each}" for each in stored):
        if name in named:
            continue
        try:
            if storage.get_modified_time(name) <= now - KEPT_FOR:
                storage.delete(name)
        except FileNotFoundError:  # it was being written, and has another name now
            continue
