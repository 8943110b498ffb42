"""The raw values of StreamFields, walked along the definitions of their blocks: what a course file
says of images, documents and pages is put in the place of this site's numbers, and back."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape, unescape
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import SuspiciousOperation, ValidationError
from django.utils.functional import cached_property
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.admin.rich_text.converters.html_to_contentstate import HtmlToContentStateHandler
from wagtail.blocks import (
    Block,
    BooleanBlock,
    ChooserBlock,
    FieldBlock,
    IntegerBlock,
    ListBlock,
    RichTextBlock,
    StreamBlock,
    StructBlock,
)
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.rich_text import features

# Reserved (RFC 2606): it leads nowhere, and the editor's rich text takes it for an address.
WITHIN = "https://katsuyo-course.invalid/"
INNER_LINK = re.compile(r'<a\b[^>]*\blinktype="(page|document)"[^>]*>')
LINK_ID = re.compile(r'\bid="(\d+)"')
# Up to the next link only: a file of links that never end would take hours.
FILE_LINK = re.compile(
    rf'<a href="{WITHIN}(page|document|site)/([^"]*)">((?:(?!</?a\b).)*)</a>', re.DOTALL
)
BLOCK_KEY = re.compile(r' data-block-key="[^"]*"')
CLASSES = re.compile(r"[\w -]*")
# What stands inside is no text, though it is written between tags.
SILENT = {"script", "style"}
SEEN_WITHOUT_WORDS = re.compile(r"<(audio|embed|hr|iframe|img|object|svg|video)\b", re.IGNORECASE)
# Of blocks that were stored before blocks had ids.
NAMESPACE = UUID("7b1c1f9e-3a53-4d3c-9a0f-5a2b1f0c6d11")
TABLE_TEXTS = ("table_caption", "table_header_choice")
TABLE_SWITCHES = ("first_row_is_table_header", "first_col_is_header")

Leaf = Callable[[Block, Any], Any]


class Malformed(Exception):
    """The value is not one of its block; the message is for the editor, with the place."""

    def at(self, place: object) -> "Malformed":
        return Malformed(_("%(place)s › %(problem)s") % {"place": place, "problem": self})


def walk(block: Block, value: Any, leaf: Leaf, *, path: str = "") -> Any:
    """A copy in which each value that holds no other one is what `leaf` makes of it. Raises
    Malformed."""
    if isinstance(block, StreamBlock):
        return [
            {
                "type": each["type"],
                "id": _read_id(each, f"{path}/{number}"),
                "value": _step(
                    _child_of(block, each), each["value"], leaf, number, f"{path}/{number}"
                ),
            }
            for number, each in enumerate(_expect_items(value, "type"), start=1)
        ]
    if isinstance(block, ListBlock):
        return [
            {
                "type": "item",
                "id": _read_id(each, f"{path}/{number}"),
                "value": _step(
                    block.child_block, _value_of(each), leaf, number, f"{path}/{number}"
                ),
            }
            for number, each in enumerate(_expect_items(value, ""), start=1)
        ]
    if isinstance(block, StructBlock):
        if not isinstance(value, dict) or value.keys() - block.child_blocks.keys():
            raise Malformed(_("is not as expected"))
        return {
            name: _step(
                child,
                value[name] if name in value else child.get_prep_value(child.get_default()),
                leaf,
                0,
                f"{path}/{name}",
            )
            for name, child in block.child_blocks.items()
        }
    return leaf(block, value)


def _step(block: Block, value: Any, leaf: Leaf, number: int, path: str) -> Any:
    try:
        return walk(block, value, leaf, path=path)
    except Malformed as error:
        label = str(block.label)
        raise error.at(f"{number}. {label}" if number else label) from error


def _expect_items(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list) or any(
        name and not (isinstance(each, dict) and name in each and "value" in each) for each in value
    ):
        raise Malformed(_("is not as expected"))
    return value


def _child_of(block: StreamBlock, each: dict[str, Any]) -> Block:
    child: Block | None = block.child_blocks.get(str(each["type"]))
    if child is None:
        raise Malformed(_("This site has no block “%(name)s”.") % {"name": str(each["type"])[:50]})
    return child


def _is_item(each: Any) -> bool:
    return isinstance(each, dict) and each.get("type") == "item" and "value" in each


def _value_of(each: Any) -> Any:
    return each["value"] if _is_item(each) else each


def _read_id(each: Any, path: str) -> str:
    given = each.get("id") if isinstance(each, dict) and "value" in each else None
    try:
        return str(UUID(given))
    except (TypeError, ValueError, AttributeError):
        return str(uuid5(NAMESPACE, path))


@dataclass
class Cleaner:
    """A leaf that keeps what the editor keeps when somebody saves, and nothing else; `removed`
    counts the texts that it made other ones of. A text of which nothing would be left is Malformed,
    if `is_strict`."""

    is_strict: bool = False
    removed: int = 0

    def __call__(self, block: Block, value: Any) -> Any:
        if isinstance(block, RichTextBlock):
            if not isinstance(value, str):
                raise Malformed(_("is not as expected"))
            cleaned = clean_rich_text(block, value)
            if self.is_strict and says_something(value) and not says_something(cleaned):
                raise Malformed(
                    _("Of this text nothing would be left, since no editor could keep it: %(text)s")
                    % {"text": value[:60]}
                )
            self.removed += cleaned != value
            return cleaned
        if isinstance(block, TableBlock):
            return clean_table(value)
        if isinstance(block, ChooserBlock):
            return value if isinstance(value, str) else None
        _expect_scalar(block, value)
        return value


def _expect_scalar(block: Block, value: Any) -> None:
    kinds: Any = str
    if isinstance(block, BooleanBlock):
        kinds = bool
    elif isinstance(block, IntegerBlock):
        kinds = int
    elif not isinstance(block, FieldBlock):
        kinds = ()
    if value is not None and not isinstance(value, kinds):
        raise Malformed(_("is not as expected"))


class _Handler(HtmlToContentStateHandler):
    """Wagtail's own keeps a script's lines as text for readers."""

    def handle_starttag(self, name: str, attrs: Any) -> None:
        if name in SILENT:
            self.open_elements.append((name, None))
        else:
            super().handle_starttag(name, attrs)

    def handle_data(self, content: str) -> None:
        if not (self.open_elements and self.open_elements[-1][0] in SILENT):
            super().handle_data(content)


def read_text(html: str) -> str:
    """Without tags; "" of what only attacks such reading."""
    try:
        return unescape(strip_tags(html)).strip()
    except SuspiciousOperation:
        return ""


def says_something(html: str) -> bool:
    words = read_text(html)
    return bool(words or SEEN_WITHOUT_WORDS.search(html))


def clean_rich_text(block: RichTextBlock, html: str) -> str:
    """Doing it again changes nothing. Raises Malformed."""
    wanted = block.features if block.features is not None else features.get_default_features()
    converter = ContentstateConverter(wanted)
    converter.html_to_contentstate_handler = _Handler(wanted)
    try:
        cleaned = converter.to_database_format(converter.from_database_format(html))
        if INNER_LINK.search(cleaned):
            # A number of another site, which is something else here.
            unlinked = INNER_LINK.sub("<a>", cleaned)
            cleaned = converter.to_database_format(converter.from_database_format(unlinked))
    # What its parser says of tags that cross or never end, and of whatever else is no HTML.
    except (
        AssertionError,
        AttributeError,
        IndexError,
        KeyError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        raise Malformed(_("The HTML is broken.")) from error
    return BLOCK_KEY.sub("", cleaned)


def clean_table(value: Any) -> Any:
    if value is None:
        return None
    data = value.get("data") if isinstance(value, dict) else None
    rows: list[Any] = data if isinstance(data, list) else [None]
    widths = {len(row) if isinstance(row, list) else -1 for row in rows}
    if widths - {-1} != widths or len(widths) > 1:
        raise Malformed(_("The table is not one: its rows differ in length."))
    if any(not isinstance(cell, str | None) for row in rows for cell in row):
        raise Malformed(_("is not as expected"))
    cleaned: dict[str, Any] = {"data": [list(row) for row in rows]}
    for name, kind in (*((n, str) for n in TABLE_TEXTS), *((n, bool) for n in TABLE_SWITCHES)):
        if isinstance(value.get(name), kind):
            cleaned[name] = value[name]
    cells = _clean_cells(value.get("cell"), ("row", "col"))
    merged = _clean_cells(value.get("mergeCells"), ("row", "col", "rowspan", "colspan"))
    return cleaned | {"cell": cells} | ({"mergeCells": merged} if merged else {})


def _clean_cells(value: Any, names: tuple[str, ...]) -> list[dict[str, Any]]:
    if not isinstance(value or [], list):
        raise Malformed(_("is not as expected"))
    return [_clean_cell(each, names) for each in value or []]


def _clean_cell(each: Any, names: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(each, dict) or any(type(each.get(name)) is not int for name in names):
        raise Malformed(_("is not as expected"))
    classes = each.get("className")
    kept = {name: each[name] for name in names}
    if isinstance(classes, str) and CLASSES.fullmatch(classes):
        kept["className"] = classes
    if isinstance(each.get("hidden"), bool):
        kept["hidden"] = each["hidden"]
    return kept


@dataclass
class Outward:
    """A leaf from this site to a file. Each of the three says what the file calls a number here:
    an image or a document by kind and number, a page by number (with its kind: "page" of the
    course, "site" beside it); or nothing, where there is none."""

    name_medium: Callable[[str, int], str]
    name_page: Callable[[int], tuple[str, str] | None]

    @cached_property
    def clean(self) -> Cleaner:
        return Cleaner()

    def __call__(self, block: Block, value: Any) -> Any:
        if isinstance(block, ChooserBlock):
            kind = find_kind(block)
            return self.name_medium(kind, value) or None if kind and value else None
        if isinstance(block, RichTextBlock):
            value = INNER_LINK.sub(self._write_link, value or "")
        return self.clean(block, value)

    def _write_link(self, match: re.Match[str]) -> str:
        found = LINK_ID.search(match[0])
        number = int(found[1]) if found else 0
        if match[1] == "document":
            kind, name = "document", self.name_medium("document", number)
        else:
            kind, name = self.name_page(number) or ("", "")
        # The home page is where the site begins: its place has no name.
        is_there = bool(name) or kind == "site"
        return f'<a href="{WITHIN}{kind}/{escape(name)}">' if is_there else "<a>"


def find_kind(block: Block) -> str:
    models = {get_image_model(): "image", get_document_model(): "document"}
    return models.get(getattr(block, "model_class", None), "")


@dataclass
class Inward:
    """A leaf from a file to this site: numbers by the names that the file uses."""

    media: Mapping[str, int]
    pages: Mapping[str, int]

    def __call__(self, block: Block, value: Any) -> Any:
        if isinstance(block, ChooserBlock):
            if value is None:
                return None
            if not value.startswith(f"{find_kind(block)}:") or value not in self.media:
                raise Malformed(_("The file names something that it does not hold."))
            return self.media[value]
        if isinstance(block, RichTextBlock):
            return FILE_LINK.sub(self._write_link, value)
        return value

    def _write_link(self, match: re.Match[str]) -> str:
        kind, name, text = match[1], unescape(match[2]), match[3]
        found = self.media if kind == "document" else self.pages
        number = found.get(f"{kind}:{name}" if kind == "site" else name)
        if number is None:
            raise Malformed(_("A link leads to something that the file does not hold."))
        target = "document" if kind == "document" else "page"
        return f'<a linktype="{target}" id="{number}">{text}</a>'


def find_errors(block: Block, value: Any) -> list[str]:
    """Why a draft cannot hold the value, as Wagtail says it, each with its place."""
    try:
        block.clean_deferred(block.to_python(value))
    except ValidationError as error:
        return _flatten(block, error, value)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return [_("is not as expected")]
    return []


def _flatten(block: Any, error: Any, value: Any) -> list[str]:
    inner = getattr(error, "block_errors", None)
    if inner is None:
        return list(error.messages)
    found = [str(each) for each in getattr(error, "non_block_errors", [])]
    for key, each in inner.items():
        if isinstance(block, StructBlock):
            child, place = block.child_blocks[key], str(block.child_blocks[key].label)
            part = value.get(key)
        else:
            part = _value_of(value[key]) if isinstance(block, ListBlock) else value[key]["value"]
            child = (
                block.child_block
                if isinstance(block, ListBlock)
                else block.child_blocks[value[key]["type"]]
            )
            place = f"{key + 1}. {child.label}"
        found += [str(Malformed(text).at(place)) for text in _flatten(child, each, part)]
    return found
