"""What the import of a course would do, in words, and the forms in which it compares."""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape, unescape
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from django.utils.translation import gettext as _
from wagtail.models import Page, Site

from training.exchange.course_files import write_content

from .blocks import FILE_LINK, NAMESPACE, SILENT, read_text
from .differences import excerpt

PAGE_KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CHOICE_KEY = re.compile(r"[A-Za-z0-9_-]{1,8}")
QUESTION_KEY = re.compile(r"[A-Za-z0-9_-]{1,80}")
SILENT_PART = re.compile(rf"<({'|'.join(sorted(SILENT))})\b.*?(</\1\s*>|\Z)", re.DOTALL | re.I)


@dataclass(frozen=True)
class Entry:
    """`changes` are sentences, the details of what is changed; `key` is that of a question, which
    its name is too long to be. `instance` is what is here already, to lead there."""

    kind: str
    name: str
    changes: tuple[str, ...] = ()
    key: str = ""
    instance: Any = field(default=None, compare=False, repr=False)


@dataclass
class CoursePlan:
    """`at_once` is what has no draft: learners see it as soon as it is done, so it is done only
    where the editor asked for it, and if there are no `at_once_problems`."""

    title: str = ""
    is_update: bool = False
    created: list[Entry] = field(default_factory=list)
    changed: list[Entry] = field(default_factory=list)
    unchanged: list[Entry] = field(default_factory=list)
    at_once: list[Entry] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    at_once_problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    # Of what is here and would be changed, as it is now.
    before: list[Any] = field(default_factory=list)
    course_pk: int | None = None

    @property
    def has_drafts(self) -> bool:
        return bool(self.created or self.changed)

    @property
    def can_be_done_at_once(self) -> bool:
        return bool(self.at_once) and not (self.errors or self.at_once_problems)

    @property
    def can_be_done(self) -> bool:
        return self.can_be_done_at_once or (self.has_drafts and not self.errors)

    @property
    def fingerprint(self) -> str:
        told = [self.created, self.changed, self.at_once, self.errors]
        return sha256(repr([told, self.before]).encode()).hexdigest()


def make_keys_new(content: Mapping[str, Any], *, seed: str) -> dict[str, Any]:
    """The same course under other keys: always the same ones for a seed. `content` has no problem
    of list_key_problems: a key that is no key may be any piece of the text."""
    pages = {
        page["key"]: str(uuid5(NAMESPACE, f"{seed}:{page['key']}"))
        for page in [content["course"], *content["modules"]]
    }
    text = PAGE_KEY.sub(lambda match: pages.get(match[0], match[0]), json.dumps(content))
    renewed: dict[str, Any] = json.loads(text)
    keys = {
        each["key"]: f"{each['key'][:60]}-{uuid5(NAMESPACE, seed + each['key']).hex[:12]}"
        for each in content["questions"]
    }
    for question in renewed["questions"]:
        question["key"] = keys[question["key"]]
        question["parts"] = [keys.get(key, key) for key in question["parts"]]
    for module in renewed["modules"]:
        if quiz := module["quiz"]:
            quiz["questions"] = [keys.get(key, key) for key in quiz["questions"]]
    return renewed


def list_missing(
    content: Mapping[str, Any], *, names: Mapping[str, str], here: Collection[str]
) -> Iterator[str]:
    """What the file refers to and is nowhere: neither in it nor `here` (keys of questions and of
    the course's modules). `names` says what its questions are called."""
    pages = {each["key"] for each in content["modules"]} | {content["course"]["key"], *here}
    asked = {each["key"] for each in content["questions"]} | {*here}
    for module in content["modules"]:
        for number, key in enumerate(module["quiz"]["questions"] if module["quiz"] else (), 1):
            if key not in asked:
                yield _(
                    "“%(page)s” › quiz › question %(number)s: the question “%(key)s” is neither in "
                    "the file nor here."
                ) % {"page": module["fields"].get("title"), "number": number, "key": key}
    for question in content["questions"]:
        name = names[question["key"]]
        for part in question["parts"]:
            if part not in asked:
                yield _("%(question)s: its question “%(key)s” is neither in the file nor here.") % {
                    "question": name,
                    "key": part,
                }
        passage = question["passage_module"]
        if passage is not None and passage not in pages:
            yield _(
                "%(question)s: the module to read again (“%(key)s”) is neither in the file nor in "
                "the course here."
            ) % {"question": name, "key": passage}


def name_questions(content: Mapping[str, Any]) -> dict[str, str]:
    """By key: text, key, and the module that asks it."""
    titles: dict[str, str] = {}
    for module in content["modules"]:
        for key in module["quiz"]["questions"] if module["quiz"] else ():
            titles.setdefault(key, str(module["fields"].get("title", "")))
    named = {}
    for each in content["questions"]:
        said = {"text": read_stem(each) or "…", "key": each["key"], "page": titles.get(each["key"])}
        words = (
            _("“%(page)s” › “%(text)s” (%(key)s)") if said["page"] else _("“%(text)s” (%(key)s)")
        )
        named[each["key"]] = words % said
    return named


def read_stem(question: Mapping[str, Any]) -> str:
    """The beginning of its words, whatever else a stranger put there."""
    texts = [
        each["value"]
        for each in question["stem"]
        if isinstance(each, dict) and isinstance(each.get("value"), str)
    ]
    words = read_text(SILENT_PART.sub("", " ".join(texts)).replace("><", "> <"))
    return excerpt(" ".join(words.split()))


def list_key_problems(content: Mapping[str, Any]) -> Iterator[str]:
    """What is named twice, or is no name."""
    pages = [content["course"], *content["modules"]]
    for page in pages:
        if not is_page_key(page["key"]):
            yield _("“%(key)s” is not the key of a page.") % {"key": page["key"][:60]}
    for question in content["questions"]:
        if not QUESTION_KEY.fullmatch(question["key"]):
            yield _("“%(key)s” is not the key of a question.") % {"key": question["key"][:60]}
        keys = [choice["key"] for choice in question["choices"]]
        if len(set(keys)) < len(keys) or not all(map(CHOICE_KEY.fullmatch, keys)):
            yield _("Choices of “%(key)s” have no keys of their own.") % {"key": question["key"]}
    for rows in (pages, content["questions"]):
        counts = Counter(each["key"] for each in rows)
        for key in sorted(key for key, count in counts.items() if count > 1):
            yield _("“%(key)s” stands in the file twice.") % {"key": key}


def is_page_key(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _is_web_address(text: str) -> bool:
    try:
        return urlsplit(text).scheme in ("http", "https")
    except ValueError:
        return False


def resolve_elsewhere(
    content: Mapping[str, Any],
) -> tuple[dict[str, Any], dict[str, int], list[str]]:
    """Links to pages beside the course lead to the page of the same place in this site, if there is
    one; else to where they led, or nowhere. Returns the content, the pages and what to say."""
    root = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    base = root.root_page.url_path if root else "/"
    wanted = {f"{base}{path}": path for path in content["elsewhere"]}
    live = Page.objects.filter(url_path__in=wanted, live=True).values_list("url_path", "pk")
    pages = {f"site:{wanted[url_path]}": pk for url_path, pk in live}
    notes: dict[str, None] = {}

    def write(match: re.Match[str]) -> str:
        kind, path, text = match[1], unescape(match[2]), match[3]
        if kind != "site" or f"site:{path}" in pages:
            return match[0]
        url = content["elsewhere"].get(path, "")
        said = {"text": unescape(text), "address": url}
        if _is_web_address(url):
            notes[_("The link “%(text)s” leads to another site: %(address)s") % said] = None
            return f'<a href="{escape(url)}">{text}</a>'
        notes[_("The link “%(text)s” leads to a page that is not here: its text stays.") % said] = (
            None
        )
        return text

    def resolve(value: Any) -> Any:
        if isinstance(value, str):
            return FILE_LINK.sub(write, value)
        if isinstance(value, list):
            return [resolve(each) for each in value]
        if isinstance(value, dict):
            return {name: resolve(each) for name, each in value.items()}
        return value

    return resolve(dict(content)), pages, list(notes)


def is_same(one: Any, other: Any) -> bool:
    return write_content({"": one}) == write_content({"": other})
