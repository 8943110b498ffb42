"""Blocks that lessons and question stems are written in."""

from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.images.blocks import ImageChooserBlock

from training.teaching_blocks import (
    PREVIEW,
    SHOW,
    TEXT,
    TEXT_FEATURES,
    CaseBlock,
    ChecklistBlock,
    DoDontBlock,
    DownloadBlock,
    QuoteBlock,
    ReflectionBlock,
    StepsBlock,
    TryItBlock,
    VideoBlock,
    show_paragraph,
)


def make_anchor(heading: str) -> str:
    """The id of a heading; the same words always give the same id."""
    return slugify(heading, allow_unicode=True) or "heading"


class HeadingBlock(blocks.CharBlock):
    """A heading that a link can lead to."""

    def get_context(self, value: str, parent_context: Any = None) -> dict[str, Any]:
        return super().get_context(value, parent_context) | {"anchor": make_anchor(value)}

    class Meta:
        icon = "title"
        group = TEXT
        label = _("Heading")
        description = _("Parts the text, and is what a link can lead to.")
        template = "training/blocks/heading.html"
        preview_template = PREVIEW

        @staticmethod
        def preview_value() -> str:
            return gettext("Before you begin")


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
        group = TEXT
        label = _("Box")
        description = _("What must not be overlooked: a prohibition, advice or an example.")
        template = "training/blocks/callout.html"
        preview_template = PREVIEW

        @staticmethod
        def preview_value() -> dict[str, str]:
            return {
                "tone": "advice",
                "title": gettext("One thing at a time"),
                "text": show_paragraph(gettext("Wait until the person has done it.")),
            }


class FigureBlock(blocks.StructBlock):
    """Where it is chosen, it is shown with a drawing of ours: no image need be there yet."""

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
        group = SHOW
        label = _("Figure")
        description = _("An image with a caption, and in words what it shows.")
        template = "training/blocks/figure.html"
        preview_template = "training/blocks/figure_preview.html"

        @staticmethod
        def preview_value() -> dict[str, Any]:
            return {
                "image": None,
                "alt": gettext("A telephone seen from the front."),
                "caption": gettext("The front of a telephone"),
                "description": gettext("The screen fills the front. The switch is on the right."),
            }


def preview_text() -> str:
    return show_paragraph(gettext("First ask what the person wants to do.")) + show_paragraph(
        gettext("Then let them touch the screen themselves.")
    )


def preview_table() -> dict[str, Any]:
    return {
        "first_row_is_table_header": True,
        "first_col_is_header": False,
        "table_header_choice": "row",
        "table_caption": gettext("Classes this month"),
        "data": [
            [gettext("Day"), gettext("Place")],
            [gettext("The 5th"), gettext("The community hall")],
            [gettext("The 19th"), gettext("Library")],
        ],
    }


# Handsontable, which Wagtail edits tables with, has its menu in English only, and complains of the
# language that Wagtail asks it for.
TABLE_MENU = {
    "row_above": {"name": _("Insert a row above")},
    "row_below": {"name": _("Insert a row below")},
    "after_rows": "---------",
    "col_left": {"name": _("Insert a column to the left")},
    "col_right": {"name": _("Insert a column to the right")},
    "after_columns": "---------",
    "remove_row": {"name": _("Take the rows out")},
    "remove_col": {"name": _("Take the columns out")},
    "after_removal": "---------",
    "undo": {"name": _("Undo the last step")},
    "redo": {"name": _("Do it again after all")},
}


class NamedTableBlock(TableBlock):
    """A table whose menu is in the editor's language."""

    def get_table_options(self, table_options: dict[str, Any] | None = None) -> dict[str, Any]:
        own = {"contextMenu": {"items": TABLE_MENU}, "language": "en-US"}
        return super().get_table_options(own | (table_options or {}))

    def deconstruct(self) -> tuple[str, Any, Any]:
        """In migrations it is the one it is made of."""
        _path, args, kwargs = super().deconstruct()
        return "wagtail.contrib.table_block.blocks.TableBlock", args, kwargs


def build_table_block(**options: Any) -> TableBlock:
    return NamedTableBlock(
        label=_("Table"),
        template="training/blocks/table.html",
        preview_template=PREVIEW,
        preview_value=preview_table,
        **options,
    )


class LessonBlock(blocks.StreamBlock):
    heading = HeadingBlock()
    text = blocks.RichTextBlock(
        features=TEXT_FEATURES,
        label=_("Text"),
        group=TEXT,
        description=_("Paragraphs, lists and links."),
        preview_template=PREVIEW,
        preview_value=preview_text,
    )
    callout = CalloutBlock()
    do_dont = DoDontBlock()
    case = CaseBlock()
    quote = QuoteBlock()
    table = build_table_block(group=SHOW, description=_("A table with a heading row."))
    figure = FigureBlock()
    steps = StepsBlock()
    video = VideoBlock()
    download = DownloadBlock()
    checklist = ChecklistBlock()
    try_it = TryItBlock()
    reflection = ReflectionBlock()


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
