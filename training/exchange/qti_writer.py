"""Writes a QTI 2.1 content package."""

import io
import zipfile
from collections.abc import Sequence
from fractions import Fraction
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from django.utils.translation import gettext as _

from .drafts import ChoiceDraft, LeftOut, QuestionDraft, clean_line
from .markup import draw_lines
from .qti import PREFIX
from .trees import write_tree
from .weights import write_percent

KINDS = {"single_choice", "multiple_choice", "true_false", "ordering", "matching"}
QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"
PACKAGE = "http://www.imsglobal.org/xsd/imscp_v1p1"
TRUTHS = {"true": "正しい", "false": "誤り"}
# A content package has a place for everything but a date of making, and a zip must have one.
MADE_ON = (1980, 1, 1, 0, 0, 0)


def find_obstacle(draft: QuestionDraft) -> str:
    """Why the format cannot hold the question; "" if it can."""
    if draft.kind not in KINDS:
        return _("Only questions with choices can be written as QTI.")
    if draft.kind == "ordering" and draft.parameters["partial_credit"]:
        return _("In QTI an order is either right or wrong.")
    if draft.kind in ("ordering", "matching") and any(each.feedback for each in draft.choices):
        return _("QTI knows no feedback on pairs or places.")
    return ""


def write(drafts: Sequence[QuestionDraft], left_out: Sequence[LeftOut]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        manifest = Element("manifest", xmlns=PACKAGE, identifier="katsuyo-questions")
        SubElement(manifest, "metadata")
        SubElement(manifest, "organizations")
        resources = SubElement(manifest, "resources")
        for number, draft in enumerate(drafts, start=1):
            name = f"items/{number:04}.xml"
            add_member(archive, name, write_tree(write_item(draft, number)))
            resource = SubElement(
                resources,
                "resource",
                identifier=f"item-{number}",
                type="imsqti_item_xmlv2p1",
                href=name,
            )
            SubElement(resource, "file", href=name)
        add_member(archive, "imsmanifest.xml", write_tree(manifest))
        if left_out:
            lines = [f"{clean_line(each.key)}: {clean_line(each.reason)}\n" for each in left_out]
            add_member(archive, "left-out.txt", "".join(lines).encode())
    return file.getvalue()


def add_member(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    member = zipfile.ZipInfo(name, MADE_ON)
    member.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(member, data)


def write_item(draft: QuestionDraft, number: int) -> Element:
    item = Element(
        "assessmentItem",
        xmlns=QTI,
        identifier=f"{PREFIX}{draft.key}" if draft.key else f"item-{number}",
        title=draft.key or f"item {number}",
        adaptive="false",
        timeDependent="false",
    )
    is_mapped = bool(draft.parameters.get("partial_credit"))
    declare_answer(item, draft, is_mapped)
    declare_outcome(item, "SCORE", "float")
    if draft.explanation:
        declare_outcome(item, "SHOWN", "identifier")
    if any(each.feedback for each in draft.choices):
        SubElement(
            item,
            "outcomeDeclaration",
            identifier="FEEDBACK",
            cardinality="multiple" if draft.kind == "multiple_choice" else "single",
            baseType="identifier",
        )
    body = SubElement(item, "itemBody")
    body.extend(parse_inner(draft.stem))
    body.append(draw_interaction(draft))
    process(item, draft, is_mapped)
    if draft.explanation:
        feedback = SubElement(
            item,
            "modalFeedback",
            outcomeIdentifier="SHOWN",
            identifier="explanation",
            showHide="show",
        )
        feedback.extend(parse_inner(f"<p>{draw_lines(draft.explanation)}</p>"))
    return item


def parse_inner(html: str) -> list[Element]:
    return list(ElementTree.fromstring(f"<div>{html}</div>"))  # noqa: S314 - our own


def name_choice(number: int) -> str:
    return f"choice-{number}"


def list_targets(draft: QuestionDraft) -> list[str]:
    return list(dict.fromkeys(each.match for each in draft.choices if each.match))


def declare_outcome(item: Element, identifier: str, base: str) -> None:
    SubElement(
        item, "outcomeDeclaration", identifier=identifier, cardinality="single", baseType=base
    )


def declare_answer(item: Element, draft: QuestionDraft, is_mapped: bool) -> None:
    cardinality = {"ordering": "ordered", "matching": "multiple", "multiple_choice": "multiple"}
    declaration = SubElement(
        item,
        "responseDeclaration",
        identifier="RESPONSE",
        cardinality=cardinality.get(draft.kind, "single"),
        baseType="directedPair" if draft.kind == "matching" else "identifier",
    )
    right = list_right(draft)
    correct = SubElement(declaration, "correctResponse")
    for name in right:
        SubElement(correct, "value").text = name
    if not is_mapped:
        return
    mapping = SubElement(declaration, "mapping", lowerBound="0", upperBound="1", defaultValue="0")
    share = Fraction(1, len(right) or 1)
    marks = dict.fromkeys(right, share)
    if draft.kind == "multiple_choice":
        every = [name_choice(number) for number in range(1, len(draft.choices) + 1)]
        marks = {name: marks.get(name, -share) for name in every}
    for name, mark in marks.items():
        SubElement(mapping, "mapEntry", mapKey=name, mappedValue=write_percent(mark / 100))


def list_right(draft: QuestionDraft) -> list[str]:
    if draft.kind == "true_false":
        return ["true" if draft.parameters["statement_is_true"] else "false"]
    numbered = list(enumerate(draft.choices, start=1))
    if draft.kind == "ordering":
        return [name_choice(number) for number, _choice in numbered]
    if draft.kind == "matching":
        targets = list_targets(draft)
        return [
            f"{name_choice(number)} target-{targets.index(choice.match) + 1}"
            for number, choice in numbered
            if choice.text
        ]
    return [name_choice(number) for number, choice in numbered if choice.is_right]


def draw_interaction(draft: QuestionDraft) -> Element:
    if draft.kind == "matching":
        return draw_match(draft)
    is_order = draft.kind == "ordering"
    interaction = Element(
        "orderInteraction" if is_order else "choiceInteraction",
        responseIdentifier="RESPONSE",
        shuffle="false" if draft.kind == "true_false" else "true",
    )
    if not is_order:
        interaction.set("maxChoices", "0" if draft.kind == "multiple_choice" else "1")
    if draft.kind == "true_false":
        for name, word in TRUTHS.items():
            SubElement(interaction, "simpleChoice", identifier=name).text = word
    for number, choice in enumerate(draft.choices, start=1):
        draw_choice(interaction, choice, name_choice(number))
    return interaction


def draw_choice(interaction: Element, choice: ChoiceDraft, name: str) -> None:
    element = SubElement(interaction, "simpleChoice", identifier=name)
    element.text = choice.text
    if choice.feedback:
        feedback = SubElement(
            element,
            "feedbackInline",
            outcomeIdentifier="FEEDBACK",
            identifier=name,
            showHide="show",
        )
        feedback.text = choice.feedback


def draw_match(draft: QuestionDraft) -> Element:
    interaction = Element(
        "matchInteraction", responseIdentifier="RESPONSE", shuffle="true", maxAssociations="0"
    )
    sources, targets = (SubElement(interaction, "simpleMatchSet") for _each in range(2))
    for number, choice in enumerate(draft.choices, start=1):
        if choice.text:
            name = name_choice(number)
            add_associable(sources, name, choice.text, "1")
    for number, match in enumerate(list_targets(draft), start=1):
        add_associable(targets, f"target-{number}", match, "0")
    return interaction


def add_associable(parent: Element, name: str, text: str, limit: str) -> None:
    element = SubElement(parent, "simpleAssociableChoice", identifier=name, matchMax=limit)
    element.text = text


def process(item: Element, draft: QuestionDraft, is_mapped: bool) -> None:
    processing = SubElement(item, "responseProcessing")
    if is_mapped:
        score = SubElement(processing, "setOutcomeValue", identifier="SCORE")
        SubElement(score, "mapResponse", identifier="RESPONSE")
    else:
        condition = SubElement(processing, "responseCondition")
        right = SubElement(condition, "responseIf")
        match = SubElement(right, "match")
        SubElement(match, "variable", identifier="RESPONSE")
        SubElement(match, "correct", identifier="RESPONSE")
        set_value(right, "SCORE", "float", "1")
        set_value(SubElement(condition, "responseElse"), "SCORE", "float", "0")
    if any(each.feedback for each in draft.choices):
        shown = SubElement(processing, "setOutcomeValue", identifier="FEEDBACK")
        SubElement(shown, "variable", identifier="RESPONSE")
    if draft.explanation:
        set_value(processing, "SHOWN", "identifier", "explanation")


def set_value(parent: Element, identifier: str, base: str, value: str) -> None:
    outcome = SubElement(parent, "setOutcomeValue", identifier=identifier)
    SubElement(outcome, "baseValue", baseType=base).text = value
