"""Blocks that lessons and question stems are written in."""

from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.images.blocks import ImageChooserBlock

TEXT_FEATURES = ["bold", "ul", "ol", "link", "document-link"]


def make_anchor(heading: str) -> str:
    """The id of a heading; the same words always give the same id."""
    return slugify(heading, allow_unicode=True) or "heading"


class HeadingBlock(blocks.CharBlock):
    """A heading that a link can lead to."""

    def get_context(self, value: str, parent_context: Any = None) -> dict[str, Any]:
        return super().get_context(value, parent_context) | {"anchor": make_anchor(value)}

    class Meta:
        icon = "title"
        label = _("Heading")
        template = "training/blocks/heading.html"


class CalloutBlock(blocks.StructBlock):
    """A box that stands out. The tone is also said in words, never by colour alone."""

    tone = blocks.ChoiceBlock(
        choices=[
            ("must_not", _("What you must not do")),
            ("advice", _("Advice")),
            ("example", _("Example")),
        ],
        label=_("tone"),
    )
    title = blocks.CharBlock(label=_("title"))
    text = blocks.RichTextBlock(features=TEXT_FEATURES, label=_("text"))

    class Meta:
        icon = "warning"
        label = _("Box")
        template = "training/blocks/callout.html"


class FigureBlock(blocks.StructBlock):
    image = ImageChooserBlock(label=_("image"))
    alt = blocks.CharBlock(
        label=_("text alternative"),
        help_text=_("What someone who cannot see the figure needs to know, in one sentence."),
    )
    caption = blocks.CharBlock(required=False, label=_("caption"))
    description = blocks.TextBlock(
        required=False,
        label=_("long description"),
        help_text=_("All that the figure says, in sentences. Shown beneath it on demand."),
    )

    class Meta:
        icon = "image"
        label = _("Figure")
        template = "training/blocks/figure.html"


def build_table_block() -> TableBlock:
    return TableBlock(label=_("Table"), template="training/blocks/table.html")


class LessonBlock(blocks.StreamBlock):
    heading = HeadingBlock()
    text = blocks.RichTextBlock(features=TEXT_FEATURES, label=_("Text"))
    callout = CalloutBlock()
    table = build_table_block()
    figure = FigureBlock()


class StemBlock(blocks.StreamBlock):
    text = blocks.RichTextBlock(features=TEXT_FEATURES, label=_("Text"))
    table = build_table_block()
    figure = FigureBlock()


class SourceBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("title"))
    url = blocks.URLBlock(required=False, label=_("address"))
    note = blocks.CharBlock(
        required=False, label=_("note"), help_text=_("What was taken from it, and as of when.")
    )

    class Meta:
        icon = "openquote"
        label = _("Source")
