"""What one learner sees of a course: its modules in order, and how far along they are."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from training.models import Enrolment, ModuleCompletion, ModulePage

from .completion import Decision, decide_completion
from .rules import QuizRules


@dataclass(frozen=True)
class Step:
    module_id: int
    number: int
    title: str
    slug: str
    summary: str
    study_minutes: int
    quiz_id: int | None
    is_completed: bool
    is_current: bool


@dataclass(frozen=True)
class CourseProgress:
    """`decision` is None for someone who is not enrolled."""

    steps: list[Step]
    decision: Decision | None

    @property
    def current(self) -> Step | None:
        return next((step for step in self.steps if step.is_current), None)

    @property
    def next_open(self) -> Step | None:
        """Where to go on: the first module that is not completed."""
        return next((step for step in self.steps if not step.is_completed), None)

    @property
    def following(self) -> Step | None:
        """The module after the current one."""
        current = self.current
        return next((s for s in self.steps if current and s.number == current.number + 1), None)

    @property
    def limits(self) -> QuizRules | None:
        """The promised rules of the current module's quiz, where they limit something."""
        current, asked = self.current, self.decision.requirements if self.decision else []
        for each in asked:
            if current and each.module_id == current.module_id:
                return each.rules if each.rules and each.rules.is_limited else None
        return None

    @property
    def study_minutes(self) -> int:
        return sum(step.study_minutes for step in self.steps)

    @property
    def text(self) -> str:
        if self.decision is None:
            return ""
        return _("%(met)s of %(all)s modules completed") % {
            "met": self.decision.met_count,
            "all": len(self.decision.requirements),
        }


def read_progress(
    *, course_path: str, enrolment: Enrolment | None, current_module_id: int | None = None
) -> CourseProgress:
    """Two statements; one for someone not enrolled. `course_path` is the page's place in the tree."""
    completed: set[int] = set()
    decision = None
    if enrolment:
        rows = ModuleCompletion.objects.filter(enrolment=enrolment)
        completed = set(rows.values_list("module_id", flat=True))
        decision = decide_completion(
            outline=enrolment.version.outline, completed_module_ids=completed
        )
    modules = (
        ModulePage.objects.filter(
            live=True,
            path__startswith=course_path,
            depth=len(course_path) // ModulePage.steplen + 1,
        )
        .order_by("path")
        .values_list("pk", "title", "slug", "summary", "study_minutes", "quiz__pk")
    )
    steps = [
        Step(
            module_id=pk,
            number=number,
            title=title,
            slug=slug,
            summary=summary,
            study_minutes=minutes,
            quiz_id=quiz,
            is_completed=pk in completed,
            is_current=pk == current_module_id,
        )
        for number, (pk, title, slug, summary, minutes, quiz) in enumerate(modules, start=1)
    ]
    return CourseProgress(steps=steps, decision=decision)
