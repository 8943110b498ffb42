"""What keeps a question or a quiz from doing what it promises, in the editor's words."""

from datetime import date

from django.utils.translation import gettext as _

from training.kinds import get_kind
from training.models import ModulePage, Question, Quiz

from .papers import load_for_asking


def list_headings(*, module: ModulePage) -> list[str]:
    return [block.value for block in module.body if block.block_type == "heading"]


def find_question_problems(*, question: Question, today: date) -> list[str]:
    kind = get_kind(question.kind)
    problems = kind.find_problems(question)
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
    taken = {question.pk for question in fixed}
    for draw in draws:
        pool = [
            question
            for question in load_for_asking(
                Question.objects.filter(live=True, tagged_items__tag=draw.tag)
            )
            if question.pk not in taken and not get_kind(question.kind).find_problems(question)
        ]
        if len(pool) < draw.count:
            problems.append(
                _("%(count)s questions are to be drawn from “%(tag)s”, but it has only %(pool)s.")
                % {"count": draw.count, "tag": draw.tag.name, "pool": len(pool)}
            )
        # Drawn before those of the next tag, so no later draw can have them.
        taken.update(question.pk for question in pool[: draw.count])
    return problems
