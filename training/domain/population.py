"""A made-up population of any size, the same for the same seed: for measuring and for trying out.

Towns have people by a long tail, people come over three years with a wave each spring, and fewer
reach each module than the one before.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate
from random import Random
from typing import Any

from training.clock import JAPAN
from training.models import (
    Affiliation,
    Attempt,
    CoursePage,
    Enrolment,
    GradedItem,
    Learner,
    LocalGovernment,
    ModuleCompletion,
    Response,
)
from training.seams import population_sources

from .bulk import Row, insert_rows, next_id, reset_sequences, write_moment
from .outlines import publish_version
from .people import current_purpose_notice
from .population_papers import Sitting, prepare_sittings

DAY = 24 * 3600
YEARS = 3
# April to March: trainings begin with the fiscal year.
WAVE = (14, 13, 12, 9, 7, 6, 7, 8, 6, 5, 6, 7)
CATEGORIES = {"volunteer": 46, "supporter": 27, "municipality_staff": 22, "prefecture_staff": 5}
ENROLS = 0.93
RETRAINS = 0.08
# Of those at a module, so many never complete it.
DROP_OUT = (0.14, 0.08, 0.06, 0.05, 0.04, 0.03, 0.03, 0.02)
# Attempts are kept of this share of enrolments: their papers are the largest rows there are.
WITH_ATTEMPTS = 0.02
FAMILY = (
    "佐藤",
    "鈴木",
    "高橋",
    "田中",
    "伊藤",
    "渡邉",
    "山本",
    "中村",
    "小林",
    "加藤",
    "吉田",
    "山田",
    "髙橋",
    "斎藤",
    "齋藤",
    "松本",
    "井上",
)
GIVEN = (
    "翔",
    "蓮",
    "陽菜",
    "結衣",
    "大輔",
    "健一",
    "美咲",
    "由美子",
    "恵子",
    "茂",
    "和子",
    "清",
    "𠮷江",
    "誠",
    "直樹",
    "さくら",
    "実",
)


class NoCourse(Exception):
    """There is no course with a purpose notice and bodies to belong to: load the demo first."""


class RealLearners(Exception):
    """Somebody has registered here: made-up people among them could not be told apart again."""


@dataclass
class Batch:
    """Rows by their model, in the order they must be written in."""

    rows: dict[Any, list[Row]] = field(default_factory=lambda: {model: [] for model in COLUMNS})

    def write(self) -> None:
        for model, rows in self.rows.items():
            insert_rows(model=model, columns=COLUMNS[model], rows=rows)
            rows.clear()


COLUMNS: dict[Any, list[str]] = {
    Learner: [
        "id", "full_name", "kana", "former_name", "purpose_notice_id", "purpose_accepted_at",
        "registered_at",
    ],
    Affiliation: [
        "id", "learner_id", "category", "local_government_id", "started_on", "ended_on",
        "claimed_at", "confirmed_at", "refused_at", "refusal_reason",
    ],
    Enrolment: [
        "id", "learner_id", "course_id", "version_id", "enrolled_at", "completed_at",
        "recorded_by_hand",
    ],
    ModuleCompletion: ["id", "enrolment_id", "module_id", "completed_at"],
    Attempt: [
        "id", "enrolment_id", "quiz_id", "number", "paper", "started_at", "submitted_at", "score",
        "passed",
    ],
    Response: [
        "id", "attempt_id", "question_key", "answer", "sequence", "client", "given_at", "saved_at",
    ],
    GradedItem: ["id", "attempt_id", "question_key", "fraction", "given", "graded"],
}  # fmt: skip


def make_population(
    *,
    enrolments: int,
    seed: int,
    now: datetime,
    force: bool = False,
    tell: Callable[[str], object] = print,
) -> dict[str, int]:
    """Write so many enrolments and who and what belongs to them; returns counts by table.

    Raises RealLearners unless forced, and NoCourse.
    """
    if not force and Learner.objects.filter(user__isnull=False).exists():
        raise RealLearners
    maker = _Maker(seed=seed, now=now)
    batch = Batch()
    done = 0
    while done < enrolments:
        done += maker.add_person(batch, most=enrolments - done)
        if len(batch.rows[Enrolment]) >= 20_000:
            batch.write()
            tell(f"{done} enrolments")
    batch.write()
    reset_sequences(models=list(COLUMNS))
    counts = {
        model._meta.model_name: maker.ids[model] - first for model, first in maker.first.items()
    }
    for make in population_sources:
        counts |= make(seed, now, tell)
    return counts


class _Maker:
    def __init__(self, *, seed: int, now: datetime) -> None:
        self.chance = Random(seed)  # noqa: S311
        self.now = int(now.timestamp())
        self.today = now.astimezone(JAPAN).date()
        notice = current_purpose_notice(today=self.today)
        courses = list(CoursePage.objects.live().order_by("path"))
        towns: list[Any] = list(
            LocalGovernment.objects.filter(prefecture__isnull=False, abolished_on=None)
            .order_by("code")
            .values_list("code", "prefecture")
        )
        if not notice or not courses or not towns:
            raise NoCourse
        self.notice_id = notice.pk
        self.version = publish_version(course=courses[0], now=now)
        self.modules = self.version.outline["modules"]
        self.sittings: dict[int, Sitting] = prepare_sittings(
            modules=self.modules, chance=self.chance
        )
        self.chance.shuffle(towns)
        self.towns: list[tuple[str, str]] = towns
        self.town_weights = list(accumulate(1 / (rank + 12) for rank in range(len(towns))))
        self.months = self._list_months()
        self.month_weights = list(accumulate(weight for _start, weight in self.months))
        self.first = {model: next_id(model=model) for model in COLUMNS}
        self.ids: dict[Any, int] = dict(self.first)

    def _list_months(self) -> list[tuple[int, float]]:
        """From when on, and how many come then: more each year."""
        months = []
        for back in range(12 * YEARS - 1, -1, -1):
            year, month = divmod(self.today.year * 12 + self.today.month - 1 - back, 12)
            start = datetime(year, month + 1, 1, tzinfo=JAPAN)
            months.append(
                (int(start.timestamp()), WAVE[(month - 3) % 12] * (1.0 - back / (18 * YEARS)))
            )
        return months

    def take(self, model: Any) -> int:
        self.ids[model] += 1
        return self.ids[model] - 1

    def moment(self) -> int:
        chance = self.chance
        (start, _weight) = chance.choices(self.months, cum_weights=self.month_weights)[0]
        # By day and in the evening, in Japan; the first second of a month is midnight there.
        made = start + int(chance.random() * 30) * DAY + int(chance.triangular(7, 24, 20) * 3600)
        return min(made, self.now)

    def day(self, seconds: int) -> str:
        return datetime.fromtimestamp(seconds, tz=JAPAN).date().isoformat()

    def add_person(self, batch: Batch, *, most: int) -> int:
        """Returns how many enrolments that made, `most` at most."""
        chance, learner = self.chance, self.take(Learner)
        registered = self.moment()
        at = write_moment(seconds=registered)
        name = f"{chance.choice(FAMILY)} {chance.choice(GIVEN)}"
        batch.rows[Learner].append((learner, name, "サトウ ショウ", "", self.notice_id, at, at))
        self._affiliate(batch, learner, registered)
        if chance.random() > ENROLS:
            return 0
        enrolled = min(registered + int(chance.expovariate(1 / (2 * DAY))), self.now)
        completed = self._enrol(batch, learner, enrolled)
        if completed and most > 1 and chance.random() < RETRAINS:
            again = completed + int(chance.uniform(0.8, 1.6) * 365 * DAY)
            if again < self.now:
                self._enrol(batch, learner, again)
                return 2
        return 1

    def _affiliate(self, batch: Batch, learner: int, registered: int) -> None:
        chance = self.chance
        (category,) = chance.choices(list(CATEGORIES), weights=list(CATEGORIES.values()))
        town, prefecture = self._town()
        body = prefecture if category == "prefecture_staff" else town
        started = registered - int(chance.expovariate(1 / (400 * DAY)))
        ended = None
        if category == "volunteer" and chance.random() < 0.3:
            ended = started + int(chance.uniform(0.5, 3) * 365 * DAY)
        elif chance.random() < 0.06:
            ended = registered + int(chance.uniform(0.2, 2) * 365 * DAY)
        self._add_affiliation(batch, learner, category, body, started, ended, registered)
        if ended and ended < self.now and chance.random() < 0.2:
            # Moved: the next body hears of it a little later.
            other, _prefecture = self._town()
            claimed = min(max(ended, registered) + int(chance.uniform(0, 20) * DAY), self.now)
            self._add_affiliation(batch, learner, category, other, ended, None, claimed)

    def _town(self) -> tuple[str, str]:
        (town,) = self.chance.choices(self.towns, cum_weights=self.town_weights)
        return town

    def _add_affiliation(
        self,
        batch: Batch,
        learner: int,
        category: str,
        body: str,
        started: int,
        ended: int | None,
        claimed: int,
    ) -> None:
        decided = write_moment(
            seconds=min(claimed + int(self.chance.expovariate(1 / (6 * DAY))), self.now)
        )
        fate = self.chance.random()
        confirmed = decided if fate < 0.86 else None
        refused = decided if fate > 0.98 else None
        batch.rows[Affiliation].append(
            (
                self.take(Affiliation),
                learner,
                category,
                body,
                self.day(started),
                self.day(ended) if ended else None,
                write_moment(seconds=claimed),
                confirmed,
                refused,
                "在籍を確かめられませんでした。" if refused else "",
            )
        )

    def _enrol(self, batch: Batch, learner: int, enrolled: int) -> int | None:
        """Returns when the course was completed."""
        chance, enrolment = self.chance, self.take(Enrolment)
        sits = chance.random() < WITH_ATTEMPTS
        at, reached = enrolled, 0
        for place, module in enumerate(self.modules):
            if chance.random() < DROP_OUT[min(place, len(DROP_OUT) - 1)]:
                break
            at += int(chance.expovariate(1 / (5 * DAY))) + 600
            if at > self.now:
                break
            if sits and module["quiz"] in self.sittings:
                self._sit(batch, enrolment, module["quiz"], at)
            done = (self.take(ModuleCompletion), enrolment, module["module"])
            batch.rows[ModuleCompletion].append((*done, write_moment(seconds=at)))
            reached += 1
        completed = at if reached == len(self.modules) else None
        batch.rows[Enrolment].append(
            (
                enrolment,
                learner,
                self.version.course_id,
                self.version.pk,
                write_moment(seconds=enrolled),
                write_moment(seconds=completed) if completed else None,
                False,
            )
        )
        return completed

    def _sit(self, batch: Batch, enrolment: int, quiz: int, passed_at: int) -> None:
        """Failed now and then, passed at last."""
        chance, sitting = self.chance, self.sittings[quiz]
        fails = 0
        while sitting.failed and chance.random() < 0.28 and fails < 3:
            fails += 1
        for number in range(1, fails + 2):
            outcome = chance.choice(sitting.failed if number <= fails else sitting.passed)
            submitted = passed_at - (fails + 1 - number) * 500
            at = write_moment(seconds=submitted)
            attempt = self.take(Attempt)
            batch.rows[Attempt].append(
                (attempt, enrolment, quiz, number, sitting.paper,
                 write_moment(seconds=submitted - 400), at, outcome.score, number > fails)
            )  # fmt: skip
            for sequence, (key, answer, fraction, given, graded) in enumerate(outcome.items, 1):
                if answer != "null":
                    batch.rows[Response].append(
                        (self.take(Response), attempt, key, answer, sequence, "", at, at)
                    )
                batch.rows[GradedItem].append(
                    (self.take(GradedItem), attempt, key, fraction, given, graded)
                )


def iterate_completions(*, chunk: int = 20_000) -> Iterator[list[tuple[int, Any, str]]]:
    """Completed enrolments without accounts, as (id, completed_at, full_name), in chunks."""
    rows = (
        Enrolment.objects.completed()
        .filter(learner__user=None)
        .order_by("completed_at", "pk")
        .values_list("pk", "completed_at", "learner__full_name")
    )
    waiting: list[tuple[int, Any, str]] = []
    for row in rows.iterator(chunk_size=chunk):
        waiting.append(row)
        if len(waiting) == chunk:
            yield waiting
            waiting = []
    yield waiting
