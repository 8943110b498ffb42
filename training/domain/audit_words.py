"""The audit log in words: what its entries hold as code words, as people call it."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Model, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from training.clock import JAPAN
from training.models import Affiliation, AuditEntry, CoursePage, Learner, LocalGovernment
from training.seams import (
    AuditDetail,
    AuditObject,
    audit_actions,
    audit_details,
    audit_objects,
    data_parts,
    kept_classes,
)

from .offices import Status
from .own_data import OWN_PARTS
from .prefectures import ONLY
from .retention import OWN_CLASSES

ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
ISO_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")
# What one search may find of one kind.
MOST_OBJECTS = 500


def _write_fields(value: Any) -> str:
    fields = {field.name: str(field.verbose_name) for field in Learner._meta.fields}
    return _join(fields.get(name, name) for name in value)


def _write_rows(value: Any) -> str:
    """A number, or numbers by the part of somebody's own data."""
    if not isinstance(value, dict):
        return str(value)
    titles = {part.name: str(part.title) for part in [*OWN_PARTS, *data_parts]}
    return _join(f"{titles.get(name, name)} {count}" for name, count in value.items())


def _write_file_kind(value: Any) -> str:
    return str(value).lstrip(".").upper()


def _write_choice(labels: dict[Any, Any]) -> Callable[[Any], str]:
    return lambda value: str(labels.get(value, value))


def _write_action(value: Any) -> str:
    return str(audit_actions.get(value, value))


OWN_DETAILS: dict[str, AuditDetail] = {
    "accepted_at": AuditDetail(gettext_lazy("accepted on")),
    "account": AuditDetail(gettext_lazy("number of the account")),
    "action": AuditDetail(gettext_lazy("searched for: what was done"), _write_action),
    "actor": AuditDetail(gettext_lazy("searched for: a person"), lambda value: _("yes")),
    "allow_losing": AuditDetail(gettext_lazy("passes may be lost")),
    "at_once": AuditDetail(gettext_lazy("ended at once")),
    "before": AuditDetail(gettext_lazy("before that")),
    "body": AuditDetail(gettext_lazy("searched for: local government")),
    "cannot": AuditDetail(gettext_lazy("papers that could not be graded")),
    "category": AuditDetail(
        gettext_lazy("only this category"), _write_choice(dict(Affiliation.Category.choices))
    ),
    "changed": AuditDetail(gettext_lazy("how many were changed")),
    "confirmed": AuditDetail(
        gettext_lazy("only confirmed ones"), lambda value: _("yes") if value == "yes" else _("no")
    ),
    "count": AuditDetail(gettext_lazy("how many of them")),
    "created": AuditDetail(gettext_lazy("how many were made")),
    "ended": AuditDetail(gettext_lazy("those who left")),
    "enrolments": AuditDetail(gettext_lazy("enrolments moved")),
    "fields": AuditDetail(gettext_lazy("what was changed"), _write_fields),
    "files": AuditDetail(gettext_lazy("how many files")),
    "first": AuditDetail(gettext_lazy("searched for: from")),
    "from": AuditDetail(gettext_lazy("first day")),
    "gain_pass": AuditDetail(gettext_lazy("attempts that pass now")),
    "gain_score": AuditDetail(gettext_lazy("papers with a better score")),
    "into": AuditDetail(gettext_lazy("number of the one that stays")),
    "invitation": AuditDetail(gettext_lazy("number of the invitation")),
    "kept": AuditDetail(gettext_lazy("attempts left as they were")),
    "kind": AuditDetail(gettext_lazy("kind of file"), _write_file_kind),
    "last": AuditDetail(gettext_lazy("searched for: until")),
    "lose_pass": AuditDetail(gettext_lazy("attempts that pass no more")),
    "lose_score": AuditDetail(gettext_lazy("papers with a worse score")),
    "mean_after": AuditDetail(gettext_lazy("mean after")),
    "mean_before": AuditDetail(gettext_lazy("mean before")),
    "merged": AuditDetail(gettext_lazy("double registrations with it")),
    "name": AuditDetail(gettext_lazy("name of the key")),
    "name_searched": AuditDetail(gettext_lazy("searched by name")),
    "on": AuditDetail(gettext_lazy("as of the day")),
    "only": AuditDetail(gettext_lazy("only these municipalities"), _write_choice(ONLY)),
    "open_cannot": AuditDetail(gettext_lazy("open papers that could not be mended")),
    "open_mended": AuditDetail(gettext_lazy("open papers mended")),
    "papers": AuditDetail(gettext_lazy("papers looked at")),
    "passed_after": AuditDetail(gettext_lazy("passed after")),
    "passed_before": AuditDetail(gettext_lazy("passed before")),
    "put_live": AuditDetail(gettext_lazy("put before learners at once")),
    "questions": AuditDetail(gettext_lazy("how many questions")),
    "rows": AuditDetail(gettext_lazy("how many rows"), _write_rows),
    "status": AuditDetail(gettext_lazy("only this status"), _write_choice(dict(Status.choices))),
    "stuck": AuditDetail(gettext_lazy("only those who are stuck")),
    "subject": AuditDetail(gettext_lazy("searched for: object")),
    "unchanged": AuditDetail(gettext_lazy("papers that stay the same")),
    "until": AuditDetail(gettext_lazy("last day")),
    "version": AuditDetail(gettext_lazy("version of the notice")),
    "withdrawn": AuditDetail(gettext_lazy("enrolments withdrawn")),
}

OWN_OBJECTS: dict[str, AuditObject] = {
    "lms_training.localgovernment": AuditObject(
        name=str,
        find=lambda word: LocalGovernment.objects.filter(Q(name__icontains=word) | Q(pk=word)),
        related=("prefecture",),
    ),
    "lms_training.coursepage": AuditObject(
        name=str, find=lambda word: CoursePage.objects.filter(title__icontains=word)
    ),
}


def name_kind(*, object_type: str) -> str:
    """What people call this kind of object; its code word if the app is no longer here."""
    try:
        return str(apps.get_model(object_type)._meta.verbose_name)
    except (LookupError, ValueError):
        return object_type


def name_object(*, entry: AuditEntry, found: Model | None) -> str:
    """「所属 12」「修了証 第…号」; `found` is the object if it is still there. Learners go without
    their name: whoever reads the log need not know them."""
    if not entry.object_type:
        return ""
    kind, own = name_kind(object_type=entry.object_type), _objects().get(entry.object_type)
    return f"{kind} {own.name(found) if own and found else entry.object_id}"


def find_objects(*, entries: Iterable[AuditEntry]) -> dict[tuple[str, str], Model]:
    """What is still there of the objects: one statement for each kind."""
    wanted: dict[str, set[str]] = {}
    for entry in entries:
        if entry.object_type:
            wanted.setdefault(entry.object_type, set()).add(entry.object_id)
    found: dict[tuple[str, str], Model] = {}
    for label, keys in wanted.items():
        try:
            model = apps.get_model(label)
            pks = {model._meta.pk.to_python(key) for key in keys}
        except (LookupError, ValueError, ValidationError):
            # An app that is no longer here.
            continue
        own = _objects().get(label)
        rows = model._default_manager.filter(pk__in=pks)
        for each in rows.select_related(*own.related) if own and own.related else rows:
            found[label, str(each.pk)] = each
    return found


def match_subject(*, typed: str) -> Q:
    """A condition on entries: each word is a kind, a number or both as one ("app.model:12"); or the
    whole is what an object is called, like a certificate's number, with or without its kind."""
    typed = " ".join(typed.split())
    words = Q()
    for word in typed.split():
        words &= _match_word(word)
    named = Q()
    for label, own in _objects().items():
        # As the log lists it: 「グループ 承認者」.
        name = typed.removeprefix(f"{name_kind(object_type=label)} ")
        meant = {typed, name} - {""}
        pks = {
            str(pk)
            for each in meant
            for pk in own.find(each).values_list("pk", flat=True)[:MOST_OBJECTS]
        }
        if pks:
            named |= Q(object_type=label, object_id__in=pks)
    return words | named if named else words


def _match_word(word: str) -> Q:
    kind, _colon, key = word.lower().rpartition(":")
    if kind:
        return Q(object_type=kind, object_id=key)
    kinds = [
        model._meta.label_lower
        for model in apps.get_models()
        if key in str(model._meta.verbose_name).lower()
    ]
    return Q(object_id=word) | Q(object_type__in=[*kinds, key])


def write_details(*, entry: AuditEntry) -> str:
    return _write_pairs(entry.details)


def _write_pairs(details: dict[str, Any]) -> str:
    labels = OWN_DETAILS | audit_details
    classes = {kept.name: kept.title for kept in [*OWN_CLASSES, *kept_classes]}
    pairs = []
    for name, value in details.items():
        own = labels.get(name)
        label = own.label if own else classes.get(name, name)
        text = own.read(value) if own and own.read and value is not None else _write(value)
        pairs.append(_("%(label)s: %(value)s") % {"label": label, "value": text})
    return _("; ").join(pairs)


def _write(value: Any) -> str:
    if value is None or value == []:
        return _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return _write_pairs(value)
    if isinstance(value, list):
        return _join(map(_write, value))
    text = str(value)
    if ISO_DAY.fullmatch(text):
        return date_format(date.fromisoformat(text), "DATE_FORMAT")
    if ISO_MOMENT.fullmatch(text):
        moment = datetime.fromisoformat(text).astimezone(JAPAN)
        return date_format(moment, "DATETIME_FORMAT")
    return text


def _join(parts: Iterable[str]) -> str:
    return _(", ").join(parts)


def _objects() -> dict[str, AuditObject]:
    return OWN_OBJECTS | audit_objects
