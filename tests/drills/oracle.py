"""What an attempt must come to, told from what was shown and given alone.

Words only: texts and times. It never sees a paper, a key of a choice or a row of the database.
"""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from .specimens import BLANK, SPECIMENS, Facts, Words


@dataclass
class Sitting:
    """An attempt. `shown` holds what each question said when it began."""

    pk: int
    shown: dict[str, Facts]
    graded: set[str]
    pass_mark: int
    deadline: datetime
    # Of each question: (when it was given, arrival, words).
    given: dict[str, list[tuple[datetime, int, Words]]] = field(default_factory=dict)
    arrivals: int = 0
    is_closed: bool = False

    def __post_init__(self) -> None:
        self.shown = deepcopy(self.shown)

    def give(self, question: str, words: Words, at: datetime) -> None:
        self.arrivals += 1
        self.given.setdefault(question, []).append((at, self.arrivals, words))

    def last(self) -> dict[str, Words]:
        """Of each question what was given last; of two given at once, what arrived last."""
        return {key: max(each, key=lambda row: row[:2])[2] for key, each in self.given.items()}

    def percent(self) -> Fraction:
        last = self.last()
        points = [
            SPECIMENS[facts.kind].mark(facts, last.get(key, BLANK))
            for key, facts in self.shown.items()
            if key in self.graded
        ]
        return sum(points, Fraction(0)) * 100 / len(points)


@dataclass
class Tab:
    """A page of an attempt in some browser: what it had when it loaded or was last sent, what its
    controls say now, and what it has still to send."""

    sitting: Sitting
    client: str
    seen: int
    has_script: bool
    controls: dict[str, Words]
    known: dict[str, Words] = field(default_factory=dict)
    number: int = 0
    unsent: list["Save"] = field(default_factory=list)
    sent: list["Save"] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.known = dict(self.controls)


@dataclass
class Save:
    question: str
    words: Words
    at: datetime
    number: int = 0
    # It reached the server, though the page may not have heard so.
    has_arrived: bool = False
