"""Rule R1: the one decision whether an enrolment is complete, and why not yet."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from training.models import Enrolment, ModuleCompletion
from training.prepared import Given, Prepared
from training.signals import course_completed

from .outlines import Outline
from .rules import QuizRules


@dataclass(frozen=True)
class Requirement:
    """One module that the enrolment's version asks for."""

    module_id: int
    number: int
    title: str
    pass_mark: int | None
    # As the version promised them; None for reading, and in versions from before there were any.
    rules: QuizRules | None
    is_met: bool

    @property
    def sentence(self) -> str:
        if self.pass_mark is None:
            return _("read module %(number)s") % {"number": self.number}
        return _("the quiz of module %(number)s (%(pass_mark)s%% or more)") % {
            "number": self.number,
            "pass_mark": self.pass_mark,
        }


@dataclass(frozen=True)
class Decision:
    """`by_hand`: completed elsewhere, so that nothing is missing here."""

    requirements: list[Requirement]
    by_hand: bool = False

    @property
    def missing(self) -> list[Requirement]:
        if self.by_hand:
            return []
        return [each for each in self.requirements if not each.is_met]

    @property
    def is_complete(self) -> bool:
        return not self.missing

    @property
    def met_count(self) -> int:
        return sum(each.is_met for each in self.requirements)

    @property
    def sentence(self) -> str:
        """The same words for learner, editor and municipality."""
        if self.by_hand:
            return _("Completed outside this site and recorded by hand.")
        missing = self.missing
        if not missing:
            return _("Every requirement is met.")
        first = missing[0].sentence
        # Two messages, not a plural: Japanese has none, and several to go read differently.
        if len(missing) == 1:
            return _("1 to go: %(first)s") % {"first": first}
        return _("%(count)s to go, next: %(first)s") % {"count": len(missing), "first": first}


def decide_completion(
    *, outline: Outline, completed_module_ids: set[int], by_hand: bool = False
) -> Decision:
    """Decide from facts alone: what the version asks for, and which modules were completed."""
    return Decision(
        [
            Requirement(
                module_id=module["module"],
                number=number,
                title=module["title"],
                pass_mark=module["pass_mark"],
                rules=QuizRules(**module["rules"]) if module.get("rules") else None,
                is_met=module["module"] in completed_module_ids,
            )
            for number, module in enumerate(outline["modules"], start=1)
        ],
        by_hand=by_hand,
    )


def read_decision(*, enrolment: Enrolment) -> Decision:
    """Decide with one statement. `enrolment.version` should be loaded."""
    rows = ModuleCompletion.objects.filter(enrolment=enrolment).values_list("module_id", flat=True)
    return decide_completion(
        outline=enrolment.version.outline,
        completed_module_ids=set(rows),
        by_hand=enrolment.recorded_by_hand,
    )


_locked = Prepared(
    lambda: (
        Enrolment.objects.filter(pk=Given("enrolment"))
        .select_related("version")
        .select_for_update(of=("self",))
    )
)


def lock_enrolment(*, enrolment_id: int) -> Enrolment:
    """Serialise what is decided about one enrolment: two tabs that pass the last two quizzes at
    once would each miss the other's module otherwise. Call it inside a transaction."""
    return _locked.get(enrolment=enrolment_id)


def complete_module(*, enrolment: Enrolment, module_id: int, now: datetime) -> None:
    """Record a module and, if it was the last, the course.

    Call it with a locked enrolment, inside the transaction that made the module complete.
    """
    ModuleCompletion.objects.bulk_create(
        [ModuleCompletion(enrolment=enrolment, module_id=module_id, completed_at=now)],
        ignore_conflicts=True,
    )
    if not read_decision(enrolment=enrolment).is_complete:
        return
    won = Enrolment.objects.open().filter(pk=enrolment.pk).update(completed_at=now)
    if won:
        transaction.on_commit(
            partial(course_completed.send_robust, sender=Enrolment, enrolment_id=enrolment.pk)
        )


class QuizRequired(Exception):
    """A module with a quiz is completed by passing it, not by saying so."""


class NotRequired(Exception):
    """The module came into the course after the enrolment began."""


def complete_reading(*, enrolment_id: int, module_id: int, now: datetime) -> None:
    """Complete a module without a quiz at the learner's word.

    Raises QuizRequired, and NotRequired for a module that the enrolment's version does not know.
    """
    with transaction.atomic():
        enrolment = lock_enrolment(enrolment_id=enrolment_id)
        quizzes = {each["module"]: each["quiz"] for each in enrolment.version.outline["modules"]}
        if module_id not in quizzes:
            raise NotRequired
        if quizzes[module_id] is not None:
            raise QuizRequired
        complete_module(enrolment=enrolment, module_id=module_id, now=now)
