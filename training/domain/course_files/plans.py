"""What the import of a course would do, in words, and the forms in which it compares."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape, unescape
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from django.utils.translation import gettext as _
from wagtail.models import Page, Site

from training.exchange.course_files import write_content

from .blocks import FILE_LINK, NAMESPACE

PAGE_KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CHOICE_KEY = re.compile(r"[A-Za-z0-9_-]{1,8}")
QUESTION_KEY = re.compile(r"[A-Za-z0-9_-]{1,80}")


@dataclass(frozen=True)
class Entry:
    """`changes` are sentences, the details of what is changed."""

    kind: str
    name: str
    changes: tuple[str, ...] = ()


@dataclass
class CoursePlan:
    """`at_once` is what has no draft: learners see it as soon as it is done, so it is done only
    where the editor asked for it."""

    title: str = ""
    is_update: bool = False
    created: list[Entry] = field(default_factory=list)
    changed: list[Entry] = field(default_factory=list)
    unchanged: list[Entry] = field(default_factory=list)
    at_once: list[Entry] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    # Of what is here and would be changed, as it is now.
    before: list[Any] = field(default_factory=list)
    course_pk: int | None = None
    # Whether the editor asked for what has no draft.
    with_at_once: bool = False

    @property
    def can_be_done(self) -> bool:
        wanted = self.created or self.changed or (self.with_at_once and self.at_once)
        return bool(wanted) and not self.errors

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
        if urlsplit(url).scheme in ("http", "https"):
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
