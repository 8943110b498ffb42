"""HTML of a stem, brought to one canonical form: paragraphs, lists, line breaks, bold, and links to
the web. That is what the editor's rich text field can hold; all else becomes plain text."""

import re
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from itertools import groupby
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from .drafts import CONTROL, SPACES, Refused, clean_line, clean_lines

SKIPPED = {"head", "noscript", "rp", "script", "style", "template", "title"}
# Whoever needs these to answer must not be asked without them.
MEDIA = {"applet", "audio", "canvas", "embed", "iframe", "img", "math", "object", "svg", "video"}
LISTS = {"ul", "ol"}
CELLS = {"td", "th"}
BLOCKS = (
    {"address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "div", "dl"}
    | {"dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5"}
    | {"h6", "header", "hr", "html", "legend", "main", "nav", "p", "pre", "section", "table"}
    | {"tbody", "tfoot", "thead", "tr"}
)
# They change nothing that plain text could not say as well.
INLINE = (
    {"a", "abbr", "acronym", "b", "bdi", "bdo", "big", "br", "cite", "code", "col", "colgroup"}
    | {"del", "dfn", "em", "font", "i", "ins", "kbd", "label", "link", "li", "mark", "meta"}
    | {"nobr", "q", "rb", "rbc", "rt", "rtc", "ruby", "s", "samp", "section", "small", "span"}
    | {"strike", "strong", "sub", "summary", "sup", "details", "time", "tt", "u", "var", "wbr"}
)
STRUCK = {"del", "s", "strike"}
RAISED = {
    "sup": str.maketrans("0123456789+-\u2212=()in", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁱⁿ"),
    "sub": str.maketrans("0123456789+-\u2212=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎"),
}
BREAK = "\n"
# The parser of HTML takes time by the square of what is broken.
MAX_LENGTH = 20_000
MAX_TAGS = 2_000

# What Markdown shows otherwise than it is written.
MARKED = re.compile(
    r"\*\S[^*]*\*|(?<!\w)_[^_\s][^_]*_(?!\w)|`|~~|\]\("
    r"|^\s{0,3}(#{1,6}|[-+*>]|\d+[.)])\s|^ {4}|^\s*\|",
    re.MULTILINE,
)
BRACKETS = {"q": "“”", "rt": "（）"}
KNOWN = SKIPPED | LISTS | CELLS | MEDIA | BLOCKS | INLINE


@dataclass(frozen=True)
class Run:
    text: str
    bold: bool = False
    href: str = ""


@dataclass
class Block:
    within: str = ""  # "ul" or "ol" for an item of a list
    list_number: int = 0
    runs: list[Run] = field(default_factory=list)


def clean_href(href: str | None) -> str:
    href = SPACES.sub("", href or "")
    try:
        parts = urlsplit(href)
    except ValueError:
        return ""
    return href if parts.scheme.lower() in ("http", "https") and parts.netloc else ""


class Reader(HTMLParser):
    """Flat, not a tree: nesting however deep costs no stack."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks = [Block()]
        self.media: set[str] = set()
        self.lost: list[str] = []
        self.raised: list[str] = []
        self.skipping = self.bold = self.lists_seen = self.preformatted = 0
        self.links: list[str] = []
        self.lists: list[str] = []

    def start_block(self) -> None:
        within = self.lists[0] if self.lists else ""
        self.blocks.append(Block(within, self.lists_seen))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        tag = tag.removeprefix("m:")
        if tag in MEDIA:
            self.media.add(tag)
        elif tag in STRUCK:
            self.lost.append(_("It holds text that is struck out, which is not known here."))
        elif "multilang" in (dict(attrs).get("class") or "").split():
            self.lost.append(_("It holds the same text in several languages. Please keep one."))
        elif tag not in KNOWN and ":" not in tag:
            self.lost.append(
                _("“<%(tag)s>” is no HTML. Please write “&lt;” where the sign “<” is meant.")
                % {"tag": tag[:40]}
            )
        if tag in SKIPPED:
            self.skipping += 1
        elif tag in RAISED:
            self.raised.append(tag)
        elif tag in BRACKETS:
            self.handle_data(BRACKETS[tag][0])
        elif tag in ("b", "strong"):
            self.bold += 1
        elif tag == "a":
            self.links.append(clean_href(dict(attrs).get("href")))
        elif tag == "br":
            self.blocks[-1].runs.append(Run(BREAK))
        elif tag in LISTS:
            # A list inside a list goes on as the outer one.
            if not self.lists:
                self.lists_seen += 1
            self.lists.append(tag)
            self.start_block()
        elif tag == "li" or tag in BLOCKS:
            self.preformatted += tag == "pre"
            self.start_block()
        elif tag in CELLS:
            self.blocks[-1].runs.append(Run(" "))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in MEDIA:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in SKIPPED:
            self.skipping = max(0, self.skipping - 1)
        elif tag in RAISED and self.raised:
            self.raised.pop()
        elif tag in BRACKETS:
            self.handle_data(BRACKETS[tag][1])
        elif tag in ("b", "strong"):
            self.bold = max(0, self.bold - 1)
        elif tag == "a" and self.links:
            self.links.pop()
        elif tag in LISTS and self.lists:
            self.lists.pop()
            self.start_block()
        elif tag == "li" or tag in BLOCKS:
            self.preformatted = max(0, self.preformatted - (tag == "pre"))
            self.start_block()

    def handle_data(self, data: str) -> None:
        if not self.skipping:
            if self.preformatted:
                # Lines and indents of a program are part of what is asked.
                data = data.replace("\t", " " * 4).replace("  ", "\u00a0\u00a0")
                first, *rest = data.strip("\n").split("\n")
                for line in rest:
                    self.add_text(first)
                    self.blocks[-1].runs.append(Run(BREAK))
                    first = line
                data = first
            self.add_text(data)

    def add_text(self, data: str) -> None:
        if data:
            href = self.links[-1] if self.links else ""
            text = SPACES.sub(" ", CONTROL.sub("", data))
            if self.raised:
                text = self.raise_text(text)
            self.blocks[-1].runs.append(Run(text, bool(self.bold), href))

    def raise_text(self, text: str) -> str:
        """10 to the 6th must not become 106."""
        raised = text.translate(RAISED[self.raised[-1]])
        if any(a == b for a, b in zip(text, raised, strict=True) if not a.isspace()):
            self.lost.append(_("It holds raised or lowered text that plain text cannot show."))
        return raised


def trim(runs: list[Run]) -> list[Run]:
    """Without the spacing that a browser would not show either."""
    kept: list[Run] = []
    for run in runs:
        text = run.text
        if text == BREAK:
            while kept and kept[-1].text != BREAK and not kept[-1].text.rstrip(" "):
                kept.pop()
            if not kept:
                continue
            last = kept[-1]
            kept[-1] = Run(last.text.rstrip(" "), last.bold, last.href)
        elif not kept or kept[-1].text[-1] in " \n":
            text = text.lstrip(" ")
        if text:
            kept.append(Run(text, run.bold, run.href))
    while kept and not kept[-1].text.strip(" \n"):
        kept.pop()
    if kept:
        last = kept[-1]
        kept[-1] = Run(last.text.rstrip(" "), last.bold, last.href)
    return kept


def is_too_long(html: str) -> bool:
    return len(html) > MAX_LENGTH or html.count("<") > MAX_TAGS


def refuse_long(html: str) -> str:
    if is_too_long(html):
        raise Refused(_("A text is too long: 20,000 characters and 2,000 signs “<” at most."))
    return html


def read_blocks(html: str) -> tuple[list[Block], set[str]]:
    """Raises Refused, as all that reads HTML does."""
    refuse_long(html)
    reader = Reader()
    try:
        reader.feed(html)
        reader.close()
    except AssertionError as error:
        # What the parser does with a marked section that it does not know, such as “<![x”.
        raise Refused(_("Its HTML is broken.")) from error
    if reader.lost:
        raise Refused(reader.lost[0])
    blocks = [Block(each.within, each.list_number, trim(each.runs)) for each in reader.blocks]
    return [block for block in blocks if block.runs], reader.media


def draw_runs(runs: list[Run]) -> str:
    drawn = ""
    for href, linked in groupby(runs, key=lambda run: run.href):
        inner = ""
        for bold, same in groupby(linked, key=lambda run: run.bold):
            text = escape("".join(run.text for run in same), quote=False).replace(BREAK, "<br/>")
            inner += f"<b>{text}</b>" if bold else text
        drawn += f'<a href="{escape(href)}">{inner}</a>' if href else inner
    return drawn


def clean_html(html: str) -> str:
    """Doing it again changes nothing."""
    blocks, _media = read_blocks(html)
    drawn = ""
    for (within, _number), group in groupby(
        blocks, key=lambda block: (block.within, block.list_number if block.within else 0)
    ):
        tag = "li" if within else "p"
        inner = "".join(f"<{tag}>{draw_runs(block.runs)}</{tag}>" for block in group)
        drawn += f"<{within}>{inner}</{within}>" if within else inner
    # It must be readable again.
    return refuse_long(drawn)


def read_text(html: str) -> str:
    """The words alone, a line for each block."""
    blocks, _media = read_blocks(html)
    return clean_lines("\n".join("".join(run.text for run in block.runs) for block in blocks))


def read_line(html: str) -> str:
    return clean_line(read_text(html))


def find_media(html: str) -> set[str]:
    return read_blocks(html)[1]


def draw_paragraphs(text: str) -> str:
    """Plain text as canonical HTML: a paragraph for each line that holds anything."""
    lines = [line for line in clean_lines(refuse_long(text)).split("\n") if line]
    return refuse_long("".join(f"<p>{escape(line, quote=False)}</p>" for line in lines))


def draw_lines(text: str) -> str:
    """Text whose line breaks matter, as HTML."""
    return escape(text, quote=False).replace("\n", "<br/>")


def draw_markdown(text: str) -> str:
    """Markdown that is paragraphs and nothing else, as HTML. Raises Refused."""
    if MARKED.search(refuse_long(text)):
        raise Refused(_("It is marked up with Markdown. Please save it as HTML or plain text."))
    return "<p>" + re.sub(r"\n\s*\n", "</p><p>", text) + "</p>"


def is_plain(html: str) -> bool:
    """Whether canonical HTML is paragraphs of plain text and nothing else."""
    return draw_paragraphs(read_text(html)) == html
