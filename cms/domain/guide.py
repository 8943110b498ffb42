"""Which type of class could be held under which budget, from the notice of 2024-01-19.

The rules are in cms/data/guide.toml; what they say in words is here.
"""

import datetime as dt
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

RULES = Path(__file__).resolve().parent.parent / "data" / "guide.toml"
LEVELS = {"applied": _("Applied course"), "basic": _("Basic course")}
BUDGETS = {
    "r4": _("Second supplementary budget of the fiscal year 2022 (Reiwa 4)"),
    "r5": _("First supplementary budget of the fiscal year 2023 (Reiwa 5)"),
}
TYPES = {
    "nationwide": _("Nationwide type"),
    "regional": _("Regional type"),
    "dispatch": _("Lecturer dispatch type"),
}
VERDICTS = {
    "covered": _("Covered"),
    "not_covered": _("Not covered"),
    "by_shops": _("Held by the shops"),
    "not_stated": _("No conditions told"),
}
REASONS = {
    "held_in_shops": _(
        "These classes are held in the shops of carriers and bases like them, and there is no shop."
    ),
    "held_in_shops_here": _("These classes are held in the shops of carriers and bases like them."),
    "figure_says_shops": _(
        "One field of the figures of appendix 1 says of basic courses that the shop holds them; the"
        " text above them names basic courses among the classes that were paid for. Which budget"
        " the field is about, and whether that one pays for them, is to be confirmed."
    ),
    "r4_for_disabled_people": _(
        "Classes for disabled people were covered with and without a shop, basic and applied."
    ),
    "r4_everywhere": _(
        "Areas with a shop were covered too, basic and applied. The notice tells it where it"
        " explains what stays as it was for disabled people."
    ),
    "r5_for_disabled_people": _(
        "Classes for disabled people are planned as before: in every area, basic and applied."
    ),
    "r5_without_shop_only": _("With this budget the type is meant for areas without a shop."),
    "r5_applied_only": _(
        "Where the local government holds classes of its own, applied courses only are planned."
    ),
    "r5_applied_beside_own": _(
        "There is no shop, and applied courses are planned beside the local government's own."
    ),
    "r5_both_levels": _("There is no shop and no class of the local government's own."),
    "dispatch_without_conditions": _(
        "Carriers and others send lecturers to local governments and others, since the fiscal year"
        " 2022 (Reiwa 4), and with this budget too. The notice names no condition of area or"
        " course: ask before you plan."
    ),
}


@dataclass(frozen=True)
class Situation:
    """Of an area and of a class that somebody wants to hold there."""

    shop: bool
    own_classes: bool
    level: str
    disabled: bool


@dataclass(frozen=True)
class Answer:
    budget: str
    type: str
    verdict: str
    reason: str

    @property
    def words(self) -> dict[str, Any]:
        return {
            "type": TYPES[self.type],
            "verdict": VERDICTS[self.verdict],
            "reason": REASONS[self.reason],
        }


@dataclass(frozen=True)
class Guide:
    rules: tuple[dict[str, Any], ...]
    as_of: dt.date
    review_by: dt.date
    notice: str


@cache
def read_guide() -> Guide:
    data = tomllib.loads(RULES.read_text(encoding="utf-8"))
    return Guide(tuple(data["rules"]), data["as_of"], data["review_by"], data["notice"])


def find_answer(*, situation: Situation, budget: str, type_: str) -> Answer:
    facts = vars(situation) | {"budget": budget, "type": type_}
    for rule in read_guide().rules:
        if all(rule.get(name, value) == value for name, value in facts.items()):
            return Answer(budget, type_, rule["verdict"], rule["reason"])
    raise LookupError(f"no rule for {facts}")


def answer(*, situation: Situation) -> dict[str, list[Answer]]:
    """By budget, the answer for each type."""
    return {
        budget: [find_answer(situation=situation, budget=budget, type_=name) for name in TYPES]
        for budget in BUDGETS
    }


def list_situations() -> Iterator[Situation]:
    """All there are, in the order of the questions."""
    for shop, own_classes, level, disabled in product(
        (True, False), (True, False), LEVELS, (False, True)
    ):
        yield Situation(shop, own_classes, level, disabled)
