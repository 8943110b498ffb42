"""Blocks for teaching. Each says in words what it is, works without a script, and prints."""

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

TEXT_FEATURES = ["bold", "ul", "ol", "link", "document-link"]
PREVIEW = "training/blocks/preview.html"
TEXT, SHOW, PRACTISE = _("Texts"), _("Figures and files"), _("To practise")
VIDEO_TYPES = {"mp4": "video/mp4", "m4v": "video/mp4", "webm": "video/webm"}


def build_text(**options: Any) -> blocks.RichTextBlock:
    return blocks.RichTextBlock(features=TEXT_FEATURES, **options)


def show_paragraph(text: str) -> str:
    """Of a translated text. In an f-string xgettext would not find it."""
    return f"<p>{text}</p>"


def build_alt() -> blocks.CharBlock:
    return blocks.CharBlock(
        required=False,
        label=_("text alternative"),
        help_text=_("What someone who cannot see the figure needs to know, in one sentence."),
    )


def _ask(value: blocks.StructValue, errors: dict[str, str]) -> blocks.StructValue:
    if errors:
        raise blocks.StructBlockValidationError(
            {name: ValidationError(text) for name, text in errors.items()}
        )
    return value


class StepBlock(blocks.StructBlock):
    text = build_text(label=_("what to do"))
    image = ImageChooserBlock(required=False, label=_("screenshot"))
    alt = build_alt()

    def clean(self, value: Any) -> Any:
        value = super().clean(value)
        missing = value["image"] and not value["alt"].strip()
        return _ask(
            value, {"alt": gettext("Say in words what the screenshot shows.")} if missing else {}
        )

    class Meta:
        icon = "list-ol"
        label = _("Step")


class StepsBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("title"))
    steps = blocks.ListBlock(StepBlock(), min_num=1, label=_("steps"))

    class Meta:
        icon = "list-ol"
        group = SHOW
        label = _("Steps with screenshots")
        description = _("What to do one after the other. Steps are numbered by themselves.")
        template = "training/blocks/steps.html"
        preview_template = PREVIEW

        @staticmethod
        def preview_value() -> dict[str, Any]:
            return {
                "title": gettext("How to make the letters larger"),
                "steps": [
                    {"text": f"<p>{text}</p>", "image": None, "alt": ""}
                    for text in (gettext("Open the settings."), gettext("Touch “Display”."))
                ],
            }


class DoDontBlock(blocks.StructBlock):
    do = blocks.ListBlock(blocks.CharBlock(label=_("point")), min_num=1, label=_("What to do"))
    dont = blocks.ListBlock(
        blocks.CharBlock(label=_("point")), min_num=1, label=_("What not to do")
    )

    class Meta:
        icon = "check"
        group = TEXT
        label = _("What to do and what not")
        description = _("Two short lists. Which is which is said in words, not by colour alone.")
        template = "training/blocks/do_dont.html"
        preview_template = PREVIEW

        @staticmethod
        def preview_value() -> dict[str, Any]:
            return {
                "do": [gettext("Let the person touch the screen themselves.")],
                "dont": [gettext("Do not type anybody's password for them.")],
            }


class CaseBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("title"))
    situation = build_text(label=_("situation"))
    response = build_text(required=False, label=_("what was done"))
    lesson = build_text(required=False, label=_("what can be learned"))

    class Meta:
        icon = "group"
        group = TEXT
        label = _("Case")
        description = _("Something that happened, what was done, and what can be learned from it.")
        template = "training/blocks/case.html"
        preview_template = PREVIEW

        @staticmethod
        def preview_value() -> dict[str, Any]:
            return {
                "title": gettext("A call in the evening"),
                "situation": show_paragraph(gettext("Somebody asks you for help by telephone.")),
                "response": show_paragraph(gettext("You arrange to meet at the community hall.")),
                "lesson": show_paragraph(gettext("Side by side both see the same screen.")),
            }


class ChecklistBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("title"))
    points = blocks.ListBlock(
        blocks.CharBlock(label=_("thing to tick off")), min_num=1, label=_("things to tick off")
    )

    class Meta:
        icon = "tasks"
        group = PRACTISE
        label = _("Checklist")
        description = _("To be ticked off by oneself, or on paper. What is ticked is not kept.")
        template = "training/blocks/checklist.html"
        preview_template = PREVIEW

        @staticmethod
        def preview_value() -> dict[str, Any]:
            return {
                "title": gettext("Before the class"),
                "points": [gettext("The telephones are charged."), gettext("The Wi-Fi works.")],
            }


class VideoBlock(blocks.StructBlock):
    """From this site, or a link to a page with it: a player of another site would tell that site
    who learns here."""

    title = blocks.CharBlock(label=_("title"))
    file = DocumentChooserBlock(
        required=False, label=_("video file"), help_text=_("A file of the type mp4 or webm.")
    )
    captions = DocumentChooserBlock(
        required=False,
        label=_("captions"),
        help_text=_("A file of the type vtt. Needed wherever somebody speaks."),
    )
    page = blocks.URLBlock(
        required=False,
        label=_("page with the video"),
        help_text=_("Instead of a file: the address of a page. It opens there, not here."),
    )
    transcript = build_text(
        label=_("transcript"), help_text=_("All that is said and shown, for those who read it.")
    )

    def clean(self, value: Any) -> Any:
        value = super().clean(value)
        errors = {}
        if bool(value["file"]) == bool(value["page"]):
            errors["file"] = gettext("Give either a file or the address of a page.")
        elif value["file"] and find_extension(value["file"]) not in VIDEO_TYPES:
            errors["file"] = gettext("This is no video of the type mp4 or webm.")
        if value["captions"] and find_extension(value["captions"]) != "vtt":
            errors["captions"] = gettext("Captions are a file of the type vtt.")
        return _ask(value, errors)

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context)
        file, page = value.get("file"), value.get("page")
        context["type"] = VIDEO_TYPES.get(find_extension(file), "") if file else ""
        context["host"] = urlsplit(page).hostname if page else ""
        return context

    class Meta:
        icon = "media"
        group = SHOW
        label = _("Video with transcript")
        description = _("A file of this site or a link to a page, always with a transcript.")
        template = "training/blocks/video.html"
        preview_template = PREVIEW

        @staticmethod
        def preview_value() -> dict[str, Any]:
            return {
                "title": gettext("How to scan a code"),
                "file": None,
                "captions": None,
                "page": "https://example.jp/video",
                "transcript": show_paragraph(gettext("Hold the telephone above the code.")),
            }


def find_extension(document: Any) -> str:
    return str(document.filename).rpartition(".")[2].lower()


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("text"))
    source = blocks.CharBlock(label=_("source"))
    url = blocks.URLBlock(required=False, label=_("address"))

    class Meta:
        icon = "openquote"
        group = TEXT
        label = _("Quote")
        description = _("The words of somebody else, with where they come from.")
        template = "training/blocks/quote.html"
        preview_template = PREVIEW

        @staticmethod
        def preview_value() -> dict[str, Any]:
            return {
                "text": gettext("Nobody is left behind."),
                "source": gettext("A policy of the government"),
                "url": "",
            }


class DownloadBlock(blocks.StructBlock):
    document = DocumentChooserBlock(label=_("file"))
    title = blocks.CharBlock(label=_("title"))
    note = blocks.CharBlock(
        required=False, label=_("note"), help_text=_("What it is for, and how many pages it has.")
    )

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context)
        document = value.get("document")
        context["extension"] = find_extension(document).upper() if document else ""
        return context

    class Meta:
        icon = "download"
        group = SHOW
        label = _("File to download")
        description = _("A link that says the type and the size of the file.")
        template = "training/blocks/download.html"
        preview_template = PREVIEW

        @staticmethod
        def preview_value() -> dict[str, Any]:
            return {"document": None, "title": gettext("Handout"), "note": gettext("One page")}


class TryItBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("title"))
    task = build_text(label=_("what to try"))
    minutes = blocks.IntegerBlock(
        required=False, min_value=1, max_value=180, label=_("minutes it takes")
    )
    result = build_text(required=False, label=_("how one knows that it worked"))

    class Meta:
        icon = "cog"
        group = PRACTISE
        label = _("Try it")
        description = _("Something to do with one's own telephone. It is not graded.")
        template = "training/blocks/try_it.html"
        preview_template = PREVIEW

        @staticmethod
        def preview_value() -> dict[str, Any]:
            return {
                "title": gettext("Write by voice"),
                "task": show_paragraph(gettext("Say a sentence into the memo.")),
                "minutes": 5,
                "result": show_paragraph(gettext("The sentence stands in the memo.")),
            }


class ReflectionBlock(blocks.StructBlock):
    question = blocks.CharBlock(label=_("question to think about"))
    hint = build_text(required=False, label=_("hint"))

    class Meta:
        icon = "comment"
        group = PRACTISE
        label = _("Question to think about")
        description = _("No answer is asked for or kept. A hint is shown on demand.")
        template = "training/blocks/reflection.html"
        preview_template = PREVIEW

        @staticmethod
        def preview_value() -> dict[str, Any]:
            return {
                "question": gettext("Whom in your village would you ask first?"),
                "hint": show_paragraph(gettext("Think of those who know everybody.")),
            }
