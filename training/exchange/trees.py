"""XML from outside: no document type, so no entity to expand and nothing to fetch."""

from html import escape
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, tostring

import defusedxml.ElementTree
from defusedxml import DefusedXmlException
from django.utils.translation import gettext as _

from .drafts import CONTROL, SPACING, Unreadable

# Deeper than any question, and shallower than what the recursion of a reader can take.
MAX_DEPTH = 100


def parse_tree(data: bytes) -> Element:
    """Without namespaces: the names of QTI 2.1 and 2.2 are told apart from others by the root."""
    try:
        root = defusedxml.ElementTree.fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise Unreadable(
            _("The XML defines entities or a document type. Please remove it.")
        ) from error
    except ElementTree.ParseError as error:
        line, column = error.position
        raise Unreadable(
            _("The XML is broken at line %(line)s, column %(column)s.")
            % {"line": line, "column": column + 1}
        ) from error
    except (ValueError, LookupError) as error:
        raise Unreadable(_("The XML names an encoding that cannot be read.")) from error
    waiting = [(root, 1)]
    while waiting:
        element, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise Unreadable(_("The XML is nested too deeply."))
        element.tag = element.tag.rpartition("}")[2]
        element.attrib = {name.rpartition("}")[2]: value for name, value in element.attrib.items()}
        waiting.extend((child, depth + 1) for child in element)
    return root


def find_text(element: Element, path: str) -> str:
    return (element.findtext(path) or "").strip(SPACING)


def draw_inner(element: Element) -> str:
    """What an element holds, as HTML."""
    text = escape(element.text or "", quote=False)
    return text + "".join(tostring(child, encoding="unicode") for child in element)


def remove(parent: Element, child: Element) -> None:
    """Take an element out and leave the text after it."""
    place = list(parent).index(child)
    if child.tail:
        if place:
            parent[place - 1].tail = (parent[place - 1].tail or "") + child.tail
        else:
            parent.text = (parent.text or "") + child.tail
    parent.remove(child)


def write_tree(root: Element) -> bytes:
    for element in root.iter():
        element.text = element.text and CONTROL.sub("", element.text)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"
