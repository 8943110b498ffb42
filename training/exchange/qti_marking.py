"""What the rules of a QTI item do with the right answer: only what the two standard templates do is
taken over."""

from typing import NoReturn
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from .drafts import Refused
from .weights import read_number

TEMPLATES = ("map_response", "match_correct")
BRANCHES = ("responseIf", "responseElseIf", "responseElse")
# Set elsewhere, what SCORE is given would not be what it seems.
WATCHED = ("SCORE", "MAXSCORE")


def judge_processing(root: Element, response: str) -> str:
    """ "match_correct", "map_response", or "" where the item does not say. Raises Refused."""
    score = root.find("outcomeDeclaration[@identifier='SCORE']/defaultValue/value")
    if score is not None and read_number(score.text or "0") != 0:
        raise_own_rules()
    processing = root.find("responseProcessing")
    if processing is None:
        return ""
    template = processing.get("template", "").rstrip("/").rpartition("/")[2].removesuffix(".xml")
    if template in TEMPLATES:
        return template
    if template or processing.get("templateLocation"):
        raise_own_rules()
    given = {Rules(root, response).judge_statement(each) for each in processing} - {"", "nothing"}
    if len(given) > 1:
        raise_own_rules()
    return given.pop() if given else ""


def find_points(root: Element) -> str:
    """What the item says that it gives at most, or "" if it does not."""
    whole = root.findtext("outcomeDeclaration[@identifier='MAXSCORE']/defaultValue/value")
    score = root.find("outcomeDeclaration[@identifier='SCORE']")
    return whole or ("" if score is None else score.get("normalMaximum", ""))


def raise_own_rules() -> NoReturn:
    raise Refused(_("It is marked by rules of its own."))


def sets_score(element: Element) -> bool:
    return any(
        each.tag in ("setOutcomeValue", "lookupOutcomeValue") and each.get("identifier") in WATCHED
        for each in element.iter()
    )


class Rules:
    """A statement or branch gives "match_correct" (the whole point), "map_response", "nothing", or
    "" if it does not speak of the score."""

    def __init__(self, root: Element, response: str) -> None:
        self.root, self.response = root, response

    def judge_statement(self, statement: Element) -> str:
        if statement.tag == "exitResponse":
            raise_own_rules()
        if not sets_score(statement):
            if next(statement.iter("exitResponse"), None) is not None:
                raise_own_rules()
            return ""
        if statement.tag == "setOutcomeValue":
            given = self.judge_value(statement)
            if given == "match_correct":
                raise_own_rules()
            return given
        if statement.tag != "responseCondition":
            raise_own_rules()
        return self.judge_condition(statement)

    def judge_condition(self, condition: Element) -> str:
        given = ""
        for branch in condition:
            asked = self.judge_question(branch)
            mark = self.judge_branch(branch)
            if mark in ("", "nothing"):
                # Where the right answer gets nothing, a later branch cannot give it anything.
                if asked == "right":
                    raise_own_rules()
                continue
            if given or (mark == "match_correct") != (asked == "right"):
                raise_own_rules()
            given = mark
        return given

    def judge_question(self, branch: Element) -> str:
        """ "right", "empty" or "else"."""
        if branch.tag not in BRANCHES:
            raise_own_rules()
        if branch.tag == "responseElse":
            return "else"
        question = branch[0] if len(branch) else branch
        while question.tag in ("and", "or") and len(question) == 1:
            question = question[0]
        parts = {(each.tag, each.get("identifier")) for each in question}
        if question.tag == "match" and parts == {
            ("variable", self.response),
            ("correct", self.response),
        }:
            return "right"
        if question.tag == "isNull" and parts == {("variable", self.response)}:
            return "empty"
        raise_own_rules()

    def judge_branch(self, branch: Element) -> str:
        given = ""
        for statement in branch if branch.tag == "responseElse" else list(branch)[1:]:
            if not sets_score(statement):
                mark = self.judge_statement(statement)
            elif statement.tag == "setOutcomeValue":
                mark = self.judge_value(statement)
            elif statement.tag == "responseCondition" and branch.tag == "responseElse":
                mark = self.judge_condition(statement)
                # The mark of an inner branch, which is the only one that gives any.
                if mark == "match_correct":
                    raise_own_rules()
            else:
                raise_own_rules()
            if mark not in ("", "nothing"):
                if given:
                    raise_own_rules()
                given = mark
        return given

    def judge_value(self, statement: Element) -> str:
        if statement.get("identifier") != "SCORE" or len(statement) != 1:
            raise_own_rules()
        value = statement[0]
        if value.tag == "sum":
            rest = [
                each
                for each in value
                if (each.tag, each.get("identifier")) != ("variable", "SCORE")
            ]
            # SCORE is 0 until one branch has given it something.
            if len(rest) != 1 or len(value) != 2:
                raise_own_rules()
            value = rest[0]
        if value.tag == "mapResponse" and value.get("identifier") == self.response:
            return "map_response"
        if value.tag == "baseValue":
            mark = read_number(value.text or "")
        elif value.tag == "variable" and value.get("identifier") == "MAXSCORE":
            path = "outcomeDeclaration[@identifier='MAXSCORE']/defaultValue/value"
            mark = read_number(self.root.findtext(path) or "")
        else:
            raise_own_rules()
        if mark < 0:
            raise_own_rules()
        return "match_correct" if mark else "nothing"
