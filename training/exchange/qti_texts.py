"""Words of QTI items that are not what they seem."""

import re
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from .drafts import Refused
from .markup import read_line
from .trees import draw_inner

TRUE_WORDS = {"true", "t", "正しい", "正", "はい", "○", "yes"}
FALSE_WORDS = {"false", "f", "誤り", "誤", "いいえ", "×", "no"}
WRITTEN_TAGS = re.compile(r"<(\w+)\b[^<>]*>.*</\w+\s*>", re.DOTALL)

# Asked with every question of the item, but kept elsewhere or drawn when it is asked.
ELSEWHERE = {
    "assessmentStimulusRef",
    "include",
    "printedVariable",
    "templateBlock",
    "templateInline",
    "templateProcessing",
}


def is_statement(elements: list[Element]) -> bool:
    """Whether the choices are “true” and “false” by name, and say so: the words themselves are not
    kept."""
    said = {each.get("identifier", "").lower(): read_line(draw_inner(each)) for each in elements}
    return (
        set(said) == {"true", "false"}
        and len(elements) == 2
        and said["true"].lower() in TRUE_WORDS
        and said["false"].lower() in FALSE_WORDS
    )


def refuse_written_tags(root: Element) -> None:
    """HTML within CDATA is text to QTI, and would be shown with its tags."""
    for each in root.iter():
        for text in (each.text, each.tail):
            if WRITTEN_TAGS.fullmatch((text or "").strip()):
                raise Refused(_("Its HTML is written as text (CDATA). Please export it as XHTML."))


def find_file(resource: Element) -> str:
    file = resource.find("file")
    return "" if file is None else file.get("href", "")
