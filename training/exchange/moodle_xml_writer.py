"""Writes Moodle's XML."""

from collections.abc import Sequence
from fractions import Fraction
from xml.etree.ElementTree import (
    Comment,
    Element,
    SubElement,
    indent,
)

from django.utils.translation import gettext as _

from .drafts import ChoiceDraft, LeftOut, QuestionDraft, clean_line
from .markup import draw_lines
from .moodle_xml import PARTIAL_ORDERING, WHOLE_ORDERING
from .trees import write_tree
from .weights import write_percent

TYPES = {
    "single_choice": "multichoice",
    "multiple_choice": "multichoice",
    "true_false": "truefalse",
    "short_text": "shortanswer",
    "numeric": "numerical",
    "matching": "matching",
    "ordering": "ordering",
}


def find_obstacle(draft: QuestionDraft) -> str:
    """Why the format cannot hold the question; "" if it can."""
    if draft.kind not in TYPES:
        return _("Moodle XML has no such kind of question.")
    if draft.kind == "matching" and not draft.parameters["partial_credit"]:
        return _("In Moodle such a question always gives partial credit.")
    if draft.kind == "short_text" and any("*" in each.text for each in draft.choices):
        return _("In Moodle “*” in a wording stands for any text.")
    if draft.kind in ("matching", "ordering") and any(each.feedback for each in draft.choices):
        return _("Moodle knows no feedback on pairs or places.")
    return ""


def write(drafts: Sequence[QuestionDraft], left_out: Sequence[LeftOut]) -> bytes:
    quiz = Element("quiz")
    for each in left_out:
        # "--" must not stand in a comment.
        text = f" {clean_line(each.key)}: {clean_line(each.reason)} ".replace("--", "- -")
        quiz.append(Comment(text))
    for draft in drafts:
        quiz.append(write_question(draft))
    indent(quiz)
    return write_tree(quiz)


def add(parent: Element, name: str, text: str | None = None, **attributes: str) -> Element:
    element = SubElement(parent, name, attributes)
    element.text = text
    return element


def add_text(parent: Element, name: str, text: str, **attributes: str) -> Element:
    element = add(parent, name, **attributes)
    add(element, "text", text)
    return element


def write_question(draft: QuestionDraft) -> Element:
    kind = TYPES[draft.kind]
    is_whole = not draft.parameters.get("partial_credit")
    if draft.kind == "multiple_choice" and is_whole:
        # Moodle itself has none; this is the plugin “All-or-Nothing Multiple Choice”.
        kind = "multichoiceset"
    question = Element("question", type=kind)
    add_text(question, "name", draft.key or "question")
    add_text(question, "questiontext", draft.stem, format="html")
    add_text(question, "generalfeedback", draw_lines(draft.explanation), format="html")
    add(question, "defaultgrade", "1")
    add(question, "idnumber", draft.key)
    if draft.kind in ("single_choice", "multiple_choice"):
        add(question, "single", "true" if draft.kind == "single_choice" else "false")
        add(question, "shuffleanswers", "true")
    elif draft.kind == "short_text":
        add(question, "usecase", "0")
    elif draft.kind == "ordering":
        add(question, "gradingtype", WHOLE_ORDERING if is_whole else PARTIAL_ORDERING)
        add(question, "selecttype", "ALL")
    elif draft.kind == "matching":
        add(question, "shuffleanswers", "true")
        for each in draft.choices:
            pair = add_text(question, "subquestion", draw_lines(each.text), format="html")
            add_text(pair, "answer", each.match)
    if draft.kind != "matching":
        add_answers(question, draft)
    tags = add(question, "tags")
    for tag in draft.tags:
        add_text(tags, "tag", tag)
    return question


def add_answers(question: Element, draft: QuestionDraft) -> None:
    if draft.kind == "true_false":
        for truth in (True, False):
            is_right = draft.parameters["statement_is_true"] is truth
            add_answer(question, str(truth).lower(), Fraction(is_right))
        return
    if draft.kind == "numeric":
        add_number(question, draft)
        return
    for each in draft.choices:
        is_html = draft.kind != "short_text"
        text = draw_lines(each.text) if is_html else each.text
        weight = Fraction(1) if draft.kind == "ordering" else weigh(draft, each)
        answer = add_answer(question, text, weight, "html" if is_html else "moodle_auto_format")
        add_text(answer, "feedback", draw_lines(each.feedback), format="html")


def add_answer(
    question: Element, text: str, weight: Fraction, form: str = "moodle_auto_format"
) -> Element:
    return add_text(question, "answer", text, fraction=write_percent(weight), format=form)


def weigh(draft: QuestionDraft, choice: ChoiceDraft) -> Fraction:
    if draft.kind == "multiple_choice" and draft.parameters["partial_credit"]:
        share = Fraction(1, sum(each.is_right for each in draft.choices) or 1)
        return share if choice.is_right else -share
    return Fraction(choice.is_right)


def add_number(question: Element, draft: QuestionDraft) -> None:
    answer = add_answer(question, draft.parameters["value"], Fraction(1))
    add(answer, "tolerance", draft.parameters["tolerance"])
    units = draft.parameters["units"]
    if not units:
        add(question, "unitgradingtype", "0")
        return
    listed = add(question, "units")
    for name in units:
        unit = add(listed, "unit")
        add(unit, "multiplier", "1")
        add(unit, "unit_name", name)
    add(question, "unitgradingtype", "1")
    add(question, "unitpenalty", "1")
    # A field to write the unit into, to the right of the number.
    add(question, "showunits", "0")
    add(question, "unitsleft", "0")
