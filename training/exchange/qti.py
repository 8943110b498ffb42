"""Reads QTI 2.1 and 2.2: one item, or a content package of items."""

import posixpath
from fractions import Fraction
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from .archives import open_archive, read_member
from .drafts import (
    CORE_FIELDS,
    ChoiceDraft,
    Found,
    QuestionDraft,
    Refused,
    Unreadable,
    check_answers,
    check_count,
    clean_key,
)
from .markup import clean_html, read_line, read_text
from .qti_marking import find_points, judge_processing
from .qti_texts import ELSEWHERE, find_file, is_statement, refuse_written_tags
from .trees import draw_inner, parse_tree, remove
from .unsupported import QTI
from .weights import (
    judge_multiple,
    judge_single,
    note_fixed_order,
    note_points,
    read_choice_text,
    read_number,
    refuse_media,
)

# Identifiers of items that came from here; those of others are unique only in their own package.
PREFIX = "katsuyo."
ITEM = "assessmentItem"
ANSWERS = {"simpleChoice", "simpleAssociableChoice"}
FEEDBACK = {"feedbackInline", "feedbackBlock", "modalFeedback"}


def read_item_file(data: bytes) -> list[Found]:
    return [read_item(parse_root(data), _("question 1"))]


def parse_root(data: bytes) -> Element:
    root = parse_tree(data)
    if root.tag == ITEM:
        return root
    if root.tag == "questestinterop":
        raise Unreadable(
            _(
                "It is QTI 1.2, as Canvas and older programs write it. Please export it as QTI 2.1 "
                "or 2.2, or write its questions into the Excel form."
            )
        )
    if root.tag == "manifest":
        raise Unreadable(
            _("It is the table of contents of a package. Please choose the whole package (.zip).")
        )
    if root.tag == "assessmentTest":
        raise Unreadable(
            _("It is a test without its questions. Please choose the whole package (.zip).")
        )
    if root.tag.startswith("qti-"):
        raise Unreadable(_("It is QTI 3. Please export it as QTI 2.1 or 2.2."))
    raise Unreadable(_("It is not a QTI item: there is no <assessmentItem>."))


def read_package(data: bytes) -> list[Found]:
    """The items in the order of the manifest. Raises Unreadable."""
    archive = open_archive(data)
    names = set(archive.namelist())
    if "imsmanifest.xml" not in names:
        raise Unreadable(_("The zip file is no content package: it has no imsmanifest.xml."))
    manifest = parse_tree(read_member(archive, "imsmanifest.xml"))
    base = manifest.get("base", "")
    found: list[Found] = []
    for resource in manifest.iter("resource"):
        kind = resource.get("type", "")
        if not kind.startswith("imsqti_item") and not kind.startswith("imsqti_xmlv1"):
            continue
        check_count(len(found) + 1)
        href = urlsplit(resource.get("href") or find_file(resource)).path
        path = posixpath.normpath(posixpath.join(base, resource.get("base", ""), unquote(href)))
        place = _("question %(number)s (%(name)s)") % {"number": len(found) + 1, "name": path[:80]}
        try:
            root = parse_root(read_member(archive, path))
        except Unreadable as error:
            found.append(Found(place, None, (str(error),)))
        else:
            found.append(read_item(root, place))
    if not found:
        if any("x-bb-" in each.get("type", "") for each in manifest.iter("resource")):
            raise Unreadable(
                _("It is an export of Blackboard's own. Please export it as QTI 2.1 or 2.2.")
            )
        raise Unreadable(_("The package holds no item of QTI 2.1 or 2.2."))
    return found


def read_item(root: Element, place: str) -> Found:
    try:
        reader = Reader(root)
        draft = reader.read()
    except Refused as refusal:
        return Found(place, None, (str(refusal),))
    fields = CORE_FIELDS | {"explanation"} if draft.explanation else CORE_FIELDS
    return Found(place, draft, tuple(dict.fromkeys(reader.notes)), fields)


class Reader:
    """`read` raises Refused. The tree is taken apart on the way."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.notes: list[str] = []
        # Feedback on a statement's two answers, which has no place beside them here.
        self.said: list[str] = []

    def read(self) -> QuestionDraft:
        if self.root.get("adaptive") == "true":
            raise Refused(_("It adapts to the answer, which is not known here."))
        if self.root.find("templateDeclaration") is not None:
            raise Refused(_("It is made of a template with values drawn by chance."))
        if any(each.tag in ELSEWHERE for each in self.root.iter()):
            raise Refused(_("A part of its text stands in another file or is made when asked."))
        body = self.root.find("itemBody")
        if body is None:
            raise Refused(_("The question has no text."))
        self.take_asides(body)
        if not self.root.get("identifier", "").startswith(PREFIX):
            refuse_written_tags(body)
        interactions = [each for each in body.iter() if each.tag.endswith("Interaction")]
        if len(interactions) != 1:
            raise Refused(
                _("It has %(count)s places to answer: here a question has one.")
                % {"count": len(interactions)}
            )
        interaction = interactions[0]
        reader = READERS.get(interaction.tag)
        if reader is None:
            raise Refused(
                str(
                    QTI.get(interaction.tag)
                    or _("“%(kind)s” is not known here.") % {"kind": interaction.tag[:60]}
                )
            )
        check_answers(sum(each.tag in ANSWERS for each in interaction.iter()))
        declaration = self.find_declaration(interaction.get("responseIdentifier", ""))
        self.weigh(declaration)
        self.notes += filter(None, [note_points(find_points(self.root))])
        kind, choices, parameters = reader(self, interaction)
        identifier = self.root.get("identifier", "")
        return QuestionDraft(
            key=clean_key(identifier.removeprefix(PREFIX)) if identifier.startswith(PREFIX) else "",
            kind=kind,
            stem=self.read_stem(body, interaction),
            choices=choices,
            parameters=parameters,
            explanation=self.read_explanation(),
        )

    def find_declaration(self, identifier: str) -> Element:
        for declaration in self.root.iterfind("responseDeclaration"):
            if declaration.get("identifier") == identifier:
                return declaration
        raise Refused(_("It does not say what the right answer is."))

    def weigh(self, declaration: Element) -> None:
        """How answers are marked: either all of `right` or the weights of `mapping`."""
        self.cardinality = declaration.get("cardinality", "single")
        self.right = [
            (each.text or "").strip() for each in declaration.iterfind("correctResponse/value")
        ]
        mapping = declaration.find("mapping")
        self.mapping = Element("mapping") if mapping is None else mapping
        self.is_mapped = False
        marking = judge_processing(self.root, declaration.get("identifier", ""))
        self.is_mapped = marking == "map_response"
        if not marking:
            self.notes.append(_("It does not say how it is marked: all right, or no point."))
        if self.is_mapped and mapping is None:
            raise Refused(_("It does not say how answers are weighted."))
        if not self.is_mapped and not self.right:
            raise Refused(_("It does not say what the right answer is."))

    def read_weights(self, names: list[str]) -> list[Fraction]:
        """Shares of the whole point; where nothing is mapped, the point goes to what is right."""
        named = [each.get("mapKey", "") for each in self.mapping.iterfind("mapEntry")]
        known = self.right if not self.is_mapped else named
        if len(set(names)) < len(names) or len(set(known)) < len(known) or set(known) - set(names):
            raise Refused(_("Its key names a choice that is not there, or one twice."))
        if not self.is_mapped:
            return [Fraction(name in self.right) for name in names]
        default = read_number(self.mapping.get("defaultValue", "0"))
        marks = {
            each.get("mapKey", ""): read_number(each.get("mappedValue", "0"))
            for each in self.mapping.iterfind("mapEntry")
        }
        weights = [marks.get(name, default) for name in names]
        gains = [weight for weight in weights if weight > 0]
        # One choice alone gives the point, or all that are right together.
        whole = max(gains, default=0) if self.cardinality == "single" else sum(gains)
        bound = self.mapping.get("upperBound")
        if whole <= 0 or (bound is not None and read_number(bound) < whole * Fraction(999, 1000)):
            raise Refused(_("The weights of the right answers do not add up to the point."))
        if not find_points(self.root):
            self.notes += filter(None, [note_points(str(float(whole)))])
        return [weight / whole for weight in weights]

    def read_choice(
        self, interaction: Element
    ) -> tuple[str, tuple[ChoiceDraft, ...], dict[str, object]]:
        elements = list(interaction.iterfind("simpleChoice"))
        names = [each.get("identifier", "") for each in elements]
        is_mixed = any(each.get("fixed") != "true" for each in elements)
        if is_mixed and any(each.get("fixed") == "true" for each in elements):
            self.notes.append(_("A choice has a fixed place there: do not shuffle it here."))
        elif interaction.get("shuffle") != "true" and not is_statement(elements):
            self.notes.append(note_fixed_order())
        if self.cardinality not in ("single", "multiple"):
            raise Refused(_("It is marked by rules of its own."))
        weights = self.read_weights(names)
        feedback = [
            self.take_feedback(each) or self.take_modal_feedback(name)
            for each, name in zip(elements, names, strict=True)
        ]
        if self.cardinality == "single":
            right = judge_single(weights)
            if is_statement(elements):
                self.said = [text for text in feedback if text]
                return (
                    "true_false",
                    (),
                    {"statement_is_true": names[right.index(True)].lower() == "true"},
                )
            parameters: dict[str, object] = {}
        elif self.is_mapped:
            right, parameters = judge_multiple(weights), {"partial_credit": True}
            # Without a bound the mark of wrong choices alone lies below zero.
            if not all(right) and read_number(self.mapping.get("lowerBound", "-1")) != 0:
                raise Refused(_("Its mark can fall below zero, which it cannot here."))
        else:
            right, parameters = [weight > 0 for weight in weights], {"partial_credit": False}
        if self.cardinality == "multiple":
            limit = interaction.get("maxChoices", "1")
            if limit.isdecimal() and 0 < int(limit[:6]) < sum(right):
                raise Refused(_("Fewer choices may be chosen than are right."))
        choices = tuple(
            ChoiceDraft(text=read_choice_text(draw_inner(each)), is_right=is_right, feedback=said)
            for each, is_right, said in zip(elements, right, feedback, strict=True)
        )
        kind = "single_choice" if self.cardinality == "single" else "multiple_choice"
        return kind, choices, parameters

    def read_order(
        self, interaction: Element
    ) -> tuple[str, tuple[ChoiceDraft, ...], dict[str, object]]:
        if self.is_mapped:
            raise Refused(_("Places are weighted, which is not known here."))
        if self.cardinality != "ordered":
            raise Refused(_("It is marked by rules of its own."))
        texts = {
            each.get("identifier", ""): read_choice_text(draw_inner(each))
            for each in interaction.iterfind("simpleChoice")
        }
        if sorted(self.right) != sorted(texts):
            raise Refused(_("Not all entries have a place in the right order."))
        choices = tuple(ChoiceDraft(text=texts[name]) for name in self.right)
        return "ordering", choices, {"partial_credit": False}

    def read_match(
        self, interaction: Element
    ) -> tuple[str, tuple[ChoiceDraft, ...], dict[str, object]]:
        sets = list(interaction.iterfind("simpleMatchSet"))
        if len(sets) != 2:
            raise Refused(_("It does not hold two lists to match."))
        sources, targets = (
            {
                each.get("identifier", ""): read_choice_text(draw_inner(each))
                for each in matched.iterfind("simpleAssociableChoice")
            }
            for matched in sets
        )
        pairs = self.list_pairs()
        matches = dict(pairs)
        if (
            len(matches) < len(pairs)
            or set(matches) != set(sources)
            or not set(matches.values()) <= set(targets)
        ):
            raise Refused(_("Not every entry belongs to exactly one other."))
        choices = [
            ChoiceDraft(text=text, match=targets[matches[name]]) for name, text in sources.items()
        ]
        used = set(matches.values())
        choices += [ChoiceDraft(match=text) for name, text in targets.items() if name not in used]
        return "matching", tuple(choices), {"partial_credit": self.is_mapped}

    def list_pairs(self) -> list[tuple[str, str]]:
        names = self.right
        if self.is_mapped:
            entries = list(self.mapping.iterfind("mapEntry"))
            marks = [read_number(each.get("mappedValue", "0")) for each in entries]
            default = read_number(self.mapping.get("defaultValue", "0"))
            right = [mark for mark in marks if mark > 0]
            if default != 0 or any(mark < 0 for mark in marks) or len(set(right)) > 1:
                raise Refused(_("Pairs are weighted, which is not known here."))
            bound = self.mapping.get("upperBound")
            if bound is not None and read_number(bound) < sum(right) * Fraction(999, 1000):
                raise Refused(_("The weights of the right answers do not add up to the point."))
            names = [
                each.get("mapKey", "")
                for each, mark in zip(entries, marks, strict=True)
                if mark > 0
            ]
        pairs = [tuple(name.split()) for name in names]
        if any(len(pair) != 2 for pair in pairs):
            raise Refused(_("It does not say what the right answer is."))
        return [(pair[0], pair[1]) for pair in pairs]

    def take_feedback(self, element: Element) -> str:
        said = []
        for child in list(element):
            if child.tag in FEEDBACK:
                said.append(read_line(draw_inner(child)))
                remove(element, child)
        return " ".join(filter(None, said))

    def take_modal_feedback(self, name: str) -> str:
        """What is said to whoever chose `name`, where the feedback is chosen by the answer."""
        said = []
        for outcome in self.root.iterfind("responseProcessing/setOutcomeValue"):
            if len(outcome) != 1 or outcome[0].tag != "variable":
                continue
            for each in self.root.findall("modalFeedback"):
                if (
                    each.get("outcomeIdentifier") == outcome.get("identifier")
                    and each.get("identifier") == name
                    and each.get("showHide", "show") == "show"
                ):
                    said.append(read_line(draw_inner(each)))
                    self.root.remove(each)
        return " ".join(filter(None, said))

    def take_asides(self, body: Element) -> None:
        """What is not for the candidate goes; a passage or an instruction for them stays."""
        for parent in list(body.iter()):
            for child in list(parent):
                if child.tag == "stylesheet":
                    remove(parent, child)
                elif child.tag == "infoControl":
                    self.notes.append(_("Hints and feedback on the whole answer are left behind."))
                    remove(parent, child)
                elif child.tag == "rubricBlock":
                    if "candidate" in child.get("view", "candidate"):
                        child.tag = "div"
                    else:
                        self.notes.append(_("Notes for those who teach or mark are left behind."))
                        remove(parent, child)

    def read_stem(self, body: Element, interaction: Element) -> str:
        # The prompt stands where the answer was given.
        prompt, tail = interaction.find("prompt"), interaction.tail
        interaction.clear()
        interaction.tag, interaction.tail = "div", tail
        if prompt is not None:
            prompt.tag, prompt.tail = "div", None
            interaction.append(prompt)
        for parent in list(body.iter()):
            for child in list(parent):
                if child.tag in FEEDBACK:
                    self.notes.append(_("Hints and feedback on the whole answer are left behind."))
                    remove(parent, child)
        html = draw_inner(body)
        refuse_media(html)
        stem = clean_html(html)
        if not stem:
            raise Refused(_("The question has no text."))
        return stem

    def read_explanation(self) -> str:
        said = self.said
        for each in self.root.iterfind("modalFeedback"):
            if each.get("identifier", "").lower() in ("explanation", "solution", "general_fb"):
                said.append(read_text(draw_inner(each)))
            else:
                self.notes.append(_("Hints and feedback on the whole answer are left behind."))
        return "\n".join(filter(None, said))


READERS = {
    "choiceInteraction": Reader.read_choice,
    "orderInteraction": Reader.read_order,
    "matchInteraction": Reader.read_match,
}
