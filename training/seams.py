"""What other apps tell training: they fill these when they are ready. Alone, training finds them
empty and does without."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Each takes a name and returns the clusters that could not be printed. Apps that print names
# append theirs when they are ready; training itself prints none.
undrawable_finders: list[Callable[[str], list[str]]] = []


def find_undrawable(text: str) -> list[str]:
    """The clusters that could not be printed, each once."""
    found: dict[str, None] = {}
    for finder in undrawable_finders:
        found.update(dict.fromkeys(finder(text)))
    return list(found)


@dataclass(frozen=True)
class CertificateSeen:
    """What a body is shown of a certificate; `state` says in words whether it is valid."""

    number: str
    state: str
    is_valid: bool
    issued_on: date | None
    expires_on: date | None


# Each takes ids of enrolments and a day, and answers by the enrolment with one statement. Apps that
# issue certificates append theirs when they are ready; training itself issues none.
certificate_readers: list[
    Callable[[Collection[int], date], dict[int, tuple[CertificateSeen, ...]]]
] = []


def read_certificates(
    *, enrolment_ids: Collection[int], today: date
) -> dict[int, tuple[CertificateSeen, ...]]:
    found: dict[int, tuple[CertificateSeen, ...]] = {}
    for reader in certificate_readers:
        for enrolment_id, seen in reader(enrolment_ids, today).items():
            found[enrolment_id] = found.get(enrolment_id, ()) + seen
    return found


# Certificates that were not taken back: querysets of a model with an `enrolment`, of the values
# enrolment_id, certified_at (when the first of its line was issued) and valid_until (a date, or
# None for ever).
certified_sources: list[Callable[[], QuerySet[Any, Any]]] = []


def find_certified(*, learner: OuterRef, today: date) -> Q | None:
    """A condition whether the learner holds a valid certificate; None if no app issues any."""
    found = None
    for source in certified_sources:
        valid = Q(valid_until=None) | Q(valid_until__gte=today)
        held = source().filter(valid, enrolment__learner=learner)
        # Counted: of an EXISTS PostgreSQL may make a hash of all certificates there are.
        count = held.order_by().values("enrolment__learner").annotate(n=Count("pk")).values("n")
        counted = Coalesce(Subquery(count, output_field=IntegerField()), 0)
        condition = Q(GreaterThan(counted, 0))
        found = condition if found is None else found | condition
    return found


# Each takes the HTML of a lesson's body and returns it with marks of its own: a glossary's links.
# Asked once for each published revision, and again when a kept lesson has grown old.
lesson_markers: list[Callable[[str], str]] = []


# Each takes a user and tells the addresses that were shown to be theirs, in lower case. Training
# knows nothing of how people sign in.
address_verifiers: list[Callable[[Any], Collection[str]]] = []


def has_verified(*, user: Any, address: str) -> bool:
    return any(address.lower() in verifier(user) for verifier in address_verifiers)


# What the audit log calls each deed, by its dotted name. Other apps add theirs when they are ready.
audit_actions: dict[str, Promise] = {
    "affiliation.confirm": _("Affiliation confirmed"),
    "affiliation.refuse": _("Affiliation refused"),
    "affiliation.withdraw": _("Affiliation taken back"),
    "audit.export": _("Audit log exported"),
    "appointment.start": _("Officer appointed"),
    "appointment.end": _("Officer's term ended"),
    "body.merge": _("Local governments merged"),
    "course.export": _("Course exported with its answers"),
    "course.import": _("Course imported"),
    "data.export": _("Own data exported"),
    "enrolments.export": _("List of learners exported"),
    "towns.export": _("Figures of towns exported"),
    "evidence.view": _("Evidence opened"),
    "invitation.accept": _("Invitation accepted"),
    "invitation.send": _("Invitations sent"),
    "invitation.send_again": _("Invitation sent again"),
    "invitation.withdraw": _("Invitation withdrawn"),
    "learner.correct": _("Learner's data corrected"),
    "learner.erase": _("Learner erased"),
    "learner.merge": _("Double registration merged"),
    "purpose.accept": _("Purpose notice accepted"),
    "questions.export": _("Questions exported with their answers"),
    "question.regrade": _("Question re-graded"),
    "retention.run": _("Kept data deleted by its clock"),
}


@dataclass(frozen=True)
class AuditDetail:
    """What the audit log calls a detail of its entries; `read` puts a code word there in words.
    Numbers, days and yes or no need none."""

    label: Promise
    read: Callable[[Any], str] | None = None


@dataclass(frozen=True)
class AuditObject:
    """What the audit log calls one object of a kind, and which ones are meant by what somebody
    searches for. `related` is what `name` reads of others."""

    name: Callable[[Any], str]
    find: Callable[[str], QuerySet[Any, Any]]
    related: tuple[str, ...] = ()


# By the name of the detail; by "app_label.model". Other apps add theirs when they are ready, beside
# their actions: a kind without an entry here is called by its verbose name and number.
audit_details: dict[str, AuditDetail] = {}
audit_objects: dict[str, AuditObject] = {}


@dataclass(frozen=True)
class CourseAddition:
    """What another app has to go with a course from site to site: terms that its texts use.
    `collect` takes the texts of the course and returns rows of plain data, in an order that is
    always the same; `name_new` takes rows and returns what those are called that this site lacks
    (raises ValidationError for rows that it could not take); `save` makes these, where the user may
    (None is whoever has the command line). All see them at once."""

    name: str
    title: Promise
    collect: Callable[[str], list[dict[str, Any]]]
    name_new: Callable[[list[dict[str, Any]]], list[str]]
    may_save: Callable[[Any], bool]
    save: Callable[[list[dict[str, Any]]], None]


course_additions: list[CourseAddition] = []

# Of certificates and the like, how many there are in each month: a name, and a function from now to
# counts by the month's first day.
monthly_sources: dict[str, tuple[Promise, Callable[[datetime], dict[date, int]]]] = {}
# Pages whose review date has passed: from today to a queryset with pk, title and review_by.
stale_page_sources: list[Callable[[date], Any]] = []
# Work that waits for the worker: a name, and a function to its count and when the oldest began.
waiting_sources: list[tuple[Promise, Callable[[], tuple[int, datetime | None]]]] = []
# What else a made-up population has (domain/population.py): from seed, now and a function that
# tells of progress to counts by table.
population_sources: list[Callable[[int, datetime, Callable[[str], object]], dict[str, int]]] = []


# How a completed course looks in an editor's preview. Each takes an enrolment that is not stored
# and whether its certificate shall be ready, and puts on its learner what templates read.
completion_previewers: list[Callable[[Any, bool], None]] = []


@dataclass(frozen=True)
class DataPart:
    """Something that is held about a person. `read` takes the ids of the learner (more than one
    after double registrations were merged) and returns rows by the names of `columns`."""

    name: str
    title: Promise
    columns: dict[str, Promise]
    read: Callable[[list[int]], list[dict[str, Any]]]
    # Too long for a page: in the export only.
    is_for_export_only: bool = False
    # What comes with the export: names in the archive and contents, one at a time.
    files: Callable[[list[int]], Any] | None = None


# What other apps hold about a learner: they append theirs when they are ready.
data_parts: list[DataPart] = []

# What other apps have to do while a learner is erased, in the same transaction and before the names
# are gone. Each takes the learner's id and the time.
learner_erasers: list[Callable[[int, datetime], None]] = []

# What other apps have to move from one learner to the other when a double registration is merged,
# in the same transaction. Each takes the ids of the one to go and of the one to stay.
learner_mergers: list[Callable[[int, int], None]] = []

# Takes the account of an erased learner and the time. Training knows no accounts: without one of
# these the account stays, without a learner.
account_erasers: list[Callable[[Any, datetime], None]] = []


@dataclass(frozen=True)
class KeptClass:
    """Something that is kept for a time only, told from `name` in TRAINING_RETENTION: days, or full
    fiscal years from the 1 April that follows. `count` and `delete` take the moment before which
    the period has run out; `delete` takes the time too, and may leave some for the next run."""

    name: str
    title: Promise
    period: int | None
    count: Callable[[datetime], int]
    delete: Callable[[datetime, datetime], int]
    in_fiscal_years: bool = False


# What other apps keep for a time only.
kept_classes: list[KeptClass] = []
