"""What one page of an open attempt shows."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from training.domain.papers import Answers, ItemShown, show_items
from training.domain.saving import is_expired
from training.models import Attempt


@dataclass(frozen=True)
class AttemptPage:
    """`number` counts pages from 1; it is 0 where all questions stand on one page. `open_items` are
    named only when the learner tried to hand in without them. `client` and `sequence` tell the
    server later what this page knew: domain.saving.Sender."""

    title: str
    pass_mark: int
    items: list[ItemShown]
    all_items: list[ItemShown]
    number: int
    open_items: list[ItemShown]
    client: str
    sequence: int
    seconds_left: int | None
    is_expired: bool
    module_url: str

    @property
    def count(self) -> int:
        return len(self.all_items)

    @property
    def reference_count(self) -> int:
        return sum(not item.graded for item in self.all_items)

    @property
    def previous(self) -> int:
        return self.number - 1

    @property
    def following(self) -> int:
        """0 on the last page, and where there is only one."""
        return self.number + 1 if 0 < self.number < self.count else 0

    @property
    def minutes_left(self) -> int | None:
        return None if self.seconds_left is None else (self.seconds_left + 59) // 60


def build_attempt_page(
    *,
    attempt: Attempt,
    answers: Answers,
    sequence: int,
    number: str,
    checks: bool,
    module_url: str,
    now: datetime,
) -> AttemptPage:
    """`number` is what the address says; what is no page of the paper leads to the first one."""
    paper = attempt.paper
    items = show_items(paper=paper, answers=answers)
    if checks:
        # Said at the question too, and not only in the summary.
        items = [
            item if item.error or item.is_answered else replace(item, error=_("not answered"))
            for item in items
        ]
    page = 0
    shown = items
    if paper.get("one_per_page"):
        page = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 1
        page = min(max(page, 1), len(items))
        shown = [items[page - 1]]
    left = None
    if attempt.deadline is not None:
        left = max(0, int((attempt.deadline - now).total_seconds()))
    return AttemptPage(
        title=paper["title"],
        pass_mark=paper["pass_mark"],
        items=shown,
        all_items=items,
        number=page,
        open_items=[item for item in items if item.needs_attention] if checks else [],
        client=get_random_string(12),
        sequence=sequence,
        seconds_left=left,
        is_expired=is_expired(attempt=attempt, now=now),
        module_url=module_url,
    )
