"""Bodies that merged: their people stay where they were and show under the body of today."""

from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from training.models import LocalGovernment

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
