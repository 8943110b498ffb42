"""Whether register, rows, archive and files say the same. Nothing here names a person."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, QuerySet

from certificates.models import Certificate, NumberSeries, RegisterEntry, certificate_storage
from training.models import Enrolment

from .archive import list_files, list_numbers, path_of
from .chain import Head, find_breaks
from .production import name_file

Status = Certificate.Status
Event = RegisterEntry.Event
# How many differences of one kind are told one by one.
MOST = 50
# Told as a number only.
UNCERTIFIED = "completions without a certificate"


@dataclass
class Reconciliation:
    counts: dict[str, int] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)


@dataclass
class _Look:
    """Differences by their kind: what to say of each, under what it is known again by."""

    counts: dict[str, int] = field(default_factory=dict)
    found: dict[str, dict[str, str]] = field(default_factory=dict)

    def note(self, what: str, numbers: Iterable[str]) -> None:
        self.found[what] = {number: number for number in numbers}


def reconcile() -> Reconciliation:
    """Count completions, certificates, files, markers and entries, and name every difference. No
    file is read: that is what `find_wrong_files` does."""
    look = _look()
    if any(look.found.values()):
        # The site works on while this reads one thing after the other: a difference is what is
        # there twice.
        first, look = look, _look()
        for what, items in look.found.items():
            look.found[what] = {key: items[key] for key in items if key in first.found[what]}
    return Reconciliation(
        look.counts,
        [_tell(what, list(items.values())) for what, items in look.found.items() if items],
    )


def _tell(what: str, items: list[str]) -> str:
    if what == UNCERTIFIED:
        return f"{what}: {len(items)}"
    more = f" … ({len(items)})" if len(items) > MOST else ""
    return f"{what}: {', '.join(items[:MOST])}{more}"


def _numbers(rows: QuerySet[Certificate]) -> list[str]:
    return list(rows.order_by("pk").values_list("facts__number", flat=True))


def _entries(event: str) -> Exists:
    return Exists(RegisterEntry.objects.filter(certificate=OuterRef("pk"), event=event))


def _look() -> _Look:
    look = _Look()
    completions = Enrolment.objects.completed()
    certificates = Certificate.objects.filter(enrolment=OuterRef("pk"))
    files, (markers, revocations) = list_files(), list_numbers()
    entries = RegisterEntry.objects.order_by().values_list("event").annotate(Count("pk"))
    states = Certificate.objects.order_by().values_list("status").annotate(Count("pk"))
    look.counts = {
        "completions": completions.count(),
        **{f"certificates, {state}": count for state, count in states},
        "files": len(files),
        "markers": len(markers),
        **{f"register entries, {event}": count for event, count in entries},
    }
    missing = completions.filter(~Exists(certificates)).values_list("pk", flat=True)
    look.note(UNCERTIFIED, map(str, missing))
    pending = Certificate.objects.filter(status=Status.PENDING)
    look.note("tried five times and still not issued", _numbers(pending.filter(tries__gte=5)))
    for status, event in (
        (Status.ISSUED, Event.ISSUED),
        (Status.REVOKED, Event.REVOKED),
        (Status.SUPERSEDED, Event.SUPERSEDED),
    ):
        rows = Certificate.objects.filter(status=status)
        look.note(
            f"{status} without its register entry (run: register recover)",
            _numbers(rows.filter(~_entries(event))),
        )
        others = Certificate.objects.exclude(status=status)
        if event != Event.ISSUED:
            look.note(f"not {status}, but entered so", _numbers(others.filter(_entries(event))))
    entered = _entries(Event.ISSUED)
    look.note("pending, but entered as issued", _numbers(pending.filter(entered)))
    _compare_archive(look, files, markers, revocations)
    _compare_series(look)
    return look


def _compare_series(look: _Look) -> None:
    differing = look.found["numbers given without a certificate, or the other way round"] = {}
    for series in NumberSeries.objects.order_by("fiscal_year", "symbol"):
        given = Certificate.objects.filter(symbol=series.symbol, fiscal_year=series.fiscal_year)
        if (count := given.count()) != series.last_number:
            name = f"{series.symbol} {series.fiscal_year}"
            differing[name] = f"{name}: {series.last_number} numbers given, {count} certificates"


def _compare_archive(
    look: _Look,
    files: set[str],
    markers: set[str],
    revocations: set[str],
) -> None:
    no_file, no_marker, not_told, resurrected, printed_not_issued = [], [], [], [], []
    rows = Certificate.objects.only(
        "symbol", "fiscal_year", "number", "file", "sha256", "status", "facts"
    )
    for row in rows.order_by("pk").iterator(chunk_size=2000):
        path = path_of(row)
        if row.file:
            if row.file.name in files:
                files.discard(row.file.name)
            else:
                no_file.append(row.number_text)
            if path not in markers:
                no_marker.append(row.number_text)
        elif row.status == Status.PENDING:
            # A worker is at it, or was killed: the next one takes the file up.
            files.discard(name_file(sha256=row.sha256))
            if path in markers:
                printed_not_issued.append(row.number_text)
        markers.discard(path)
        if row.status == Status.REVOKED and path not in revocations:
            not_told.append(row.number_text)
        if row.status != Status.REVOKED and path in revocations:
            resurrected.append(row.number_text)
    look.note("certificates without their file", no_file)
    look.note("printed, but not in the archive's list of numbers", no_marker)
    look.note("pending, but its number was printed (run: register recover)", printed_not_issued)
    look.note("revoked, but the archive does not know", not_told)
    look.note("valid, but revoked in the archive (run: register recover)", resurrected)
    look.note("numbers of the archive without a row (run: register recover)", sorted(markers))
    look.note("files that belong to no certificate", sorted(files))


def find_wrong_files() -> Iterator[str]:
    """Read every stored file and compare its hash with the row's."""
    storage = certificate_storage()
    for row in Certificate.objects.exclude(file="").order_by("pk").iterator(chunk_size=500):
        if not row.file.name or not storage.exists(row.file.name):
            yield f"{row.number_text}: the file is missing"
            continue
        with storage.open(row.file.name) as file:
            if hashlib.sha256(file.read()).hexdigest() != row.sha256:
                yield f"{row.number_text}: the file is not the one that was issued"


def verify_register(*, head: Head) -> Iterator[str]:
    """Everything: the chain, the rows, the files. `head` ends as the chain's last line."""
    yield from find_breaks(head=head)
    yield from reconcile().differences
    yield from find_wrong_files()
