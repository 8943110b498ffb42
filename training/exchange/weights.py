"""Foreign marks, brought to what the kinds here can give. What they cannot give is refused: a
question must not be graded otherwise than its author meant."""

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from django.utils.translation import gettext as _

from .drafts import ChoiceDraft, Refused, clean_line, write_decimal
from .markup import find_media, read_line

# As MathJax finds them in Moodle.
FORMULA = re.compile(r"\\\(.+?\\\)|\\\[.+?\\\]|\$\$.+?\$\$|\\begin\{\w+\*?\}", re.DOTALL)
LANGUAGES = re.compile(r"\{mlang\b", re.IGNORECASE)
# Moodle writes thirds and sevenths with five digits.
NEAR = Fraction(1, 2000)


def read_weight(text: str) -> Fraction:
    """Per cent, as a fraction of the point."""
    return read_number(text) / 100


def read_number(text: str) -> Fraction:
    return Fraction(read_decimal(text))


def read_decimal(text: object) -> Decimal:
    text = clean_line(text)
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    # A billion digits are a valid decimal too.
    if not number.is_finite() or abs(number.adjusted()) > 50 or len(text) > 60:
        raise Refused(_("“%(text)s” is not a number.") % {"text": text[:60]})
    return number


def note_points(text: str) -> str:
    """What is left behind of a question that gives more or less than one point; "" if nothing."""
    text = clean_line(text)
    try:
        points = read_number(text or "1")
    except Refused:
        points = Fraction(0)
    # Three thirds with five digits are one, too.
    if is_near(points, Fraction(1)):
        return ""
    return _("This is not kept: it gives %(points)s points there. Here each gives one.") % {
        "points": text[:20]
    }


def note_fixed_order() -> str:
    return _(
        "This is not kept: its choices stand in a fixed order there. Here the quiz says whether "
        "choices are shuffled."
    )


def write_percent(weight: Fraction) -> str:
    return write_decimal(Decimal(f"{float(weight * 100):.5f}"))


def is_near(one: Fraction, other: Fraction) -> bool:
    return abs(one - other) < NEAR


def judge_single(weights: Sequence[Fraction]) -> list[bool]:
    """Which choice is the right one. Raises Refused."""
    right = [is_near(weight, Fraction(1)) for weight in weights]
    if any(
        not (is_right or is_near(w, Fraction(0)))
        for w, is_right in zip(weights, right, strict=True)
    ):
        raise Refused(
            _("A choice gives a part of the point: single choice has right or wrong only.")
        )
    if sum(right) != 1:
        raise Refused(_("Not exactly one choice is right."))
    return right


def judge_multiple(weights: Sequence[Fraction]) -> list[bool]:
    """Which choices are right, where each wrong one takes away what a right one gives."""
    right = [weight > 0 for weight in weights]
    if not any(right):
        raise Refused(_("No choice is right."))
    share = Fraction(1, sum(right))
    if any(weight > 0 and not is_near(weight, share) for weight in weights):
        raise Refused(_("The right choices do not have equal weights that add up to 100%."))
    if any(weight <= 0 and not is_near(weight, -share) for weight in weights):
        raise Refused(
            _("A wrong choice does not take away what a right one gives, as it would here.")
        )
    return right


def judge_wordings(weighted: Sequence[tuple[str, Fraction, str]]) -> tuple[ChoiceDraft, ...]:
    """Accepted and foreseen wrong wordings from (text, weight, feedback)."""
    drafts = []
    for text, weight, feedback in weighted:
        if "*" in text:
            raise Refused(_("A wording holds the wildcard “*”, which is not known here."))
        if not (is_near(weight, Fraction(1)) or is_near(weight, Fraction(0))):
            raise Refused(_("A wording gives a part of the point: here it is right or wrong only."))
        drafts.append(ChoiceDraft(text=text, is_right=weight > NEAR, feedback=feedback))
    return tuple(drafts)


def refuse_media(*html: str) -> None:
    if any(find_media(each) or FORMULA.search(each) for each in html):
        raise Refused(_("It holds a picture, sound or formula. Please make it in the editor."))
    if any(LANGUAGES.search(each) for each in html):
        raise Refused(_("It holds the same text in several languages. Please keep one."))


def read_choice_text(html: str) -> str:
    refuse_media(html)
    text = read_line(html)
    if not text:
        raise Refused(_("A choice has no text."))
    return text
