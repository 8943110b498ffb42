"""A learner who is not there: how a course looks at each stage, for an editor's preview. Nothing is
stored."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from training.models import CoursePage, CourseVersion, Enrolment, Learner
from training.seams import completion_previewers

from .outlines import build_outline
from .progress import CourseProgress, see_progress
from .quizzes import AttemptsExhausted, MustWait, NextAttempt


@dataclass(frozen=True)
class Pretended:
    enrolment: Enrolment
    progress: CourseProgress
    next_attempt: NextAttempt


def pretend_learner(
    *, course: CoursePage, state: str, now: datetime, module_id: int | None = None
) -> Pretended:
    """`state` is one of models.courses.LEARNER_STATES; `module_id` the module that is looked at,
    published or not."""
    outline = build_outline(course=course, also=[module_id] if module_id else [])
    asked = [module["module"] for module in outline["modules"]]
    if state in ("passed", "certificate"):
        completed = set(asked)
    elif state == "not_started":
        completed = set()
    else:
        # Up to the one that is looked at; of a course, half.
        place = asked.index(module_id) if module_id in asked else len(asked) // 2
        completed = set(asked[:place])
    is_over = state in ("passed", "certificate") and bool(asked)
    enrolment = Enrolment(
        learner=Learner(),
        course=course,
        version=CourseVersion(course=course, number=0, outline=outline),
        enrolled_at=now,
        completed_at=now if is_over else None,
    )
    for preview in completion_previewers:
        preview(enrolment, state == "certificate")
    progress = see_progress(
        course_path=course.path,
        enrolment=enrolment,
        completed=completed,
        current_module_id=module_id,
    )
    return Pretended(enrolment, progress, _find_next(progress, state, now))


def _find_next(progress: CourseProgress, state: str, now: datetime) -> NextAttempt:
    """After a failed attempt what its rules say."""
    rules = progress.limits
    obstacle: AttemptsExhausted | MustWait | None = None
    if state == "failed" and rules:
        if rules.waiting_minutes:
            obstacle = MustWait(now + timedelta(minutes=rules.waiting_minutes))
        elif rules.max_attempts == 1:
            obstacle = AttemptsExhausted()
    return NextAttempt(
        is_open=state == "in_progress", obstacle=obstacle, has_failed=state == "failed"
    )
