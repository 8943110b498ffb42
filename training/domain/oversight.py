"""What the ministry sees of the whole programme, read from the stored figures."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Count, DateField, F, Min, Q, Sum, Value, When

from training.clock import JAPAN
from training.models import FigureBuild, MonthlyFigure, OutgoingMail

Stage = MonthlyFigure.Stage
# A step: its stage, and the module of one that is a module.
Step = tuple[str, int | None]
REGISTERED: Step = (Stage.REGISTERED, None)
ENROLLED: Step = (Stage.ENROLLED, None)
COMPLETED: Step = (Stage.COMPLETED, None)
CERTIFIED: Step = (Stage.CERTIFIED, None)


@dataclass(frozen=True)
class Period:
    """Months, the last one included, by their first days."""

    first: date
    last: date

    @property
    def months(self) -> list[date]:
        return [shift_month(self.first, by=count) for count in range(self.length)]

    @property
    def length(self) -> int:
        years = self.last.year - self.first.year
        return years * 12 + self.last.month - self.first.month + 1

    def before(self, *, by: int) -> "Period":
        return Period(shift_month(self.first, by=-by), shift_month(self.last, by=-by))


def shift_month(month: date, *, by: int) -> date:
    year, place = divmod(month.year * 12 + month.month - 1 + by, 12)
    return date(year, place + 1, 1)


def this_month(*, now: datetime) -> date:
    return now.astimezone(JAPAN).date().replace(day=1)


@dataclass(frozen=True)
class Choice:
    """What is looked at. Empty: every prefecture, every category. `compared` is another period of
    the same length."""

    period: Period
    compared: Period
    course_id: int | None
    prefecture: str = ""
    category: str = ""


@dataclass
class Overview:
    """People by step: in each month, in each of the two periods, and in the chosen period by
    category and by prefecture."""

    months: dict[date, Counter[Step]] = field(default_factory=dict)
    total: Counter[Step] = field(default_factory=Counter)
    compared: Counter[Step] = field(default_factory=Counter)
    categories: dict[str, Counter[Step]] = field(default_factory=dict)
    categories_compared: dict[str, Counter[Step]] = field(default_factory=dict)
    prefectures: dict[str, Counter[Step]] = field(default_factory=dict)


def read_overview(*, build: FigureBuild, choice: Choice) -> Overview:
    """In one statement, whatever was chosen."""
    overview = Overview(months={month: Counter() for month in choice.period.months})
    for month, prefecture, category, stage, module, people in _read(build, choice):
        step, is_chosen = (stage, module), choice.period.first <= month <= choice.period.last
        if (prefecture, category) == (choice.prefecture, choice.category):
            (overview.total if is_chosen else overview.compared)[step] += people
            if is_chosen:
                overview.months[month][step] += people
        # The chosen category is one of all, and the chosen prefecture too.
        if category and prefecture == choice.prefecture:
            by = overview.categories if is_chosen else overview.categories_compared
            by.setdefault(category, Counter())[step] += people
        if prefecture and category == choice.category and is_chosen:
            overview.prefectures.setdefault(prefecture, Counter())[step] += people
    return overview


def _read(build: FigureBuild, choice: Choice) -> Any:
    chosen = Q(prefecture=choice.prefecture, category=choice.category)
    by_category = Q(prefecture=choice.prefecture) & ~Q(category="")
    by_prefecture = ~Q(prefecture="") & Q(
        category=choice.category, stage__in=[Stage.REGISTERED, Stage.ENROLLED, Stage.CERTIFIED]
    )
    period, compared = choice.period, choice.compared
    in_period = Q(month__range=(period.first, period.last))
    in_compared = Q(month__range=(compared.first, compared.last))
    return (
        MonthlyFigure.objects.filter(
            (in_period & (chosen | by_category | by_prefecture))
            | (in_compared & (chosen | by_category)),
            Q(course=choice.course_id) | Q(course=None),
            build=build,
        )
        .order_by()
        .annotate(
            # Only what is chosen is asked for month by month.
            at=Case(
                When(chosen, then=F("month")),
                When(in_period, then=Value(period.first)),
                default=Value(compared.first),
                output_field=DateField(),
            )
        )
        .values_list("at", "prefecture", "category", "stage", "module")
        .annotate(people=Sum("count"))
    )


@dataclass(frozen=True)
class Waiting:
    """Work that waits, and since when the oldest does."""

    count: int
    oldest: datetime | None


def find_waiting_mail() -> Waiting:
    waiting = OutgoingMail.objects.filter(next_try_at__isnull=False)
    found = waiting.aggregate(count=Count("pk"), oldest=Min("created_at"))
    return Waiting(found["count"], found["oldest"])
