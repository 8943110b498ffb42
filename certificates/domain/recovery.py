"""After a restore from an older backup: what the archive knows and the database does not."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.management.color import no_style
from django.db import IntegrityError, connection, transaction
from django.db.models import Max, Q

from certificates.models import (
    Certificate,
    CertificateTemplate,
    NumberSeries,
    RegisterEntry,
    SigningKey,
)
from training.models import CoursePage, CourseVersion, Enrolment, Learner, PurposeNotice

from .archive import (
    Marker,
    has_file,
    keep_number,
    keep_revocation,
    read_all_markers,
    read_keys,
    read_marker,
    read_moment,
    read_revocation,
)
from .chain import append_entry
from .numbering import lock_series, take_number, write_number
from .register import revoke_certificate

Event = RegisterEntry.Event
Status = Certificate.Status


@dataclass
class Recovery:
    """Lists of numbers, of names in `keys` and of sentences in `problems`."""

    keys: list[str] = field(default_factory=list)
    rebuilt: list[str] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)
    renumbered: list[str] = field(default_factory=list)
    entered: list[str] = field(default_factory=list)
    marked: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class _Lost(Exception):
    """Why a row cannot be rebuilt."""


def recover(*, now: datetime) -> Recovery:
    """Can be repeated. What nobody else may see half-done is one transaction."""
    done = Recovery()
    _recover_keys(done, now)
    markers = list(read_all_markers())
    known = set(Certificate.objects.exclude(status=Status.PENDING).values_list("code", flat=True))
    # Oldest first: a certificate comes after the one that it supersedes.
    missing = sorted(
        (marker for marker in markers if marker.code not in known),
        key=lambda marker: (marker.issued_at, marker.number),
    )
    with_file = {marker.code for marker in missing if has_file(marker=marker)}
    with transaction.atomic():
        highest: dict[tuple[str, int], int] = {}
        for marker in markers:
            key = (marker.symbol, marker.fiscal_year)
            highest[key] = max(highest.get(key, 0), marker.number)
        for symbol, year in sorted(highest):
            lock_series(symbol=symbol, year=year)
        parked = _park_pending(markers, missing)
        for marker in missing:
            try:
                with transaction.atomic():
                    if marker.code not in with_file:
                        raise _Lost("its file is not in the archive")
                    _rebuild(marker, done, now)
            except (_Lost, IntegrityError) as error:
                done.problems.append(f"{marker.facts['number']}: {error}")
        for (symbol, year), number in sorted(highest.items()):
            _move_series(symbol, year, number)
        _move_ids()
        for row in parked:
            _put_back(row, done)
    _catch_up(done, now)
    return done


def _recover_keys(done: Recovery, now: datetime) -> None:
    """Those that signed after the backup sign no more: the backup's key is active again."""
    for key in read_keys():
        row, made = SigningKey.objects.get_or_create(
            name=key.name,
            defaults={
                "purpose": key.purpose,
                "public": key.public,
                "is_demo": key.is_demo,
                "created_at": key.created_at,
                "valid_until": key.valid_until,
                "retired_at": now,
            },
        )
        if row.public != key.public:
            done.problems.append(f"key {key.name}: the archive knows another one of this name")
            continue
        if key.revoked_at and not row.revoked_at:
            row.revoked_at, row.revocation_reason = key.revoked_at, key.revocation_reason
            row.save(update_fields=["revoked_at", "revocation_reason"])
        elif not made:
            continue
        done.keys.append(key.name)


def _park_pending(markers: list[Marker], missing: list[Marker]) -> list[Certificate]:
    """Take out what was never printed, to be put back behind what was: number and id of a printed
    certificate are its own. Oldest first."""
    series = {(marker.symbol, marker.fiscal_year) for marker in markers}
    codes = {marker.code for marker in markers}
    ids = {marker.id for marker in missing}
    parked = []
    for row in Certificate.objects.filter(status=Status.PENDING).order_by("number", "pk"):
        if row.code not in codes and ((row.symbol, row.fiscal_year) in series or row.pk in ids):
            Certificate.objects.filter(pk=row.pk).delete()
            parked.append(row)
    return parked


def _move_series(symbol: str, year: int, highest: int) -> None:
    """Behind the highest number that is printed or held."""
    rows = Certificate.objects.filter(symbol=symbol, fiscal_year=year)
    held = rows.aggregate(highest=Max("number"))["highest"] or 0
    NumberSeries.objects.filter(symbol=symbol, fiscal_year=year).update(
        last_number=max(highest, held)
    )


def _put_back(row: Certificate, done: Recovery) -> None:
    """Unless its completion turned out to be certified already."""
    same = Certificate.objects.filter(enrolment=row.enrolment_id, supersedes=row.supersedes_id)
    if same.exists():
        return
    before = row.number_text
    row.number = take_number(symbol=row.symbol, year=row.fiscal_year)
    text = write_number(symbol=row.symbol, year=row.fiscal_year, number=row.number)
    row.pk, row.facts, row.sha256, row.lease_until = None, row.facts | {"number": text}, "", None
    row.save(force_insert=True)
    if text != before:
        done.renumbered.append(f"{before} → {text}")


def _move_ids() -> None:
    """Rows that came back with their ids did not move the sequence that ids are taken from."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Certificate]):
            cursor.execute(statement)


def _rebuild(marker: Marker, done: Recovery, now: datetime) -> None:
    row = Certificate.objects.filter(code=marker.code).first()
    enrolment = row.enrolment if row else _find_enrolment(marker)
    old = Certificate.objects.filter(code=marker.supersedes).first() if marker.supersedes else None
    if marker.supersedes and old is None:
        raise _Lost("the certificate that it supersedes is missing")
    rival = None
    if row is None:
        rival = Certificate.objects.filter(enrolment=enrolment, supersedes=old).first()
        row = Certificate(pk=marker.id, created_at=read_moment(marker.created_at))
        if Certificate.objects.filter(pk=marker.id).exists():
            # Printed as well, after the restore. Both badges point at one place in the list of
            # revocations, whatever is done here.
            row.pk = None
            done.problems.append(f"{marker.facts['number']}: its badge cannot be revoked by itself")
    if rival:
        _put_before(rival, old)
    _fill(row, marker, enrolment, old)
    if rival:
        row.status = Status.SUPERSEDED
    row.save(force_insert=row._state.adding)
    append_entry(certificate=row, event=Event.ISSUED, at=now, recovered=True)
    if rival:
        Certificate.objects.filter(pk=rival.pk).update(supersedes=row)
        _enter_superseded(row, rival, now)
    if old and old.status == Status.ISSUED:
        Certificate.objects.filter(pk=old.pk).update(status=Status.SUPERSEDED)
        _enter_superseded(old, row, now)
    done.rebuilt.append(row.number_text)


def _put_before(rival: Certificate, old: Certificate | None) -> None:
    """The completion was certified once more after the restore, so the later one supersedes the
    lost one: both were printed, and only one can count."""
    if old:
        raise _Lost(f"{rival.number_text} supersedes the same certificate")
    # Out of the way of the constraint for a moment; set right in the same transaction.
    Certificate.objects.filter(pk=rival.pk).update(supersedes=rival)


def _enter_superseded(old: Certificate, new: Certificate, now: datetime) -> None:
    append_entry(
        certificate=old,
        event=Event.SUPERSEDED,
        at=now,
        superseded_by=new.number_text,
        recovered=True,
    )


def _fill(row: Certificate, marker: Marker, enrolment: Enrolment, old: Certificate | None) -> None:
    row.enrolment, row.supersedes = enrolment, old
    row.symbol, row.fiscal_year, row.number = marker.symbol, marker.fiscal_year, marker.number
    row.code, row.facts = marker.code, marker.facts
    row.file, row.sha256 = marker.file, marker.sha256
    row.status, row.issued_at = Status.ISSUED, read_moment(marker.issued_at)
    row.expires_on = date.fromisoformat(marker.expires_on) if marker.expires_on else None
    row.lease_until = None
    if row.template_id is None:
        row.template = _find_template(marker)
    row.signing_key = SigningKey.objects.filter(name=marker.signing_key).first()
    row.credential_key = SigningKey.objects.filter(name=marker.credential_key).first()


def _find_template(marker: Marker) -> CertificateTemplate:
    course = marker.enrolment["course_id"]
    for found in (Q(pk=marker.template_id), Q(course_id=course), Q(course=None)):
        if template := CertificateTemplate.objects.filter(found).first():
            return template
    raise _Lost("there is no certificate template")


def _find_enrolment(marker: Marker) -> Enrolment:
    """The row itself if it was in the backup; else it is made again."""
    told = marker.enrolment
    enrolled_at = read_moment(told["enrolled_at"])
    completed_at = read_moment(told["completed_at"])
    course = CoursePage.objects.filter(pk=told["course_id"]).first()
    if course is None:
        raise _Lost("its course is missing")
    if enrolment := Enrolment.objects.filter(
        pk=told["id"], course=course, enrolled_at=enrolled_at
    ).first():
        return _complete(enrolment, completed_at)
    learner = _find_learner(marker)
    again = Enrolment.objects.filter(learner=learner, course=course, enrolled_at=enrolled_at)
    if enrolment := again.first():
        return _complete(enrolment, completed_at)
    versions = CourseVersion.objects.filter(course=course)
    version = versions.filter(number=told["version"]).first() or versions.order_by("number").last()
    if version is None:
        raise _Lost("its course has no version")
    return Enrolment.objects.create(
        learner=learner,
        course=course,
        version=version,
        enrolled_at=enrolled_at,
        completed_at=completed_at,
    )


def _complete(enrolment: Enrolment, at: datetime) -> Enrolment:
    if enrolment.completed_at is None:
        enrolment.completed_at = at
        enrolment.save(update_fields=["completed_at"])
    return enrolment


def _find_learner(marker: Marker) -> Learner:
    """Someone who registered after the backup comes back without an account."""
    registered_at = read_moment(marker.learner["registered_at"])
    learners = Learner.objects.filter(registered_at=registered_at)
    # Made again under another id before: then name and moment tell who it is.
    same = Q(pk=marker.learner["id"]) | Q(user=None, full_name=marker.facts["full_name"])
    if learner := learners.filter(same).first():
        return learner
    notice = PurposeNotice.objects.order_by("-version").first()
    if notice is None:
        raise _Lost("there is no purpose notice")
    return Learner.objects.create(
        full_name=marker.facts["full_name"],
        former_name=marker.facts["former_name"],
        kana=marker.learner["kana"],
        purpose_notice=notice,
        purpose_accepted_at=registered_at,
        registered_at=registered_at,
    )


def _name_keys(row: Certificate, marker: Marker, done: Recovery) -> None:
    """A key may come back after the row, and one that never does is not passed over in silence."""
    for field_name in ("signing_key", "credential_key"):
        name = getattr(marker, field_name)
        if not name or getattr(row, field_name):
            continue
        if key := SigningKey.objects.filter(name=name).first():
            Certificate.objects.filter(pk=row.pk).update(**{field_name: key})
        else:
            done.problems.append(f"{row.number_text}: its key {name} is lost")


def _catch_up(done: Recovery, now: datetime) -> None:
    """Revocations that the backup does not know; and, the other way round, what the archive or the
    register does not know of rows that are older than they."""
    rows = Certificate.objects.exclude(status=Status.PENDING).select_related(
        "supersedes",
        "enrolment__learner",
        "enrolment__version",
        "signing_key",
        "credential_key",
    )
    for row in rows.order_by("pk").iterator(chunk_size=500):
        revoked = read_revocation(certificate=row)
        if row.file and not row.register_entries.filter(event=Event.ISSUED).exists():
            append_entry(certificate=row, event=Event.ISSUED, at=now, recovered=True)
            done.entered.append(row.number_text)
        marker = read_marker(certificate=row) if row.file else None
        if row.file and marker is None:
            keep_number(certificate=row)
            done.marked.append(row.number_text)
        if marker and marker.code == row.code:
            _name_keys(row, marker, done)
        if revoked and row.status == Status.ISSUED:
            revoke_certificate(
                certificate_id=row.pk,
                reason_class=Certificate.RevocationClass(revoked["revocation_class"]),
                reason=revoked["revocation_reason"],
                now=read_moment(revoked["revoked_at"]),
            )
            done.revoked.append(row.number_text)
        if row.status == Status.SUPERSEDED:
            new = Certificate.objects.filter(supersedes=row).first()
            if new and not row.register_entries.filter(event=Event.SUPERSEDED).exists():
                _enter_superseded(row, new, now)
                done.entered.append(row.number_text)
        if row.status == Status.REVOKED:
            if not row.register_entries.filter(event=Event.REVOKED).exists():
                append_entry(
                    certificate=row,
                    event=Event.REVOKED,
                    at=row.revoked_at or now,
                    reason_class=row.revocation_class,
                    recovered=True,
                )
                done.entered.append(row.number_text)
            if revoked is None:
                keep_revocation(certificate=row)
                done.marked.append(row.number_text)
