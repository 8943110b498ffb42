"""Bodies that merged: their people stay where they were and show under the body of today."""

from datetime import date

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
