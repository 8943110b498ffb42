"""Bodies that merged: their people stay where they were and show under the body of today."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from training.clock import day_in_japan
from training.models import LocalGovernment

from .audit import record_audit

# What `name_body` reads of a row that points at a body; two mergers behind one another are known.
BODY_PATHS = (
    "local_government__prefecture",
    "local_government__successor__prefecture",
    "local_government__successor__successor__prefecture",
)


def present_body(*, body: LocalGovernment, today: date) -> LocalGovernment:
    """The body that took this one over, if that has happened by `today`; else itself."""
    while body.successor and body.abolished_on and body.abolished_on <= today:
        body = body.successor
    return body


def name_body(*, body: LocalGovernment, today: date) -> str:
    """With its prefecture; of one that merged, today's and 「旧○○町」."""
    now = present_body(body=body, today=today)
    if now == body:
        return str(body)
    return _("%(body)s (formerly %(former)s)") % {"body": now, "former": body.name}


def offer_municipalities(
    *, prefecture: str, is_past: bool, today: date
) -> "QuerySet[LocalGovernment]":
    """Of the prefecture with this code. Nobody works today for one that merged; people did."""
    found = LocalGovernment.objects.filter(prefecture_id=prefecture, prefecture__isnull=False)
    if not is_past:
        found = found.filter(Q(abolished_on=None) | Q(abolished_on__gt=today))
    return found.select_related("successor")


def label_in_prefecture(*, body: LocalGovernment, today: date) -> str:
    """Without the prefecture, which was chosen just before."""
    if body.successor and body.abolished_on and body.abolished_on <= today:
        return _("%(former)s (now %(body)s)") % {"former": body.name, "body": body.successor.name}
    return body.name


class NotMergeable(Exception):
    """Its text tells the operator why."""


@dataclass(frozen=True)
class MergedBody:
    """What hangs on the body that was merged and stays there."""

    code: str
    name: str
    people: int
    officers: int


def merge_bodies(
    *,
    old_codes: list[str],
    new: LocalGovernment,
    on: date,
    actor: Any,
    now: datetime,
    is_dry_run: bool = False,
) -> list[MergedBody]:
    """Affiliations and certificates stay where they were; rights and today's name follow from the
    successor (scopes.py, name_body). Run again, it changes nothing. `new` may be unsaved: a body
    that comes into being by the merger.

    Raises NotMergeable.
    """
    today = day_in_japan(now)
    with transaction.atomic():
        rows = LocalGovernment.objects.select_for_update().select_related("prefecture", "successor")
        found = {each.pk: each for each in rows.filter(pk__in=old_codes).order_by("pk")}
        for code in old_codes:
            _check_merger(found.get(code), code, new, on)
        merged = [
            MergedBody(
                code=old.pk,
                name=str(old),
                people=old.affiliations.current(today=today).count(),
                officers=old.appointments.current(today=today).count(),
            )
            for old in found.values()
        ]
        if is_dry_run:
            return merged
        if new._state.adding:
            new.save(force_insert=True)
        for old in found.values():
            if old.successor_id:
                continue
            old.successor, old.abolished_on = new, on
            old.save(update_fields=["successor", "abolished_on"])
            record_audit(
                action="body.merge",
                actor=actor,
                at=now,
                subject=old,
                local_government=new,
                details={"into": new.pk, "on": on.isoformat()},
            )
    return merged


def _check_merger(old: LocalGovernment | None, code: str, new: LocalGovernment, on: date) -> None:
    if old is None:
        raise NotMergeable(f"there is no local government {code}")
    if old.pk == new.pk:
        raise NotMergeable(f"{code} cannot merge into itself")
    if old.prefecture_id is None or new.prefecture_id is None:
        raise NotMergeable("only municipalities merge")
    if new.abolished_on:
        raise NotMergeable(f"{new.pk} was merged into {new.successor_id} itself: name that one")
    if old.successor_id and (old.successor_id, old.abolished_on) != (new.pk, on):
        raise NotMergeable(
            f"{code} was merged into {old.successor_id} on {old.abolished_on} already"
        )
