"""What a body is shown of each of its people: a page's or a chunk's rows at a time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any

from training.models import Affiliation, CourseVersion, Enrolment, ModuleCompletion
from training.seams import CertificateSeen, read_certificates

from .affiliations import FORMER
from .completion import decide_completion
from .offices import STUCK, Status, state_of

Category = Affiliation.Category
CHUNK = 500


@dataclass(frozen=True)
class CourseState:
    """`sentence` is the learner's own (rule R1)."""

    enrolment_id: int
    title: str
    status: Status
    sentence: str
    enrolled_at: datetime
    completed_at: datetime | None
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
    def status(self) -> Status:
        found = {course.status for course in self.courses}
        if Status.COMPLETED in found:
            return Status.COMPLETED
        return Status.UNDER_WAY if found else Status.NOT_STARTED


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
    *, affiliations: Any, today: date, now: datetime, chunk: int = CHUNK
) -> Iterator[PersonRow]:
    """Rows of `find_people`, with a fixed number of statements for each chunk of them."""
    facts = affiliations.annotate(state_seen=state_of(now=now)).values_list(
        "pk",
        "learner_id",
        "learner__full_name",
        "learner__kana",
        "category",
        "started_on",
        "ended_on",
        "confirmed_at",
        "state_seen",
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
    pk, learner_id, name, kana, category, started_on, ended_on, confirmed_at, state = row
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
        is_waiting=confirmed_at is None,
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
    facts = (
        Enrolment.objects.filter(learner__in=list(learner_ids), withdrawn_at=None)
        .order_by("enrolled_at", "pk")
        .values_list("pk", "learner_id", "course_id", "version_id", "enrolled_at", "completed_at")
    )
    if until:
        facts = facts.filter(enrolled_at__lt=until)
    for row in facts:
        # A completed one counts until another is completed: retraining takes nothing away.
        before = latest.get(row[1:3])
        if before and before[5] and not row[5]:
            continue
        latest[row[1:3]] = row
    chosen = list(latest.values())
    sentences.load({row[3] for row in chosen})
    is_done = {row[0]: bool(row[5] and not (until and row[5] >= until)) for row in chosen}
    completed = _read_completed([pk for pk, done in is_done.items() if not done], until)
    certificates = read_certificates(
        enrolment_ids=[pk for pk, done in is_done.items() if done], today=today
    )
    found: dict[int, list[CourseState]] = {}
    for pk, learner_id, _course, version_id, enrolled_at, completed_at in chosen:
        done = is_done[pk]
        found.setdefault(learner_id, []).append(
            CourseState(
                enrolment_id=pk,
                title=sentences.title(version_id),
                status=Status.COMPLETED if done else Status.UNDER_WAY,
                sentence=""
                if done
                else sentences.tell(version_id, frozenset(completed.get(pk, ()))),
                enrolled_at=enrolled_at,
                completed_at=completed_at if done else None,
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
