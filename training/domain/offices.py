"""What a body sees of its people: by affiliation, never by what somebody once typed elsewhere."""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import jaconv
from django.db import connection, models
from django.db.models import IntegerField, Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from training.models import Affiliation, LocalGovernment
from training.names import fold_name

from .scopes import with_merged

# Open, and nothing done for so long: somebody should ask.
STUCK_AFTER = timedelta(days=14)


class Status(models.TextChoices):
    NOT_STARTED = "not-started", _("taking no course")
    UNDER_WAY = "under-way", _("taking a course")
    COMPLETED = "completed", _("course completed")


@dataclass(frozen=True)
class Office:
    """A body with the codes of those that merged into it."""

    body: LocalGovernment
    codes: frozenset[str]

    @property
    def is_prefecture(self) -> bool:
        return self.body.prefecture_id is None


@dataclass(frozen=True)
class PeopleFilter:
    """`confirmed` is "yes", "no" or "" for either; `ended` shows those who left instead."""

    status: str = ""
    category: str = ""
    confirmed: str = ""
    stuck: bool = False
    ended: bool = False
    name: str = ""

    @property
    def asked(self) -> dict[str, str | bool]:
        """For the audit log, which keeps no names: only that one was searched for."""
        found = {name: value for name, value in vars(self).items() if value and name != "name"}
        return found | ({"name_searched": True} if self.name.strip() else {})


def read_office(*, code: str) -> Office | None:
    """One statement."""
    rows = LocalGovernment.objects.filter(with_merged([code])).select_related(
        "prefecture", "successor"
    )
    bodies = {body.pk: body for body in rows}
    if code not in bodies:
        return None
    return Office(body=bodies[code], codes=frozenset(bodies))


def people_of(*, codes: Collection[str], today: date, ended: bool = False) -> Any:
    """Affiliations of a body today, or those that are over."""
    rows = Affiliation.objects.of_people().filter(local_government__in=codes)
    if ended:
        return rows.filter(ended_on__lt=today, refused_at=None)
    return rows.current(today=today)


# What `state_of` tells: a status, and STUCK beside it.
UNDER_WAY, COMPLETED, STUCK = 1, 2, 10

# Of an enrolment e: an open course that for two weeks was neither begun nor gone on with. Takes the
# moment two weeks ago three times. The figures count by it too.
IS_STUCK = """e.completed_at IS NULL AND e.enrolled_at < %s AND NOT EXISTS (
            SELECT 1 FROM lms_training_modulecompletion m
            WHERE m.enrolment_id = e.id AND m.completed_at >= %s
        ) AND NOT EXISTS (
            SELECT 1 FROM lms_training_attempt t
            WHERE t.enrolment_id = e.id AND t.started_at >= %s
        )"""

# An aggregate: of an EXISTS alone PostgreSQL may make a hash of all enrolments there are, which
# costs a second where looking up these people costs some milliseconds. In SQL: to have it put
# together by the ORM takes as long as the rest of a town's page.
STATE = f"""COALESCE((
    SELECT MAX(CASE WHEN e.completed_at IS NULL THEN {UNDER_WAY} ELSE {COMPLETED} END)
        + MAX(CASE WHEN {IS_STUCK} THEN {STUCK} ELSE 0 END)
    FROM lms_training_enrolment e
    WHERE e.learner_id = lms_training_affiliation.learner_id AND e.withdrawn_at IS NULL
), 0)"""  # noqa: S608


def state_of(*, now: datetime) -> RawSQL:
    """Whether the learner of an affiliation takes or completed a course, and is stuck: 0, 1, 2, 11
    or 12. Somebody who completed a course and takes another, or takes it again, has completed
    one."""
    return RawSQL(STATE, [adapt_moment(now - STUCK_AFTER)] * 3, IntegerField())  # noqa: S611


def adapt_moment(moment: datetime) -> Any:
    """As the database's driver wants it in SQL of one's own."""
    return connection.ops.adapt_datetimefield_value(moment)


def find_states(filters: PeopleFilter) -> list[int]:
    """Those that the filter leaves; empty for all."""
    codes = {Status.NOT_STARTED: 0, Status.UNDER_WAY: UNDER_WAY, Status.COMPLETED: COMPLETED}
    plain = [codes[Status(filters.status)]] if filters.status else [UNDER_WAY, COMPLETED]
    stuck = [code + STUCK for code in plain]
    if filters.stuck:
        return stuck
    return [*plain, *stuck] if filters.status else []


def find_people(
    *, codes: Collection[str], filters: PeopleFilter, today: date, now: datetime
) -> Any:
    """Affiliations that match, by the reading of the name; see people_rows.py for what is shown of
    them."""
    rows = people_of(codes=codes, today=today, ended=filters.ended)
    rows = rows.filter(conditions_of(filters, rows))
    # What people did after they left is none of the body's business.
    if (states := find_states(filters)) and not filters.ended:
        rows = rows.annotate(state=state_of(now=now)).filter(state__in=states)
    return rows.order_by("learner__kana", "learner__full_name", "pk")


def conditions_of(filters: PeopleFilter, rows: Any) -> Q:
    found = Q()
    if filters.category:
        found &= Q(category=filters.category)
    if filters.confirmed:
        found &= Q(confirmed_at__isnull=filters.confirmed == "no")
    if filters.name.strip():
        found &= Q(pk__in=_find_names(filters.name, rows))
    # An empty condition counts nothing in a filtered aggregate of some databases.
    return found or Q(pk__isnull=False)


def _find_names(typed: str, rows: Any) -> list[int]:
    """No database folds as names need it, and a body has some thousand people at most."""
    wanted = _fold(typed)
    names = rows.values_list("pk", "learner__full_name", "learner__kana")
    return [pk for pk, name, kana in names if wanted in _fold(name) or wanted in _fold(kana)]


class _Folded(dict[str, str]):
    """Characters, folded when they are first met: a body's names hold some hundred."""

    def __missing__(self, character: str) -> str:
        self[character] = folded = jaconv.hira2kata(fold_name(character))
        return folded


_folded = _Folded()


def _fold(text: str) -> str:
    return "".join([_folded[each] for each in unicodedata.normalize("NFKC", text)])
