"""Import and export of questions. An import is planned, shown to the editor, planned again and, if
the plan is still the same, carried out in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import LogContext, log

from training.exchange import (
    Format,
    Found,
    LeftOut,
    QuestionDraft,
    find_long_text,
)
from training.exchange.child import read_in_child
from training.exchange.drafts import ALL_FIELDS, tidy_parameters
from training.exchange.markup import read_text
from training.kinds import all_kinds
from training.models import ImportUpload, Question

from .audit import record_audit
from .import_changes import FieldChange, list_changes
from .question_drafts import (
    PREFETCHED,
    NotDraftable,
    fill_question,
    find_draft_problems,
    make_draft,
    make_key,
)

KEPT_FOR = timedelta(days=1)


class UploadGone(Exception):
    """Imported already, older than a day, or somebody else's."""


class PlanChanged(Exception):
    """What the import would do is no longer what the editor has seen."""


@dataclass(frozen=True)
class Planned:
    """`changes` are names of fields; `note` says why a question is skipped or stays a draft."""

    found: Found
    key: str
    changes: tuple[str, ...] = ()
    note: str = ""
    # What stands in the database: to be shown, and for noticing that it has changed.
    before: QuestionDraft | None = None
    # Somebody's changes wait to be published: publishing would take them along unseen.
    has_waiting_changes: bool = False

    @property
    def excerpt(self) -> str:
        draft = self.found.draft
        return read_text(draft.stem)[:80] if draft else ""

    @property
    def field_changes(self) -> list[FieldChange]:
        draft = self.found.draft
        if not draft or not self.before:
            return []
        return list_changes(before=self.before, after=draft, fields=self.changes)


@dataclass
class Plan:
    created: list[Planned] = field(default_factory=list)
    changed: list[Planned] = field(default_factory=list)
    skipped: list[Planned] = field(default_factory=list)
    errors: list[Found] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        told = [
            [
                (each.key, each.changes, each.before, each.has_waiting_changes, each.found.draft)
                for each in entries
            ]
            for entries in (self.created, self.changed, self.skipped)
        ]
        refused = [(each.place, each.problems) for each in self.errors]
        return sha256(repr([told, refused]).encode()).hexdigest()


@dataclass(frozen=True)
class Imported:
    """How many. `waiting` were to be published but are not complete, and `held` had changes of
    somebody that are not published, so they stay drafts."""

    created: int
    changed: int
    skipped: int
    refused: int
    published: int = 0
    waiting: int = 0
    held: int = 0


@dataclass(frozen=True)
class Export:
    drafts: list[QuestionDraft]
    left_out: list[LeftOut]


class _Refused(Exception):
    pass


class _Planner:
    def __init__(self, *, found: Sequence[Found], user: Any) -> None:
        self.user = user
        self.plan = Plan()
        # Under the place, since a plan is shown in the order of the file.
        self.found = [name_found(each=each) for each in found]
        keys = {each.draft.key for each in self.found if each.draft}
        keys |= {part for each in self.found if each.draft for part in each.draft.parts}
        self.existing = find_questions(keys=keys)
        self.filled: dict[str, Question] = {}
        self.seen: dict[str, Found] = {}

    def run(self) -> Plan:
        # The parts of a scenario before the scenario, which needs to know that they are there.
        order = sorted(
            range(len(self.found)), key=lambda place: is_scenario(found=self.found[place])
        )
        entries = {place: self.sort_in(self.found[place]) for place in order}
        for place in sorted(entries):
            name, entry = entries[place]
            getattr(self.plan, name).append(entry)
        return self.plan

    def sort_in(self, found: Found) -> tuple[str, Planned | Found]:
        if found.draft is None:
            return "errors", found
        try:
            return self.place(found, found.draft)
        except _Refused as refusal:
            return "errors", replace(found, draft=None, problems=(str(refusal),))

    def place(self, found: Found, draft: QuestionDraft) -> tuple[str, Planned]:
        earlier = self.seen.get(draft.key)
        if earlier:
            if earlier.draft != draft:
                raise _Refused(
                    _("The key “%(key)s” stands at %(place)s too, with another question.")
                    % {"key": draft.key, "place": earlier.place}
                )
            note = _("the same as %(place)s") % {"place": earlier.place}
            return "skipped", Planned(found, draft.key, note=note)
        if draft.kind not in {kind.name for kind in all_kinds()}:
            raise _Refused(_("This kind of question is not available here."))
        self.seen[draft.key] = found
        question = self.existing.get(draft.key)
        if question is None:
            self.check(Question(key=draft.key), draft, ALL_FIELDS)
            return "created", Planned(found, draft.key)
        return self.compare(found, draft, question)

    def compare(
        self, found: Found, draft: QuestionDraft, question: Question
    ) -> tuple[str, Planned]:
        latest = question.get_latest_revision_as_object()
        try:
            before = make_draft(question=latest)
        except NotDraftable as reason:
            raise _Refused(
                _("“%(key)s” exists and cannot be changed by a file: %(reason)s")
                % {"key": draft.key, "reason": reason}
            ) from reason
        if before.kind != draft.kind:
            raise _Refused(_("“%(key)s” exists and is of another kind.") % {"key": draft.key})
        changes = tuple(
            name for name in sorted(found.fields) if getattr(draft, name) != getattr(before, name)
        )
        if not changes:
            return "skipped", Planned(found, draft.key, note=_("nothing to change"))
        lock = question.get_lock()
        if lock and lock.for_user(self.user):
            raise _Refused(_("“%(key)s” is locked.") % {"key": draft.key})
        self.check(latest, draft, found.fields)
        note = ""
        if question.has_unpublished_changes:
            note = _(
                "It has changes that are not published, so it stays a draft even if you publish "
                "at once."
            )
        return "changed", Planned(
            found, draft.key, changes, note, before, question.has_unpublished_changes
        )

    def check(self, question: Question, draft: QuestionDraft, fields: frozenset[str]) -> None:
        """Fills the question in and keeps it for `apply`. Raises _Refused."""
        parts = self.existing | self.filled
        missing = [key for key in draft.parts if key not in parts]
        if missing:
            raise _Refused(
                _("There is no question “%(key)s” for the scenario.") % {"key": missing[0]}
            )
        fill_question(question=question, draft=draft, fields=fields, parts=parts)
        problems = find_draft_problems(question=question, draft=draft)
        if problems:
            raise _Refused(" ".join(problems))
        self.filled[draft.key] = question


def is_scenario(*, found: Found) -> bool:
    return found.draft is not None and found.draft.kind == "scenario"


def name_found(*, each: Found) -> Found:
    """With tidy parameters and a key."""
    if each.draft is None:
        return each
    parameters = tidy_parameters(kind=each.draft.kind, parameters=each.draft.parameters)
    draft = replace(each.draft, parameters=parameters)
    return replace(each, draft=replace(draft, key=draft.key or make_key(draft=draft)))


def find_questions(*, keys: Iterable[str]) -> dict[str, Question]:
    wanted = sorted(keys)
    found: dict[str, Question] = {}
    # SQLite takes a limited number of values at once.
    for start in range(0, len(wanted), 500):
        questions = Question.objects.filter(key__in=wanted[start : start + 500])
        found |= {each.key: each for each in questions.prefetch_related(*PREFETCHED)}
    return found


def lock_questions(*, keys: Iterable[str]) -> None:
    """Within a transaction: what is compared now is what will be written over."""
    wanted = sorted(keys)
    for start in range(0, len(wanted), 500):
        # In one order for everybody: two imports may want the same ones.
        wanted_here = Question.objects.filter(key__in=wanted[start : start + 500]).order_by("key")
        list(wanted_here.select_for_update().values_list("pk"))


def plan_import(*, found: Sequence[Found], user: Any) -> Plan:
    """Changes nothing."""
    return _Planner(found=found, user=user).run()


def keep_upload(*, user: Any, name: str, data: bytes, now: datetime) -> ImportUpload:
    """Raises Unreadable."""
    read_in_child(data)
    return store_upload(user=user, name=name, data=data, now=now)


def store_upload(*, user: Any, name: str, data: bytes, now: datetime) -> ImportUpload:
    """What nobody went on with is cleared away on this occasion, too, not by night only
    (retention.py): files are large."""
    ImportUpload.objects.filter(made_at__lt=now - KEPT_FOR).defer("data").delete()
    return ImportUpload.objects.create(user=user, name=name[-200:], data=data, made_at=now)


def get_upload(*, upload_id: int, user: Any, now: datetime) -> ImportUpload:
    """Raises UploadGone."""
    upload = ImportUpload.objects.filter(
        pk=upload_id, user=user, made_at__gte=now - KEPT_FOR
    ).first()
    if upload is None:
        raise UploadGone
    return upload


def read_upload(*, upload: ImportUpload) -> list[Found]:
    """Raises Unreadable."""
    return read_in_child(bytes(upload.data))


def apply_import(
    *, upload_id: int, fingerprint: str, user: Any, publish: bool, now: datetime
) -> Imported:
    """All of the plan or, on any error, nothing. Raises UploadGone, PlanChanged, Unreadable."""
    upload = get_upload(upload_id=upload_id, user=user, now=now)
    found = read_upload(upload=upload)
    with transaction.atomic():
        # Of two at once only one gets to delete it.
        if not ImportUpload.objects.filter(pk=upload.pk).delete()[0]:
            raise UploadGone
        return import_found(found=found, fingerprint=fingerprint, user=user, publish=publish)


def import_found(*, found: Sequence[Found], fingerprint: str, user: Any, publish: bool) -> Imported:
    """Within a transaction. Raises PlanChanged."""
    named = [name_found(each=each) for each in found]
    lock_questions(keys=[each.draft.key for each in named if each.draft])
    planner = _Planner(found=found, user=user)
    plan = planner.run()
    if plan.fingerprint != fingerprint:
        raise PlanChanged
    entries = sorted(
        [*plan.created, *plan.changed], key=lambda entry: is_scenario(found=entry.found)
    )
    new = {entry.key for entry in plan.created}
    held = sum(entry.has_waiting_changes for entry in entries)
    published = 0
    for entry in entries:
        question = planner.filled[entry.key]
        published += save_question(
            question=question,
            entry=entry,
            user=user,
            is_new=entry.key in new,
            publish=publish and not entry.has_waiting_changes,
        )
    return Imported(
        created=len(plan.created),
        changed=len(plan.changed),
        skipped=len(plan.skipped),
        refused=len(plan.errors),
        published=published,
        waiting=len(entries) - held - published if publish else 0,
        held=held if publish else 0,
    )


def save_question(
    *, question: Question, entry: Planned, user: Any, is_new: bool, publish: bool
) -> bool:
    """Whether it was published."""
    draft = entry.found.draft
    assert draft is not None  # noqa: S101 - a planned entry has one
    if "tags" in entry.found.fields:
        question.tags.clear()
        question.tags.add(*draft.tags)
    # A part that was made just now has its number only now.
    for part in question.parts.all():
        part.question = part.question
    # Of entries with one context in common, Wagtail's histories show the last only.
    with LogContext(user=user):
        if is_new:
            question.live = False
            question.has_unpublished_changes = True
            question.save()
            log(instance=question, action="wagtail.create", user=user)
        revision = question.save_revision(user=user, log_action=not is_new, clean=False)
    if not publish:
        return False
    try:
        question.full_clean()
    except ValidationError:
        return False
    revision.publish(user=user)
    return True


def record_export(*, export: "Export", target: Format, user: Any, now: datetime) -> None:
    with transaction.atomic():
        record_audit(
            action="questions.export",
            actor=user,
            at=now,
            details={"rows": len(export.drafts), "kind": target.name},
        )


def export_questions(*, questions: Iterable[Question], target: Format) -> Export:
    """In their latest state, published or not; with what the format cannot hold and why."""
    return export_to_each(questions=questions, targets=[target])[0]


def export_to_each(*, questions: Iterable[Question], targets: Sequence[Format]) -> list[Export]:
    exports = [Export([], []) for _target in targets]
    for question in questions:
        latest = question.get_latest_revision_as_object()
        try:
            draft = make_draft(question=latest)
        except NotDraftable as error:
            for export in exports:
                export.left_out.append(LeftOut(question.key, str(error)))
            continue
        broken = find_export_obstacle(question=latest, draft=draft)
        for target, export in zip(targets, exports, strict=True):
            obstacle = broken or target.find_obstacle(draft)
            if obstacle:
                export.left_out.append(LeftOut(question.key, obstacle))
            else:
                export.drafts.append(draft)
    return exports


def find_export_obstacle(*, question: Question, draft: QuestionDraft) -> str:
    """Why an import would refuse the question as it is; "" if it would not."""
    if not draft.stem:
        return _("The question has no text.")
    problems = find_draft_problems(question=question, draft=draft)
    return " ".join(problems) or find_long_text(draft)


def list_questions(*, tag: str = "") -> list[Question]:
    """For an export."""
    questions = Question.objects.order_by("key").prefetch_related(*PREFETCHED)
    return list(questions.filter(tagged_items__tag__name=tag) if tag else questions)
