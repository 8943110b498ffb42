"""A course looked at as a whole before it is published: what its pages say in their drafts, and
whether its quizzes can be asked. A help to editors: nothing is decided by it.

Reading level: the mean length of sentences in characters (。！？ and ends of paragraphs part them),
and the share of kanji among kanji, kana, Latin letters and digits. Both can be counted without a
dictionary. Easy is at most 40 characters and 35 percent, hard beyond 60 characters or 45 percent.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from django.db.models import QuerySet
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from wagtail.documents import get_document_model
from wagtail.models import Page, Site

from training.models import CoursePage, Quiz

from .page_contents import Content, list_strings, read_contents
from .problems import find_quiz_problems

EASY_LENGTH, EASY_SHARE = 40, 0.35
HARD_LENGTH, HARD_SHARE = 60, 0.45
LONGEST_SENTENCE = 120
# Less says nothing about how hard a page is.
FEWEST_LETTERS = 20
LINK = re.compile(r"<a\b([^>]*)>", re.IGNORECASE)
ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
TAG = re.compile(r"<[^>]+>")
END_OF_PARAGRAPH = re.compile(r"</(?:p|li|h\d)>|<br\s*/?>", re.IGNORECASE)
KANJI = re.compile(r"[々〆\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
LETTER = re.compile(r"[々〆ーぁ-ゖァ-ヺ\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffffA-Za-z0-9]")


@dataclass(frozen=True)
class Reading:
    """`length` is the mean of its sentences in characters, `share` that of kanji."""

    length: float
    share: float

    @property
    def percent(self) -> int:
        return round(self.share * 100)

    @property
    def level(self) -> str:
        if self.length > HARD_LENGTH or self.share > HARD_SHARE:
            return "hard"
        if self.length <= EASY_LENGTH and self.share <= EASY_SHARE:
            return "easy"
        return "ordinary"

    @property
    def text(self) -> str:
        return {"easy": _("easy to read"), "ordinary": _("ordinary"), "hard": _("hard to read")}[
            self.level
        ]


@dataclass(frozen=True)
class PageCheck:
    """`errors` shut somebody out or lead nowhere; `advice` is for the editor to weigh."""

    pk: int
    title: str
    reading: Reading | None
    errors: list[str] = field(default_factory=list)
    advice: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Links:
    """Of all pages that are checked: which targets are there."""

    pages: frozenset[int]
    documents: frozenset[int]
    paths: frozenset[str]


def check_course(*, course: CoursePage, today: date) -> list[PageCheck]:
    """The course first, then its modules in their order."""
    family = Page.objects.descendant_of(course, inclusive=True)
    contents = read_contents(pages=family)
    links = find_links(contents)
    quizzes = {
        quiz.module_id: quiz
        for quiz in Quiz.objects.filter(module__in=[each.pk for each in contents]).prefetch_related(
            "draws__tag", "quiz_questions__question__choices"
        )
    }
    checks = []
    for content in contents:
        check = check_content(content, links)
        if content.is_module:
            _add_quiz_problems(check, quizzes.get(content.pk), today)
            if not content.live:
                check.advice.append(_("This module is not published: learners do not see it."))
        elif len(contents) == 1:
            check.errors.append(_("The course has no module."))
        checks.append(check)
    return checks


def find_pages_with_errors(*, pages: QuerySet[Page]) -> list[PageCheck]:
    """Among these, by their texts alone. Five statements."""
    contents = read_contents(pages=pages)
    links = find_links(contents)
    return [check for each in contents if (check := check_content(each, links)).errors]


def _add_quiz_problems(check: PageCheck, quiz: Quiz | None, today: date) -> None:
    if quiz is None:
        check.advice.append(_("There is no quiz: reading is enough to complete this module."))
        return
    problems = find_quiz_problems(quiz=quiz, today=today)
    check.errors.extend(_("Quiz: %(problem)s") % {"problem": problem} for problem in problems)


def check_content(content: Content, links: Links) -> PageCheck:
    reading = measure_reading(content)
    check = PageCheck(content.pk, content.title, reading)
    for kind, value in content.blocks:
        check.errors.extend(_find_block_errors(kind, value))
        if kind == "table" and isinstance(value, dict) and not value.get("table_caption"):
            check.advice.append(_("A table has no title."))
        if kind == "figure" and isinstance(value, dict) and not value.get("caption"):
            check.advice.append(_("A figure has no caption."))
    check.errors.extend(_find_link_errors(content, links))
    if content.is_module and not content.blocks:
        check.errors.append(_("The module has no text."))
    if reading and reading.level == "hard":
        check.advice.append(
            _("Hard to read: sentences of %(length)s characters, %(share)s%% kanji.")
            % {"length": round(reading.length), "share": reading.percent}
        )
    for sentence in split_sentences(content):
        if len(sentence) > LONGEST_SENTENCE:
            check.advice.append(
                _("A sentence has %(count)s characters: “%(start)s…”")
                % {"count": len(sentence), "start": sentence[:20]}
            )
    return check


def _find_block_errors(kind: str, value: Any) -> Iterator[str]:
    if not isinstance(value, dict):
        return
    if kind == "figure" and not (value.get("alt") or "").strip():
        yield _("A figure has no text alternative.")
    if kind == "steps":
        for step in value.get("steps") or []:
            said = step.get("value", step)
            if said.get("image") and not (said.get("alt") or "").strip():
                yield _("A screenshot in “%(title)s” has no text alternative.") % value
    if kind == "video":
        if value.get("file") and not value.get("captions"):
            yield _("The video “%(title)s” has no captions.") % value
        if not TAG.sub("", value.get("transcript") or "").strip():
            yield _("The video “%(title)s” has no transcript.") % value


def _list_anchors(content: Content) -> Iterator[tuple[str, dict[str, str]]]:
    """The text after each link's start, and its attributes."""
    for text in list_strings(content.blocks):
        for match in LINK.finditer(text):
            said = unescape(TAG.sub("", text[match.end() :].split("</a>")[0])).strip()
            yield said, {name: unescape(value) for name, value in ATTRIBUTE.findall(match[1])}


def find_links(contents: Iterable[Content]) -> Links:
    """Two statements, three where addresses of this site were typed."""
    anchors = [each for content in contents for _said, each in _list_anchors(content)]
    wanted: dict[str, set[int]] = {"page": set(), "document": set()}
    for each in anchors:
        if each.get("linktype") in wanted and each.get("id", "").isdecimal():
            wanted[each["linktype"]].add(int(each["id"]))
    typed = {path for each in anchors if (path := _path_here(each.get("href", "")))}
    live = Page.objects.filter(live=True)
    return Links(
        frozenset(live.filter(pk__in=wanted["page"]).values_list("pk", flat=True)),
        frozenset(
            get_document_model()
            .objects.filter(pk__in=wanted["document"])
            .values_list("pk", flat=True)
        ),
        frozenset(_find_served(typed)),
    )


def _path_here(href: str) -> str:
    """The path of an address of this site, else nothing."""
    try:
        parts = urlsplit(href)
    except ValueError:
        return ""
    hosts = {root.root_url for root in Site.get_site_root_paths()}
    own = not parts.netloc or f"{parts.scheme}://{parts.netloc}" in hosts
    return parts.path if own and parts.path.startswith("/") else ""


def _find_served(paths: set[str]) -> Iterator[str]:
    """Those of a live page, or of a view that is no page."""
    pages = {}
    for path in paths:
        wanted = f"{path.rstrip('/')}/"
        try:
            name = resolve(wanted).url_name
        except Resolver404:
            continue
        # Whatever is no other view's the pages' catches, which a host may mount without a name.
        if name not in ("wagtail_serve", None):
            yield path
        for root in Site.get_site_root_paths():
            pages[f"{root.root_path}{wanted[1:]}"] = path
    if pages:
        found = Page.objects.filter(live=True, url_path__in=pages)
        yield from (pages[url_path] for url_path in found.values_list("url_path", flat=True))


def _is_malformed(href: str) -> bool:
    try:
        parts = urlsplit(href)
    except ValueError:
        return True
    if parts.scheme in ("mailto", "tel"):
        return not parts.path
    if parts.scheme in ("http", "https"):
        return "." not in (parts.hostname or "") or any(char.isspace() for char in href)
    if parts.scheme or parts.netloc:
        return True
    return not (href.startswith(("/", "#")) and len(href) > 1)


def _find_link_errors(content: Content, links: Links) -> Iterator[str]:
    for said, each in _list_anchors(content):
        kind, target = each.get("linktype"), each.get("id", "")
        if kind in ("page", "document"):
            there = links.pages if kind == "page" else links.documents
            if not target.isdecimal() or int(target) not in there:
                yield _("The link “%(text)s” leads to something that is not there.") % {
                    "text": said
                }
            continue
        href = each.get("href", "")
        if _is_malformed(href):
            yield _("The address of the link “%(text)s” is not one: %(address)s") % {
                "text": said,
                "address": href or "–",
            }
        elif (path := _path_here(href)) and path not in links.paths:
            yield _("The link “%(text)s” leads to something that is not there.") % {"text": said}


def split_sentences(content: Content) -> list[str]:
    sentences = []
    for text in list_strings(content.blocks, without=("table", "quote")):
        plain = unescape(TAG.sub("", END_OF_PARAGRAPH.sub("\n", text)))
        sentences += [part.strip() for part in re.split(r"[。！？\n]", plain)]
    return [each for each in sentences if len(LETTER.findall(each)) > 1]


def measure_reading(content: Content) -> Reading | None:
    """None where there is too little to read."""
    sentences = split_sentences(content)
    letters = LETTER.findall("".join(sentences))
    if len(letters) < FEWEST_LETTERS:
        return None
    kanji = sum(bool(KANJI.match(letter)) for letter in letters)
    return Reading(
        length=sum(len(each) for each in sentences) / len(sentences), share=kanji / len(letters)
    )
