"""Reads Moodle's GIFT: https://docs.moodle.org/en/GIFT_format."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

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
    refuse_format,
    write_decimal,
)
from .markup import clean_html, draw_markdown, draw_paragraphs, read_line, read_text
from .weights import (
    judge_multiple,
    judge_single,
    judge_wordings,
    read_choice_text,
    read_decimal,
    read_weight,
    refuse_media,
)

ESCAPED = "~=#{}:\\n"
FORMATS = {"html", "plain", "moodle", "markdown"}
WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d*)?)%")
# What is not closed is taken to the end of the line, so that no sign is looked at twice.
COMMENT_VALUE = re.compile(r"\[(id|tag):((?:[^\]\\]|\\.?)*+)(\]|\Z)")
TITLE_INSIDE = re.compile(r"\n[^\S\n]*::")
# Bytes that no text holds, and how pictures and documents begin.
BINARY = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f]")
SIGNATURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF", b"{\\rtf", b"\x1f\x8b")
KANA = re.compile("[ぁ-んァ-ヶ]")
TRUTH = {"T": True, "TRUE": True, "F": False, "FALSE": False}


@dataclass
class Item:
    """The lines between two blank ones."""

    line: int
    lines: list[str] = field(default_factory=list)
    key: str = ""
    tags: list[str] = field(default_factory=list)
    category: tuple[str, ...] = ()


@dataclass
class Text:
    """A piece of GIFT with the format it is written in."""

    raw: str
    form: str

    @property
    def html(self) -> str:
        if self.form == "plain":
            return draw_paragraphs(self.raw)
        if self.form == "moodle":
            # Moodle's own format is HTML in which line breaks count.
            return self.raw.replace("\n", "<br>")
        if self.form == "html":
            return self.raw
        return draw_markdown(self.raw)

    @property
    def line(self) -> str:
        """For a choice: its words, without markup."""
        return clean_line(self.raw) if self.form == "plain" else read_choice_text(self.html)

    @property
    def words(self) -> str:
        return self.raw if self.form == "plain" else read_text(self.html)


class Escapes:
    """Escaped characters stand aside while the structure is read. Their stand-ins are private
    characters that the file itself does not use."""

    def __init__(self, text: str) -> None:
        base = next(
            (
                base
                for base in range(0xF0000, 0xFF000, 0x100)
                if not any(chr(base + ord(char)) in text for char in ESCAPED)
            ),
            None,
        )
        if base is None:
            raise Unreadable(_("The file holds characters that cannot be read."))
        self.hidden = {char: chr(base + ord(char)) for char in ESCAPED}
        self.shown = {ord(hidden): char for char, hidden in self.hidden.items()}
        self.shown[ord(self.hidden["n"])] = "\n"

    def hide(self, text: str) -> str:
        return re.sub(
            r"\\(.)", lambda match: self.hidden.get(match[1], match[0]), text, flags=re.DOTALL
        )

    def show(self, text: str) -> str:
        return text.translate(self.shown)


def decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif data.startswith(SIGNATURES) or BINARY.search(data.rstrip(b"\x1a")):
        refuse_format()
    else:
        # Shift_JIS last: nearly any bytes are some text in it.
        encodings = ["utf-8-sig", "cp932"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        # Bytes of Western Europe are kanji in Shift_JIS, but no kana.
        if "\0" not in text and (encoding != "cp932" or KANA.search(text)):
            return text
    raise Unreadable(_("The file is neither text in UTF-8 nor in Shift_JIS."))


def read_value(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text).strip(SPACING)


def split_items(text: str) -> list[Item]:
    """A line with a category stands alone, with or without blank lines around it."""
    items = []
    item: Item | None = None
    category: tuple[str, ...] = ()
    for number, line in enumerate(text.split("\n"), start=1):
        stripped = line.strip(SPACING)
        if not stripped:
            item = None
            continue
        if stripped.startswith("$CATEGORY:"):
            category = name_category(stripped.removeprefix("$CATEGORY:"))
            if item and item.lines:
                item = None
            continue
        if item is None:
            item = Item(line=number)
            items.append(item)
        if stripped.startswith("//"):
            for name, value, end in COMMENT_VALUE.findall(stripped):
                if not end:
                    break
                if name == "id":
                    item.key = clean_key(read_value(value))
                else:
                    item.tags.append(read_value(value))
        else:
            if not item.lines:
                item.line, item.category = number, category
            item.lines.append(line)
    return [item for item in items if item.lines]


def read_format(text: str, default: str) -> Text:
    text = text.strip(SPACING)
    match = re.match(r"\[(\w+)\]", text)
    if match and match[1] in FORMATS:
        return Text(text[match.end() :].strip(SPACING), match[1])
    return Text(text, default)


class Question:
    """One item taken apart; `read` raises Refused."""

    def __init__(self, item: Item, escapes: Escapes) -> None:
        self.escapes = escapes
        text = escapes.hide("\n".join(item.lines).strip(SPACING))
        if TITLE_INSIDE.search(text):
            raise Refused(_("Another title “::” begins in it: a blank line is missing before it."))
        if text.startswith("::") and "::" in text[2:]:
            text = text[2:].split("::", 1)[1].strip(SPACING)
        start, end = text.find("{"), text.find("}")
        if start < 0 and end < 0:
            raise Refused(_("It asks nothing: it is a description."))
        if start < 0 or end < start:
            raise Refused(_("A brace “{” or “}” is missing."))
        self.answers = text[start + 1 : end].strip(SPACING)
        rest = text[end + 1 :]
        if "{" in rest or "}" in rest:
            raise Refused(
                _(
                    "It has a second pair of braces “{ }”: a blank line between two questions or "
                    "a “\\” before a brace is missing."
                )
            )
        # Text after the braces: the answer belongs into the gap.
        stem = text[:start] + (f"_____{rest}" if rest.strip(SPACING) else "")
        general = ""
        if "####" in self.answers:
            self.answers, general = (part.strip(SPACING) for part in self.answers.rsplit("####", 1))
        self.stem = self.show(stem, "moodle")
        self.form = self.stem.form
        self.explanation = [self.show(general, self.form).words] if general else []
        self.notes: list[str] = []

    def show(self, text: str, default: str) -> Text:
        text = read_format(text, default)
        return Text(self.escapes.show(text.raw).strip(SPACING), text.form)

    def read(self) -> QuestionDraft:
        refuse_media(self.stem.html)
        stem = clean_html(self.stem.html)
        if not stem:
            raise Refused(_("The question has no text."))
        kind, choices, parameters = self.read_answers()
        return QuestionDraft(
            kind=kind,
            stem=stem,
            choices=choices,
            parameters=parameters,
            explanation="\n".join(filter(None, self.explanation)),
        )

    def read_answers(self) -> tuple[str, tuple[ChoiceDraft, ...], dict[str, object]]:
        answers = self.answers
        if not answers:
            raise Refused(_("It is an essay: nobody could grade it here."))
        if answers.startswith("#"):
            return "numeric", (), self.read_numeric(answers[1:])
        if "~" in answers:
            return self.read_choices(answers)
        if "=" in answers and "->" in answers:
            return "matching", self.read_pairs(answers), {"partial_credit": True}
        word, *feedback = answers.split("#", 2)
        if word.strip(SPACING) in TRUTH:
            self.explanation += [self.show(text, self.form).words for text in feedback]
            return "true_false", (), {"statement_is_true": TRUTH[word.strip(SPACING)]}
        if word.strip(SPACING).upper() in TRUTH:
            raise Refused(
                _("Please write TRUE or FALSE in capitals, or “=” before a word to be written.")
            )
        return "short_text", judge_wordings(self.split_weighted(answers, "=")), {}

    def split_feedback(self, answer: str) -> tuple[str, str]:
        answer, _sign, feedback = answer.partition("#")
        return answer.strip(SPACING), clean_line(self.show(feedback, self.form).words)

    def split_weighted(self, answers: str, sign: str) -> list[tuple[str, Fraction, str]]:
        """(text, weight, feedback) of wordings and numbers, whose text is plain."""
        weighted = []
        check_answers(answers.count(sign))
        for answer in filter(None, (part.strip(SPACING) for part in answers.split(sign))):
            weight, rest = self.split_weight(answer, Fraction(1))
            text, feedback = self.split_feedback(rest)
            weighted.append((clean_line(self.show(text, "plain").words), weight, feedback))
        return weighted

    def split_weight(self, answer: str, default: Fraction) -> tuple[Fraction, str]:
        match = WEIGHT.match(answer)
        if not match:
            return default, answer
        return read_weight(match[1]), answer[match.end() :].strip(SPACING)

    def read_choices(self, answers: str) -> tuple[str, tuple[ChoiceDraft, ...], dict[str, object]]:
        is_single = "=" in answers
        drafts, weights = [], []
        check_answers(answers.count("=") + answers.count("~"))
        for answer in filter(None, (part.strip(SPACING) for part in re.split("~|(?==)", answers))):
            if answer.startswith("="):
                weight, rest = self.split_weight(answer[1:].strip(SPACING), Fraction(1))
            else:
                weight, rest = self.split_weight(answer, Fraction(0))
            text, feedback = self.split_feedback(rest)
            weights.append(weight)
            drafts.append((self.show(text, self.form).line, feedback))
        right = judge_single(weights) if is_single else judge_multiple(weights)
        choices = tuple(
            ChoiceDraft(text=text, is_right=is_right, feedback=feedback)
            for (text, feedback), is_right in zip(drafts, right, strict=True)
        )
        if is_single:
            return "single_choice", choices, {}
        return "multiple_choice", choices, {"partial_credit": True}

    def read_pairs(self, answers: str) -> tuple[ChoiceDraft, ...]:
        pairs = []
        check_answers(answers.count("="))
        for answer in filter(None, (part.strip(SPACING) for part in answers.split("="))):
            text, arrow, match = answer.partition("->")
            if not arrow:
                raise Refused(_("A pair has no “->”."))
            shown = self.show(text, self.form)
            pairs.append(
                ChoiceDraft(
                    text=shown.line if shown.raw else "",
                    match=clean_line(self.escapes.show(match)),
                )
            )
        return tuple(pairs)

    def read_numeric(self, answers: str) -> dict[str, object]:
        answers, _sign, wrong = answers.partition("~")
        weighted = self.split_weighted(answers, "=")
        if len(weighted) != 1:
            raise Refused(_("It has several right numbers: here there is one, with a tolerance."))
        text, weight, feedback = weighted[0]
        if weight != 1:
            raise Refused(_("A number gives a part of the point: here it is right or wrong only."))
        self.explanation += [feedback, self.split_feedback("#" + wrong.partition("#")[2])[1]]
        if ".." in text:
            low, high = (read_decimal(each) for each in text.split("..", 1))
            value, tolerance = (low + high) / 2, (high - low) / 2
        else:
            value_text, _colon, tolerance_text = text.partition(":")
            value, tolerance = read_decimal(value_text), read_decimal(tolerance_text or "0")
        if tolerance < 0:
            raise Refused(_("The tolerance is below zero."))
        return make_numeric(value, tolerance)


def make_numeric(value: Decimal, tolerance: Decimal) -> dict[str, object]:
    return {"value": write_decimal(value), "tolerance": write_decimal(tolerance), "units": []}


def read(data: bytes) -> list[Found]:
    """Raises Unreadable."""
    text = decode(data).replace("\r\n", "\n").replace("\r", "\n")
    escapes = Escapes(text)
    found = []
    for item in split_items(text):
        check_count(len(found) + 1)
        found.append(read_item(item, escapes, len(found) + 1))
    if found and "{" not in text:
        refuse_format()
    return found


def read_item(item: Item, escapes: Escapes, number: int) -> Found:
    place = _("question %(number)s (line %(line)s)") % {"number": number, "line": item.line}
    try:
        question = Question(item, escapes)
        draft = question.read()
    except Refused as refusal:
        return Found(place=place, draft=None, problems=(str(refusal),))
    tags = clean_tags([*item.tags, *item.category])
    fields = CORE_FIELDS | {"explanation"} if draft.explanation else CORE_FIELDS
    values = vars(draft) | {"key": item.key, "tags": tags}
    return Found(place, QuestionDraft(**values), (), fields | {"tags"} if tags else fields)


def name_category(path: str) -> tuple[str, ...]:
    """The last step of a category's path becomes a tag, unless Moodle made it up."""
    # A slash that belongs to a name is doubled.
    steps = [step.replace("\0", "/").strip(SPACING) for step in path.replace("//", "\0").split("/")]
    # More than a tag can hold is cut below anyway.
    name = read_line(steps[-1][:1_000])
    if name in ("", "top") or name.startswith(("$", "Default for ")):
        return ()
    return (name[:100],)
