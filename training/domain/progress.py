"""What one learner sees of a course: its modules in order, and how far along they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, IntegerField, Q, QuerySet
from django.utils.translation import gettext as _

from training.models import Enrolment, ModuleCompletion, ModulePage
from training.prepared import Given, Prepared

from .completion import Decision, decide_completion
from .rules import QuizRules


@dataclass(frozen=True)
class Step:
    """`slug` is empty for a module that was unpublished and is asked for all the same."""

    module_id: int
    number: int
    title: str
    slug: str
    summary: str
    study_minutes: int
    quiz_id: int | None
    is_completed: bool
    is_current: bool

    @property
    def label(self) -> str:
        return _("Module %(number)s: %(title)s") % {"number": self.number, "title": self.title}


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
        return next((step for step in self.steps if not step.is_completed and step.slug), None)

    @property
    def following(self) -> Step | None:
        """The module after the current one."""
        current = self.current
        later = (step for step in self.steps if current and step.number > current.number)
        return next((step for step in later if step.slug), None)

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
    """Two statements; one for someone not enrolled. `course_path` is its place in the tree."""
    progress = read_all_progress(
        courses=[(course_path, enrolment)], current_module_id=current_module_id
    )
    return progress[0]


def see_progress(
    *, course_path: str, enrolment: Enrolment, completed: set[int], current_module_id: int | None
) -> CourseProgress:
    """Of an enrolment that is not stored, by what it shall have completed."""
    published = _read_published([course_path], with_quizzes=False)[course_path]
    return _see(published, enrolment, completed, current_module_id)


def read_all_progress(
    *,
    courses: Sequence[tuple[str, Enrolment | None]],
    current_module_id: int | None = None,
) -> list[CourseProgress]:
    """For each course, by its path, and what the learner's enrolment is in it."""
    enrolments = [enrolment for _path, enrolment in courses if enrolment]
    completed: dict[int, set[int]] = {enrolment.pk: set() for enrolment in enrolments}
    if len(enrolments) == 1:
        completed[enrolments[0].pk] = {pk for (pk,) in _completed.all(enrolment=enrolments[0].pk)}
    elif enrolments:
        rows = ModuleCompletion.objects.filter(enrolment__in=enrolments)
        for enrolment_id, module_id in rows.values_list("enrolment_id", "module_id"):
            completed[enrolment_id].add(module_id)
    published = _read_published(
        [path for path, _enrolment in courses],
        # An enrolment has the quizzes of its version.
        with_quizzes=len(enrolments) < len(courses),
    )
    return [
        _see(
            published[path],
            enrolment,
            completed.get(enrolment.pk if enrolment else 0, set()),
            current_module_id,
        )
        for path, enrolment in courses
    ]


def _list_published(beneath: Q, *, with_quizzes: bool) -> QuerySet[Any, Any]:
    quiz = ["quiz__pk"] if with_quizzes else []
    modules: QuerySet[Any, Any] = ModulePage.objects.filter(beneath, live=True).order_by("path")
    return modules.values_list("pk", "title", "slug", "summary", "study_minutes", *quiz, "path")


# Nearly every page is of one course.
_completed = Prepared(
    lambda: ModuleCompletion.objects.filter(enrolment=Given("enrolment")).values_list("module_id")
)
_beneath = Q(path__startswith=Given("path", CharField()), depth=Given("depth", IntegerField()))
_published = Prepared(lambda: _list_published(_beneath, with_quizzes=False))
_published_with_quizzes = Prepared(lambda: _list_published(_beneath, with_quizzes=True))


def _read_published(
    paths: list[str], *, with_quizzes: bool
) -> dict[str, dict[int, tuple[Any, ...]]]:
    """The live modules of each course in their order, by id."""
    if not paths:
        return {}
    places = [{"path": path, "depth": len(path) // ModulePage.steplen + 1} for path in paths]
    if len(places) == 1:
        rows = (_published_with_quizzes if with_quizzes else _published).all(**places[0])
    else:
        beneath = Q()
        for place in places:
            beneath |= Q(path__startswith=place["path"], depth=place["depth"])
        rows = list(_list_published(beneath, with_quizzes=with_quizzes))
    published: dict[str, dict[int, tuple[Any, ...]]] = {path: {} for path in paths}
    for *row, path in rows:
        published[path[: -ModulePage.steplen]][row[0]] = tuple(row)
    return published


def _see(
    published: dict[int, tuple[Any, ...]],
    enrolment: Enrolment | None,
    completed: set[int],
    current_module_id: int | None,
) -> CourseProgress:
    """An enrolment sees what its version asks for, with the version's numbers and quizzes (R2)."""
    decision = None
    rows = list(published.values())
    if enrolment:
        outline = enrolment.version.outline
        decision = decide_completion(
            outline=outline, completed_module_ids=completed, by_hand=enrolment.recorded_by_hand
        )
        rows = [
            (*published[module["module"]][:5], module["quiz"])
            if module["module"] in published
            else (
                module["module"],
                module["title"],
                "",
                "",
                module["study_minutes"],
                module["quiz"],
            )
            for module in outline["modules"]
        ]
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
        for number, (pk, title, slug, summary, minutes, quiz) in enumerate(rows, start=1)
    ]
    return CourseProgress(steps=steps, decision=decision)
