"""Writes Moodle's GIFT."""

import re
from collections.abc import Sequence
from fractions import Fraction

from django.utils.translation import gettext as _

from .drafts import ChoiceDraft, LeftOut, QuestionDraft, clean_line
from .markup import draw_lines
from .weights import write_percent

KINDS = {
    "single_choice",
    "multiple_choice",
    "true_false",
    "matching",
    "numeric",
    "short_text",
}


def find_obstacle(draft: QuestionDraft) -> str:
    """Why GIFT cannot hold the question; "" if it can."""
    if draft.kind not in KINDS:
        return _("GIFT has no such kind of question.")
    if draft.kind in ("multiple_choice", "matching") and not draft.parameters["partial_credit"]:
        return _("In GIFT such a question always gives partial credit.")
    if draft.kind == "numeric" and draft.parameters["units"]:
        return _("GIFT knows no units.")
    if draft.kind == "short_text" and any("*" in each.text for each in draft.choices):
        return _("In GIFT “*” in a wording stands for any text.")
    if draft.kind == "short_text" and any("->" in each.text for each in draft.choices):
        return _("In GIFT “->” in a wording would make it a matching question.")
    if draft.kind == "matching" and any(each.feedback for each in draft.choices):
        return _("GIFT knows no feedback on pairs.")
    return ""


def write(drafts: Sequence[QuestionDraft], left_out: Sequence[LeftOut]) -> bytes:
    lines = [f"// {clean_line(each.key)}: {clean_line(each.reason)}" for each in left_out]
    items = ["\n".join(lines)] if lines else []
    items += [write_item(draft) for draft in drafts]
    return ("\n\n".join(items) + "\n").encode()


def protect(text: str) -> str:
    return re.sub(r"([~=#{}:\\])", r"\\\1", text).replace("\n", "\\n")


def write_html(text: str) -> str:
    """Plain text inside a question written in HTML."""
    # A leading bracket could be read as the name of a format.
    return protect(draw_lines(text).replace("[", "&#91;"))


def write_plain(text: str) -> str:
    return ("[plain]" if text.startswith("[") else "") + protect(text)


def write_item(draft: QuestionDraft) -> str:
    values = [f"[id:{draft.key}]"] if draft.key else []
    values += ["[tag:" + re.sub(r"([\]\\])", r"\\\1", tag) + "]" for tag in draft.tags]
    comment = f"// {' '.join(values)}\n" if values else ""
    title = f"::{protect(draft.key)}::" if draft.key else ""
    answers = write_answers(draft)
    if draft.explanation:
        answers += "####" + write_html(draft.explanation)
    return f"{comment}{title}[html]{protect(draft.stem)}{{{answers}}}"


def write_answers(draft: QuestionDraft) -> str:
    if draft.kind == "true_false":
        return "TRUE" if draft.parameters["statement_is_true"] else "FALSE"
    if draft.kind == "numeric":
        return f"#{draft.parameters['value']}:{draft.parameters['tolerance']}"
    if draft.kind == "matching":
        return " ".join(
            f"={write_html(each.text)} -> {protect(each.match)}" for each in draft.choices
        )
    if draft.kind == "short_text":
        return " ".join(
            f"=%{100 if each.is_right else 0}%{write_plain(each.text)}{write_feedback(each)}"
            for each in draft.choices
        )
    return " ".join(
        f"{write_sign(draft, each)}{write_html(each.text)}{write_feedback(each)}"
        for each in draft.choices
    )


def write_feedback(choice: ChoiceDraft) -> str:
    return f"#{write_html(choice.feedback)}" if choice.feedback else ""


def write_sign(draft: QuestionDraft, choice: ChoiceDraft) -> str:
    if draft.kind == "single_choice":
        if choice.text.startswith("%"):
            # It would be taken for a weight.
            return "=%100%" if choice.is_right else "~%0%"
        return "=" if choice.is_right else "~"
    share = Fraction(1, sum(each.is_right for each in draft.choices) or 1)
    return f"~%{write_percent(share if choice.is_right else -share)}%"
