"""What keeps a question or a quiz from doing what it promises, in the editor's words."""

from datetime import date
from random import Random

from django.utils.translation import gettext as _

from training.kinds import get_kind
from training.models import ModulePage, Question, Quiz, QuizDraw

from .drawing import assign_draws
from .papers import is_askable, load_for_asking, read_pools


def list_headings(*, module: ModulePage) -> list[str]:
    return [block.value for block in module.body if block.block_type == "heading"]


def find_gaps(*, question: Question) -> list[str]:
    """What a draft may leave open and a published question may not."""
    gaps = []
    if not question.stem:
        gaps.append(_("The question has no text."))
    if not question.explanation.strip():
        gaps.append(_("The explanation is missing."))
    return gaps


def find_question_problems(*, question: Question, today: date) -> list[str]:
    kind = get_kind(question.kind)
    problems = kind.find_problems(question) + find_gaps(question=question)
    if question.review_by and question.review_by < today:
        problems.append(_("The review date has passed: please check the facts."))
    for part in kind.expand(question):
        if part != question and (not part.live or get_kind(part.kind).find_problems(part)):
            problems.append(_("“%(key)s” cannot be asked.") % {"key": part.key})
    heading, module = question.passage_heading, question.passage_module
    if heading and module is None:
        problems.append(_("A heading to read again is named, but no module."))
    elif heading and module and heading not in list_headings(module=module):
        problems.append(_("The module has no heading “%(heading)s”.") % {"heading": heading})
    return problems


def find_quiz_problems(*, quiz: Quiz, today: date) -> list[str]:
    problems = []
    fixed = [each.question for each in quiz.quiz_questions.all()]
    draws = list(quiz.draws.all())
    if not fixed and not draws:
        problems.append(_("The quiz has no question."))
    for question in fixed:
        if not question.live:
            problems.append(
                _("“%(key)s” is not published: it is left out.") % {"key": question.key}
            )
        elif get_kind(question.kind).find_problems(question):
            problems.append(_("“%(key)s” cannot be asked.") % {"key": question.key})
        elif question.review_by and question.review_by < today:
            problems.append(_("The review date of “%(key)s” has passed.") % {"key": question.key})
    if fixed and not draws and not any(question.is_graded for question in fixed):
        problems.append(_("None of the questions is graded."))
    return problems + _find_draw_problems(quiz, draws)


def _find_draw_problems(quiz: Quiz, draws: list[QuizDraw]) -> list[str]:
    counts = [(draw.tag_id, draw.count) for draw in draws]
    pools = read_pools(quiz=quiz, draws=counts)
    asked = load_for_asking(Question.objects.filter(pk__in=set().union(*pools.values())))
    good = {question.pk for question in asked if is_askable(question)}
    pools = {tag: pool & good for tag, pool in pools.items()}
    problems = [
        _("%(count)s questions are to be drawn from “%(tag)s”, but it has only %(pool)s.")
        % {"count": draw.count, "tag": draw.tag.name, "pool": len(pools[draw.tag_id])}
        for draw in draws
        if len(pools[draw.tag_id]) < draw.count
    ]
    wanted = sum(count for _tag, count in counts)
    # Any order will do: what can be drawn at all does not depend on it.
    found = len(assign_draws(draws=counts, pools=pools, rng=Random(0)))  # noqa: S311
    if not problems and found < wanted:
        problems.append(
            _("The tags share questions: only %(found)s of %(wanted)s can be drawn.")
            % {"found": found, "wanted": wanted}
        )
    return problems
