"""Whether register, rows, archive and files say the same. Nothing here names a person."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, QuerySet

from certificates.models import Certificate, NumberSeries, RegisterEntry, certificate_storage
from training.models import Enrolment

from .archive import list_files, list_markers, list_revocations, path_of
from .chain import Head, find_breaks

Status = Certificate.Status
Event = RegisterEntry.Event
# How many differences of one kind are told one by one.
MOST = 50


@dataclass
class Reconciliation:
    counts: dict[str, int] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)

    def tell(self, what: str, numbers: list[str]) -> None:
        if numbers:
            more = f" … ({len(numbers)})" if len(numbers) > MOST else ""
            self.differences.append(f"{what}: {', '.join(numbers[:MOST])}{more}")


def _numbers(rows: QuerySet[Certificate]) -> list[str]:
    return list(rows.order_by("pk").values_list("facts__number", flat=True))


def _entries(event: str) -> Exists:
    return Exists(RegisterEntry.objects.filter(certificate=OuterRef("pk"), event=event))


def reconcile() -> Reconciliation:
    """Count completions, certificates, files, markers and entries, and name every difference. No
    file is read: that is what `verify_files` does."""
    found = Reconciliation()
    completions = Enrolment.objects.completed()
    certificates = Certificate.objects.filter(enrolment=OuterRef("pk"))
    files, markers, revocations = list_files(), set(list_markers()), list_revocations()
    entries = RegisterEntry.objects.order_by().values_list("event").annotate(Count("pk"))
    states = Certificate.objects.order_by().values_list("status").annotate(Count("pk"))
    found.counts = {
        "completions": completions.count(),
        **{f"certificates, {state}": count for state, count in states},
        "files": len(files),
        "markers": len(markers),
        **{f"register entries, {event}": count for event, count in entries},
    }
    missing = completions.filter(~Exists(certificates)).count()
    if missing:
        found.differences.append(f"completions without a certificate: {missing}")
    pending = Certificate.objects.filter(status=Status.PENDING)
    found.tell("tried five times and still not issued", _numbers(pending.filter(tries__gte=5)))
    for status, event in (
        (Status.ISSUED, Event.ISSUED),
        (Status.REVOKED, Event.REVOKED),
        (Status.SUPERSEDED, Event.SUPERSEDED),
    ):
        rows = Certificate.objects.filter(status=status)
        found.tell(f"{status} without its register entry", _numbers(rows.filter(~_entries(event))))
        others = Certificate.objects.exclude(status=status)
        if event != Event.ISSUED:
            found.tell(f"not {status}, but entered so", _numbers(others.filter(_entries(event))))
    entered = _entries(Event.ISSUED)
    found.tell("pending, but entered as issued", _numbers(pending.filter(entered)))
    _compare_archive(found, files, markers, revocations)
    for series in NumberSeries.objects.order_by("fiscal_year", "symbol"):
        given = Certificate.objects.filter(symbol=series.symbol, fiscal_year=series.fiscal_year)
        if (count := given.count()) != series.last_number:
            found.differences.append(
                f"{series.symbol} {series.fiscal_year}: {series.last_number} numbers given, "
                f"{count} certificates"
            )
    return found


def _compare_archive(
    found: Reconciliation,
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
        elif row.status == Status.PENDING and path in markers:
            printed_not_issued.append(row.number_text)
        markers.discard(path)
        if row.status == Status.REVOKED and path not in revocations:
            not_told.append(row.number_text)
        if row.status != Status.REVOKED and path in revocations:
            resurrected.append(row.number_text)
    found.tell("certificates without their file", no_file)
    found.tell("printed, but not in the archive's list of numbers", no_marker)
    found.tell("pending, but its number was printed (run: register recover)", printed_not_issued)
    found.tell("revoked, but the archive does not know", not_told)
    found.tell("valid, but revoked in the archive (run: register recover)", resurrected)
    found.tell("numbers of the archive without a row (run: register recover)", sorted(markers))
    found.tell("files that belong to no certificate", sorted(files))


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
