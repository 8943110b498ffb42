"""Two versions side by side as Wagtail shows them, with every value in the words of its form."""

from collections.abc import Iterator
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any

from django.db import models
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from taggit.managers import TaggableManager
from wagtail.admin.compare import (
    FieldComparison,
    ListBlockComparison,
    StreamBlockComparison,
    StreamFieldComparison,
    TagsFieldComparison,
    TextDiff,
    diff_text,
    register_comparison_class,
)
from wagtail.blocks import Block, ChooserBlock, ListBlock, StreamBlock, StructBlock
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.fields import StreamField

from training.clock import in_japan
from training.domain.course_files.differences import read_words
from training.domain.import_changes import describe_value

BAR = "｜"


class WordsComparison(FieldComparison):
    """Of dates and switches, which Wagtail shows as Python writes them."""

    def htmldiff(self) -> SafeString:
        old, new = (_describe(value) for value in (self.val_a, self.val_b))
        if old == new:
            return format_html("{}", old)
        told = [("deletion", old), ("addition", new)]
        return TextDiff([each for each in told if each[1]]).to_html()


def _describe(value: Any) -> str:
    return describe_value(value=in_japan(value) if isinstance(value, datetime) else value)


class TagsComparison(TagsFieldComparison):
    """By their names, and in no order: they have none."""

    def get_items(self) -> tuple[list[Any], list[Any]]:
        old, new = (sorted(tags, key=str) for tags in (self.val_a, self.val_b))
        return old, new

    def get_item_display(self, tag: Any) -> str:
        return str(tag)


class BlocksComparison(StreamFieldComparison):
    def htmldiff(self) -> SafeString:
        return show_values(self.field.stream_block, self.val_a, self.val_b)


def show_values(block: Block, old: Any, new: Any) -> SafeString:
    """One value of a block with the other marked in it; the same twice is shown without marks."""
    if isinstance(block, StructBlock):
        rows = (
            (child.label, show_values(child, (old or {}).get(name), (new or {}).get(name)))
            for name, child in block.child_blocks.items()
        )
        return format_html("<dl>{}</dl>", format_html_join("", "<dt>{}</dt><dd>{}</dd>", rows))
    if isinstance(block, StreamBlock):
        return _show_items(StreamBlockComparison(block, True, True, old, new))
    if isinstance(block, ListBlock):
        return _show_items(ListBlockComparison(block, True, True, old, new))
    if hasattr(block, "get_comparison_class"):  # images, beside each other
        return block.get_comparison_class()(block, True, True, old, new).htmldiff()
    lines = list(_diff_lines(*(_write_lines(block, value) for value in (old, new))))
    if len(lines) == 1:
        return lines[0]
    return format_html_join("", "<div>{}</div>", ([line] for line in lines))


def _show_items(comparison: StreamBlockComparison | ListBlockComparison) -> SafeString:
    rows = []
    for each in comparison.get_block_comparisons():
        mark = "addition" if each.is_new() else "deletion" if each.is_deleted() else ""
        old = each.val_b if each.is_new() else each.val_a
        new = each.val_a if each.is_deleted() else each.val_b
        rows.append((mark, show_values(each.block, old, new)))
    return format_html_join("\n", '<div class="comparison__child-object {}">{}</div>', rows)


def _write_lines(block: Block, value: Any) -> list[str]:
    if isinstance(block, TableBlock):
        return _write_table(value or {})
    if isinstance(block, ChooserBlock):
        return [str(value or "")]
    return [read_words(block, block.get_prep_value(value))]


def _write_table(table: dict[str, Any]) -> list[str]:
    headings = {
        "row": _("The headings are in the first row."),
        "column": _("The headings are in the first column."),
        "both": _("The headings are in the first row and in the first column."),
    }
    return [
        table.get("table_caption") or "",
        *(BAR.join(cell or "" for cell in row) for row in table.get("data") or []),
        headings.get(table.get("table_header_choice", ""), ""),
    ]


def _diff_lines(olds: list[str], news: list[str]) -> Iterator[SafeString]:
    """Lines that go in pairs have marks within them; the others are marked as a whole."""
    matcher = SequenceMatcher(None, olds, news, autojunk=False)
    for _name, i1, i2, j1, j2 in matcher.get_opcodes():
        if i2 - i1 == j2 - j1:
            yield from (
                diff_text(old, new).to_html()
                for old, new in zip(olds[i1:i2], news[j1:j2], strict=True)
            )
        else:
            yield from (TextDiff([("deletion", old)]).to_html() for old in olds[i1:i2])
            yield from (TextDiff([("addition", new)]).to_html() for new in news[j1:j2])


def register_comparisons() -> None:
    """For every model of the site: none of them is read by who writes Python."""
    register_comparison_class(models.BooleanField, comparison_class=WordsComparison)
    register_comparison_class(models.DateField, comparison_class=WordsComparison)
    register_comparison_class(TaggableManager, comparison_class=TagsComparison)
    register_comparison_class(StreamField, comparison_class=BlocksComparison)
