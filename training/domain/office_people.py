"""One person, as a body that they belong or belonged to may see them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Q

from training.clock import JAPAN
from training.models import Affiliation, Appointment, Attempt, Evidence, Learner

from .affiliations import describe_category, is_former
from .audit import record_audit
from .bodies import BODY_PATHS, name_body
from .offices import Office
from .people_rows import CourseState, read_courses
from .scopes import Scope


@dataclass(frozen=True)
class AffiliationSeen:
    affiliation: Affiliation
    category: str
    body: str
    is_over: bool
    evidence: list[Evidence]
    may_decide: bool

    @property
    def is_waiting(self) -> bool:
        return self.affiliation.confirmed_at is None and self.affiliation.refused_at is None


@dataclass(frozen=True)
class AttemptSeen:
    """No answers and no score: whether it was passed is all that a body needs."""

    quiz: str
    number: int
    submitted_at: datetime | None
    passed: bool | None


@dataclass(frozen=True)
class PersonSeen:
    """`until` is the last day of somebody who left: later deeds are not shown."""

    learner: Learner
    affiliations: list[AffiliationSeen]
    courses: list[CourseState]
    attempts: dict[int, list[AttemptSeen]]
    until: date | None

    @property
    def rows(self) -> list[tuple[CourseState, list[AttemptSeen]]]:
        return [(each, self.attempts.get(each.enrolment_id, [])) for each in self.courses]


def read_person(*, office: Office, scope: Scope, learner_id: int, today: date) -> PersonSeen | None:
    """None for somebody who never belonged to the body, or whom it refused."""
    affiliations = list(
        affiliations_of(office=office)
        .filter(learner=learner_id)
        .annotate(may_decide=_may_decide(office, scope, today))
        .select_related("learner", *BODY_PATHS)
        .order_by("-started_on", "-pk")
    )
    counted = [each for each in affiliations if each.refused_at is None]
    if not counted:
        return None
    until = None
    if all(is_former(affiliation=each, today=today) for each in counted):
        until = max(each.ended_on for each in counted if each.ended_on)
    # The first moment of the day after, where the body is.
    end = datetime.combine(until + timedelta(days=1), time(), JAPAN) if until else None
    courses = read_courses(learner_ids=[learner_id], today=today, until=end).get(learner_id, [])
    return PersonSeen(
        learner=affiliations[0].learner,
        affiliations=_see_affiliations(affiliations, today),
        courses=courses,
        attempts=_read_attempts([each.enrolment_id for each in courses], end),
        until=until,
    )


def _see_affiliations(affiliations: list[Any], today: date) -> list[AffiliationSeen]:
    files: dict[int, list[Evidence]] = {}
    for evidence in Evidence.objects.filter(
        affiliation__in=[each.pk for each in affiliations], deleted_at=None
    ).order_by("pk"):
        files.setdefault(evidence.affiliation_id, []).append(evidence)
    return [
        AffiliationSeen(
            affiliation=each,
            category=describe_category(affiliation=each, today=today),
            body=name_body(body=each.local_government, today=today),
            is_over=is_former(affiliation=each, today=today),
            evidence=files.get(each.pk, []),
            may_decide=each.may_decide,
        )
        for each in affiliations
    ]


def _read_attempts(enrolment_ids: list[int], end: datetime | None) -> dict[int, list[AttemptSeen]]:
    rows = Attempt.objects.filter(enrolment__in=enrolment_ids, submitted_at__isnull=False)
    if end:
        rows = rows.filter(submitted_at__lt=end)
    found: dict[int, list[AttemptSeen]] = {}
    facts = rows.order_by("submitted_at", "pk").values_list(
        "enrolment_id", "quiz__title", "number", "submitted_at", "passed"
    )
    for enrolment_id, quiz, number, submitted_at, passed in facts:
        found.setdefault(enrolment_id, []).append(
            AttemptSeen(quiz=quiz, number=number, submitted_at=submitted_at, passed=passed)
        )
    return found


def decidable(*, office: Office, scope: Scope, today: date) -> Q:
    """A condition on affiliations of the body: what this account may confirm or refuse. Nobody
    decides on their own; what an officer of the body says of themselves, those above may decide on,
    else a body with a single officer would wait for ever."""
    others = ~Q(learner__user=scope.user)
    if scope.can_act_for(office.body.pk):
        return others
    if not scope.can_decide_above(office.body.pk):
        return Q(pk__in=[])
    acting = Appointment.objects.current(today=today).filter(local_government__in=office.codes)
    return others & Q(learner__user__in=acting.values("user"))


def affiliations_of(*, office: Office) -> Any:
    rows = Affiliation.objects.of_people().filter(local_government__in=office.codes)
    return rows.select_related("learner")


def _may_decide(office: Office, scope: Scope, today: date) -> ExpressionWrapper[Q]:
    condition = decidable(office=office, scope=scope, today=today)
    return ExpressionWrapper(condition, output_field=BooleanField())


def find_waiting(*, office: Office, scope: Scope, today: date) -> Any:
    """What the body has yet to confirm or refuse, the oldest first. One that has ended meanwhile
    still wants an answer. `may_decide` is whether this account gives it, `is_own` whether it is
    about the account itself."""
    is_own = ExpressionWrapper(Q(learner__user=scope.user), output_field=BooleanField())
    rows = affiliations_of(office=office).waiting()
    rows = rows.annotate(may_decide=_may_decide(office, scope, today), is_own=is_own)
    return rows.order_by("claimed_at", "pk")


def open_evidence(
    *, office: Office, scope: Scope, evidence_id: int, user: Any, today: date, now: datetime
) -> Evidence | None:
    """Written down: who opened a file with somebody's data. None if it is not the body's, not for
    this account, or deleted. The body's officers open all; those above, what they decide on."""
    rows = affiliations_of(office=office)
    if not scope.can_act_for(office.body.pk):
        rows = rows.filter(decidable(office=office, scope=scope, today=today))
    found = Evidence.objects.select_related("affiliation").filter(deleted_at=None, pk=evidence_id)
    evidence = found.filter(affiliation__in=rows).first()
    if evidence is None or not evidence.file:
        return None
    with transaction.atomic():
        record_audit(
            action="evidence.view",
            actor=user,
            at=now,
            subject=evidence,
            local_government=office.body,
        )
    return evidence
