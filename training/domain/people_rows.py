"""What a body is shown of each of its people: a page's or a chunk's rows at a time.

Days are found by the database: to make a time of Python's out of each takes longer.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db.models import Case, Q, Value, When
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from training.clock import JAPAN, write_day
from training.models import Affiliation, CourseVersion, Enrolment, ModuleCompletion
from training.seams import CertificateSeen, read_certificates

from .affiliations import FORMER
from .completion import decide_completion
from .offices import STUCK, Status, state_of

Category = Affiliation.Category
CHUNK = 500


@dataclass(frozen=True)
class CourseState:
    """`label` is the status in words, `sentence` the learner's own (rule R1)."""

    enrolment_id: int
    title: str
    status: Status
    label: str
    sentence: str
    enrolled_on: date
    completed_on: date | None
    certificates: tuple[CertificateSeen, ...] = ()


@dataclass(frozen=True)
class PersonRow:
    """Of somebody who left, `courses` is empty."""

    affiliation_id: int
    learner_id: int
    full_name: str
    kana: str
    category: str
    started_on: date | None
    ended_on: date | None
    is_over: bool
    is_waiting: bool
    is_stuck: bool
    courses: tuple[CourseState, ...]

    @property
    def since(self) -> str:
        if self.started_on is None:
            return ""
        return _("since %(day)s") % {"day": write_day(self.started_on)}


@dataclass
class Sentences:
    """Of few different states: most people are at the same few places of the same course."""

    outlines: dict[int, dict[str, Any]] = field(default_factory=dict)
    told: dict[tuple[int, frozenset[int]], str] = field(default_factory=dict)

    def load(self, version_ids: set[int]) -> None:
        if missing := version_ids - self.outlines.keys():
            rows = CourseVersion.objects.filter(pk__in=missing).values_list("pk", "outline")
            self.outlines |= dict(rows)

    def title(self, version_id: int) -> str:
        return str(self.outlines[version_id]["title"])

    def tell(self, version_id: int, completed: frozenset[int]) -> str:
        key = (version_id, completed)
        if key not in self.told:
            outline = self.outlines[version_id]
            decision = decide_completion(outline=outline, completed_module_ids=set(completed))
            self.told[key] = decision.sentence
        return self.told[key]


def read_rows(
    *, affiliations: Any, today: date, now: datetime | None = None, chunk: int = CHUNK
) -> Iterator[PersonRow]:
    """Rows of `find_people`, with a fixed number of statements for each chunk of them. Who is stuck
    is found out if `now` is given."""
    facts = affiliations.values_list(
        "pk",
        "learner_id",
        "learner__full_name",
        "learner__kana",
        "category",
        "started_on",
        "ended_on",
        Q(confirmed_at=None),
        state_of(now=now) if now else Value(0),
    )
    sentences = Sentences()
    # Found out once: to translate a word costs more than to read a row.
    labels = [
        {kind: str(words[kind]) for kind in Category}
        for words in ({kind: kind.label for kind in Category}, FORMER)
    ]
    # A page is read at once, the whole body is not.
    source = iter(facts if facts.query.is_sliced else facts.iterator(chunk_size=chunk))
    while rows := list(islice(source, chunk)):
        learners = {row[1] for row in rows if not _is_over(row[6], today)}
        courses = read_courses(learner_ids=learners, today=today, sentences=sentences)
        for row in rows:
            yield _make_row(row, courses, today, labels)


def _is_over(ended_on: date | None, today: date) -> bool:
    return ended_on is not None and ended_on < today


def _make_row(
    row: tuple[Any, ...],
    courses: dict[int, list[CourseState]],
    today: date,
    labels: list[dict[Any, str]],
) -> PersonRow:
    pk, learner_id, name, kana, category, started_on, ended_on, is_waiting, state = row
    is_over = _is_over(ended_on, today)
    return PersonRow(
        affiliation_id=pk,
        learner_id=learner_id,
        full_name=name,
        kana=kana,
        category=labels[is_over][category],
        started_on=started_on,
        ended_on=ended_on,
        is_over=is_over,
        is_waiting=is_waiting,
        is_stuck=state >= STUCK and not is_over,
        courses=() if is_over else tuple(courses.get(learner_id, ())),
    )


def read_courses(
    *,
    learner_ids: Iterable[int],
    today: date,
    sentences: Sentences | None = None,
    until: datetime | None = None,
) -> dict[int, list[CourseState]]:
    """Of each learner the latest enrolment in each course, as it was before `until`: enrolments,
    versions, modules and certificates by one statement each."""
    sentences = sentences or Sentences()
    latest: dict[tuple[int, int], tuple[Any, ...]] = {}
    rows = Enrolment.objects.filter(learner__in=list(learner_ids), withdrawn_at=None)
    completed_on: Any = TruncDate("completed_at", tzinfo=JAPAN)
    if until:
        rows = rows.filter(enrolled_at__lt=until)
        completed_on = Case(When(completed_at__lt=until, then=completed_on))
    facts = rows.order_by("enrolled_at", "pk").values_list(
        "pk",
        "learner_id",
        "course_id",
        "version_id",
        TruncDate("enrolled_at", tzinfo=JAPAN),
        completed_on,
    )
    for row in facts:
        # A completed one counts until another is completed: retraining takes nothing away.
        before = latest.get(row[1:3])
        if before and before[5] and not row[5]:
            continue
        latest[row[1:3]] = row
    chosen = list(latest.values())
    sentences.load({row[3] for row in chosen})
    completed = _read_completed([row[0] for row in chosen if not row[5]], until)
    certificates = read_certificates(
        enrolment_ids=[row[0] for row in chosen if row[5]], today=today
    )
    found: dict[int, list[CourseState]] = {}
    labels = {status: str(status.label) for status in Status}
    for pk, learner_id, _course, version_id, enrolled, done in chosen:
        status = Status.COMPLETED if done else Status.UNDER_WAY
        found.setdefault(learner_id, []).append(
            CourseState(
                enrolment_id=pk,
                title=sentences.title(version_id),
                status=status,
                label=labels[status],
                sentence=""
                if done
                else sentences.tell(version_id, frozenset(completed.get(pk, ()))),
                enrolled_on=enrolled,
                completed_on=done,
                certificates=certificates.get(pk, ()),
            )
        )
    return found


def _read_completed(enrolment_ids: list[int], until: datetime | None) -> dict[int, list[int]]:
    rows = ModuleCompletion.objects.filter(enrolment__in=enrolment_ids)
    if until:
        rows = rows.filter(completed_at__lt=until)
    found: dict[int, list[int]] = {}
    for enrolment_id, module_id in rows.values_list("enrolment_id", "module_id"):
        found.setdefault(enrolment_id, []).append(module_id)
    return found
