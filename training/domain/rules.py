"""The rules of a quiz that an enrolment was promised (rule R2)."""

from dataclasses import asdict, dataclass
from typing import Any

from training.models import Enrolment, Quiz


@dataclass(frozen=True)
class QuizRules:
    """None for `max_attempts` or `time_limit_minutes` means that there is no such limit."""

    pass_mark: int
    max_attempts: int | None
    waiting_minutes: int
    time_limit_minutes: int | None

    @property
    def is_limited(self) -> bool:
        """Whether there is something to know before starting."""
        return bool(self.max_attempts or self.waiting_minutes or self.time_limit_minutes)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def read_rules(*, quiz: Quiz) -> QuizRules:
    """As the editor has set them now."""
    return QuizRules(
        pass_mark=quiz.pass_mark,
        max_attempts=quiz.max_attempts,
        waiting_minutes=quiz.waiting_minutes,
        time_limit_minutes=quiz.time_limit_minutes,
    )


def find_promised_rules(*, enrolment: Enrolment, quiz: Quiz) -> QuizRules:
    """Those of the version the enrolment began under; of a quiz it does not know, today's."""
    for module in enrolment.version.outline["modules"]:
        if module["quiz"] == quiz.pk and module.get("rules"):
            return QuizRules(**module["rules"])
    return read_rules(quiz=quiz)
