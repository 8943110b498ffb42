"""For which bodies an account may act, and which it may only look at."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Q

from training.models import Appointment, LocalGovernment

# Sees the records of every body: the ministry's permission.
SEES_EVERYBODY = "lms_training.view_enrolment"
# Decides where a body cannot: of an officer's own affiliation.
DECIDES_ABOVE = "lms_training.change_affiliation"


@dataclass(frozen=True)
class Scope:
    """`own` are the bodies that the account acts for today, `overseen` the towns of its
    prefectures, both with those that merged into them; `is_ministry` sees all and acts for none."""

    own: frozenset[str]
    user: Any = field(default=None, compare=False, repr=False)

    def can_see(self, code: str) -> bool:
        return code in self.own or code in self.overseen or self.is_ministry

    def can_act_for(self, code: str) -> bool:
        """Confirm, invite, answer: of its own body only."""
        return code in self.own

    def can_decide_above(self, code: str) -> bool:
        """On what the body's officers say of themselves: the prefecture or the ministry."""
        may_all = self.user is not None and self.user.has_perm(DECIDES_ABOVE)
        return code in self.overseen or (may_all and self.is_ministry)

    @cached_property
    def overseen(self) -> frozenset[str]:
        """One statement, for an officer of a prefecture alone."""
        # Prefectures have 000 in the middle of their code: without one there is nothing to ask.
        prefectures = [code for code in self.own if code[2:5] == "000"]
        if not prefectures:
            return frozenset()
        towns = LocalGovernment.objects.filter(prefecture__in=prefectures)
        return frozenset(towns.values_list("pk", flat=True))

    @cached_property
    def is_ministry(self) -> bool:
        """Two statements, asked for last: most officers need not be."""
        return self.user is not None and self.user.has_perm(SEES_EVERYBODY)

    @property
    def is_officer(self) -> bool:
        return bool(self.own)


NOTHING = Scope(own=frozenset())


def read_scope(*, user: Any, today: date) -> Scope:
    """One statement."""
    if not user.is_authenticated or not user.is_active:
        return NOTHING
    return Scope(own=frozenset(_own(user, today)), user=user)


def with_merged(bodies: Any) -> Q:
    """A condition on bodies: these, what merged into them, and into those before them. A body of
    today has few ancestors, and none here has more than two generations."""
    return Q(pk__in=bodies) | Q(successor__in=bodies) | Q(successor__successor__in=bodies)


def _own(user: Any, today: date) -> set[str]:
    appointed = Appointment.objects.current(today=today).filter(user=user)
    bodies = LocalGovernment.objects.filter(with_merged(appointed.values("local_government")))
    return set(bodies.values_list("pk", flat=True))
