"""A course written into one file, with the answers to its questions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from training.domain.audit import record_audit
from training.exchange.course_files import (
    MAX_BYTES,
    MAX_MEMBERS,
    key_medium,
    write_course_file,
)
from training.exchange.course_media import find_facts
from training.exchange.drafts import Unreadable
from training.models import CoursePage

from .contents import read_bytes, read_course


class CannotExport(Exception):
    """`problems` are sentences for the editor."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class CourseExport:
    """What a file would hold. With `problems` there is none; `notes` say what it says otherwise."""

    content: dict[str, Any]
    media: dict[str, Any]
    problems: list[str]
    notes: list[str]


def plan_export(*, course: CoursePage) -> CourseExport:
    """Of the latest versions, published or not."""
    content, reader = read_course(course=course)
    media = {key: medium for key, (_kind, medium) in reader.media.items()}
    problems = list(reader.problems)
    if sum(medium.file.size for medium in media.values()) > MAX_BYTES * 9 // 10:
        problems.append(_("The files of the course are larger than 54 MB together."))
    if len(media) >= MAX_MEMBERS:
        problems.append(_("The course has too many files."))
    if not problems:
        problems += _find_refusals(content, media)
    notes = list(dict.fromkeys(reader.notes))
    return CourseExport(content, media, list(dict.fromkeys(problems)), notes)


def _find_refusals(content: dict[str, Any], media: dict[str, Any]) -> list[str]:
    """What no site would take: better to say so here."""
    refusals = []
    for each in content["media"]:
        try:
            find_facts(data=read_bytes(media[key_medium(each)]), medium=each, hashed="")
        except Unreadable as error:
            refusals.append(str(error))
    return refusals


def export_course(*, course: CoursePage, user: Any, now: datetime) -> bytes:
    """Raises CannotExport."""
    export = plan_export(course=course)
    if export.problems:
        raise CannotExport(export.problems)
    data = write_course_file(
        export.content, {key: read_bytes(medium) for key, medium in export.media.items()}
    )
    with transaction.atomic():
        record_audit(
            action="course.export",
            actor=user,
            at=now,
            subject=course,
            details={"questions": len(export.content["questions"]), "files": len(export.media)},
        )
    return data
