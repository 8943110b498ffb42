"""Reads Moodle's XML: https://docs.moodle.org/en/Moodle_XML_format."""

from fractions import Fraction
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from .drafts import (
    CORE_FIELDS,
    SPACING,
    ChoiceDraft,
    Found,
    QuestionDraft,
    Refused,
    Unreadable,
    check_answers,
    check_count,
    clean_key,
    clean_line,
    clean_tags,
)
from .gift import make_numeric, name_category
from .markup import clean_html, draw_markdown, draw_paragraphs, read_line, read_text
from .trees import find_text, parse_tree
from .unsupported import MOODLE
from .weights import (
    NEAR,
    judge_multiple,
    judge_single,
    judge_wordings,
    note_fixed_order,
    note_points,
    read_choice_text,
    read_decimal,
    read_number,
    read_weight,
    refuse_media,
)

PARTIAL_ORDERING = "ABSOLUTE_POSITION"
WHOLE_ORDERING = "ALL_OR_NOTHING"

# The kind, its choices and its parameters.
Answers = tuple[str, tuple[ChoiceDraft, ...], dict[str, object]]


def read(data: bytes) -> list[Found]:
    """Raises Unreadable."""
    root = parse_tree(data)
    if root.tag != "quiz":
        raise Unreadable(_("It is not a file of Moodle questions: there is no <quiz>."))
    found = []
    category: tuple[str, ...] = ()
    for question in root.iterfind("question"):
        if question.get("type") == "category":
            category = name_category(
                find_text(question, "category/text") or find_text(question, "category")
            )
            continue
        check_count(len(found) + 1)
        found.append(read_question(question, category, len(found) + 1))
    return found


def read_question(question: Element, category: tuple[str, ...], number: int) -> Found:
    name = clean_line(find_text(question, "name/text"))[:60]
    place = _("question %(number)s (%(name)s)") % {"number": number, "name": name or "—"}
    try:
        draft, notes = Reader(question).read()
    except Refused as refusal:
        return Found(place=place, draft=None, problems=(str(refusal),))
    fields = CORE_FIELDS | {"explanation"} if draft.explanation else CORE_FIELDS
    tags = (*category, *(find_text(tag, "text") for tag in question.iterfind("tags/tag")))
    if tags or question.find("tags") is not None:
        fields |= {"tags"}
    key = clean_key(find_text(question, "idnumber"))
    values = vars(draft) | {"key": key, "tags": clean_tags(tags)}
    return Found(place, QuestionDraft(**values), notes, fields)


def read_html(element: Element | None, default: str = "html") -> str:
    """The <text> inside as HTML."""
    if element is None:
        return ""
    text = element.findtext("text") or ""
    form = element.get("format", default)
    if form == "plain_text":
        return draw_paragraphs(text)
    if form == "markdown":
        return draw_markdown(text)
    return text.replace("\n", "<br>") if form == "moodle_auto_format" else text


class Reader:
    """`read` raises Refused."""

    def __init__(self, question: Element) -> None:
        self.question = question
        self.notes: list[str] = []
        self.explanation = [read_text(read_html(question.find("generalfeedback")))]
        text = question.find("questiontext")
        # A choice that does not say its format has the one of the question.
        self.form = "html" if text is None else text.get("format", "html")

    def read(self) -> tuple[QuestionDraft, tuple[str, ...]]:
        kind = (self.question.get("type") or "").strip(SPACING)
        method = READERS.get(kind)
        if method is None:
            raise Refused(
                str(
                    MOODLE.get(kind)
                    or _("It is of Moodle's kind “%(kind)s”, which is not known here.")
                    % {"kind": kind[:40]}
                )
            )
        element = self.question.find("questiontext")
        html = read_html(element)
        # The old way of giving a picture.
        if find_text(self.question, "image") or find_text(self.question, "image_base64"):
            html += "<img>"
        refuse_media(html)
        if "@@PLUGINFILE@@" in html or next(self.question.iter("file"), None) is not None:
            raise Refused(_("It holds a file (picture or sound). Please make it in the editor."))
        stem = clean_html(html)
        if not stem:
            raise Refused(_("The question has no text."))
        kind, choices, parameters = method(self)
        for name in ("hint", "correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
            self.note_feedback(name)
        if note := note_points(find_text(self.question, "defaultgrade")):
            self.notes.append(note)
        # Places and pairs are always mixed, there and here.
        shuffles = find_text(self.question, "shuffleanswers").lower()
        if shuffles in ("false", "0") and kind in ("single_choice", "multiple_choice", "matching"):
            self.notes.append(note_fixed_order())
        draft = QuestionDraft(
            kind=kind,
            stem=stem,
            choices=choices,
            parameters=parameters,
            explanation="\n".join(filter(None, self.explanation)),
        )
        return draft, tuple(dict.fromkeys(self.notes))

    def note_feedback(self, name: str) -> None:
        if any(read_line(read_html(each)) for each in self.question.iterfind(name)):
            note = _("Hints and feedback on the whole answer are left behind.")
            self.notes.append(note)

    def read_answers(self) -> list[tuple[Element, Fraction, str]]:
        check_answers(len(self.question.findall("answer")))
        return [
            (
                answer,
                read_weight(answer.get("fraction") or find_text(answer, "fraction") or "0"),
                read_line(read_html(answer.find("feedback"))),
            )
            for answer in self.question.iterfind("answer")
        ]

    def read_multichoice(self) -> Answers:
        answers = self.read_answers()
        weights = [weight for _answer, weight, _feedback in answers]
        is_single = find_text(self.question, "single").lower() not in ("false", "0")
        right = judge_single(weights) if is_single else judge_multiple(weights)
        choices = self.pick_choices(answers, right)
        if is_single:
            return "single_choice", choices, {}
        return "multiple_choice", choices, {"partial_credit": True}

    def read_multichoiceset(self) -> Answers:
        """Of the plugin “All-or-Nothing Multiple Choice”."""
        answers = self.read_answers()
        right = [weight > NEAR for _answer, weight, _feedback in answers]
        if not any(right):
            raise Refused(_("No choice is right."))
        return "multiple_choice", self.pick_choices(answers, right), {"partial_credit": False}

    def pick_choices(
        self, answers: list[tuple[Element, Fraction, str]], right: list[bool]
    ) -> tuple[ChoiceDraft, ...]:
        return tuple(
            ChoiceDraft(
                text=read_choice_text(read_html(answer, self.form)),
                is_right=is_right,
                feedback=feedback,
            )
            for (answer, _weight, feedback), is_right in zip(answers, right, strict=True)
        )

    def read_truefalse(self) -> Answers:
        truth = {
            find_text(answer, "text").lower(): (weight, feedback)
            for answer, weight, feedback in self.read_answers()
        }
        if set(truth) != {"true", "false"}:
            raise Refused(_("It does not say whether the statement is true."))
        right = judge_single([truth["true"][0], truth["false"][0]])
        self.explanation += [feedback for _weight, feedback in truth.values()]
        return "true_false", (), {"statement_is_true": right[0]}

    def read_shortanswer(self) -> Answers:
        weighted = [
            (clean_line(find_text(answer, "text")), weight, feedback)
            for answer, weight, feedback in self.read_answers()
        ]
        is_strict = find_text(self.question, "usecase") == "1"
        if is_strict and any(text.lower() != text.upper() for text, _weight, _fb in weighted):
            raise Refused(_("Capital and small letters are told apart, which is not so here."))
        return "short_text", judge_wordings(weighted), {}

    def read_numerical(self) -> Answers:
        answers = self.read_answers()
        right = [each for each in answers if each[1] > NEAR]
        if len(right) != 1:
            raise Refused(_("It has several right numbers: here there is one, with a tolerance."))
        answer, weight, _feedback = right[0]
        if weight != 1:
            raise Refused(_("A number gives a part of the point: here it is right or wrong only."))
        self.explanation += [feedback for _answer, _weight, feedback in answers]
        tolerance = read_decimal(find_text(answer, "tolerance") or "0")
        if tolerance < 0:
            raise Refused(_("The tolerance is below zero."))
        value = read_decimal(find_text(answer, "text"))
        parameters = make_numeric(value, tolerance) | {"units": self.read_units()}
        return "numeric", (), parameters

    def read_units(self) -> list[str]:
        units = list(self.question.iterfind("units/unit"))
        # 0: a unit is graded not at all, or it may be left away.
        if not units or find_text(self.question, "unitgradingtype") in ("", "0"):
            if units:
                self.notes.append(_("Units are left behind: there they may be left away."))
            return []
        if find_text(self.question, "showunits") not in ("", "0"):
            raise Refused(_("The unit is chosen from a list, which is not known here."))
        penalty = find_text(self.question, "unitpenalty") or "1"
        if not read_number(penalty) == 1 or any(
            read_number(find_text(unit, "multiplier") or "1") != 1 for unit in units
        ):
            raise Refused(_("Its units are converted or give a part of the point."))
        return [clean_line(find_text(unit, "unit_name")) for unit in units]

    def read_matching(self) -> Answers:
        pairs = []
        check_answers(len(self.question.findall("subquestion")))
        for pair in self.question.iterfind("subquestion"):
            html = read_html(pair)
            refuse_media(html)
            match = clean_line(find_text(pair, "answer/text"))
            if read_line(html) or match:
                pairs.append(ChoiceDraft(text=read_line(html), match=match))
        return "matching", tuple(pairs), {"partial_credit": True}

    def read_ordering(self) -> Answers:
        grading = find_text(self.question, "gradingtype").upper()
        if grading not in (PARTIAL_ORDERING, WHOLE_ORDERING):
            raise Refused(
                _("Places are graded in relation to each other, which is not known here.")
            )
        if find_text(self.question, "selecttype").upper() not in ("", "ALL"):
            raise Refused(_("Only some of the entries are asked, which is not known here."))
        check_answers(len(self.question.findall("answer")))
        choices = tuple(
            ChoiceDraft(text=read_choice_text(read_html(answer)))
            for answer in self.question.iterfind("answer")
        )
        return "ordering", choices, {"partial_credit": grading == PARTIAL_ORDERING}


READERS = {
    "multichoice": Reader.read_multichoice,
    "multichoiceset": Reader.read_multichoiceset,
    "truefalse": Reader.read_truefalse,
    "shortanswer": Reader.read_shortanswer,
    "numerical": Reader.read_numerical,
    "matching": Reader.read_matching,
    "ordering": Reader.read_ordering,
}
