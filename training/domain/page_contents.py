"""What pages of this app say in their latest version, draft or not, as plain data."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from wagtail.models import Page

from training.models import CoursePage, ModulePage

# Children of blocks that are no text to be read.
NOT_READ = {"url", "page", "tone", "id", "type", "file", "image", "document", "captions"}


@dataclass(frozen=True)
class Content:
    """`blocks` are pairs of a block's name and its value as it is stored."""

    pk: int
    title: str
    is_module: bool
    live: bool
    blocks: list[tuple[str, Any]]


def read_contents(*, pages: QuerySet[Page]) -> list[Content]:
    """Courses and modules among them, in the order of the tree. Three statements."""
    rows = list(pages.order_by("path").select_related("latest_revision"))
    wanted = [page.pk for page in rows]
    kept: dict[int, Any] = dict(CoursePage.objects.in_bulk(wanted))
    modules = ModulePage.objects.in_bulk(wanted)
    kept.update(modules)
    return [_read(page, kept[page.pk], page.pk in modules) for page in rows if page.pk in kept]


def _read(page: Page, stored: Any, is_module: bool) -> Content:
    if page.latest_revision_id:
        said = page.latest_revision.content
        raw, title = json.loads(said.get("body") or "[]"), said["title"]
    else:
        raw, title = list(stored.body.raw_data), stored.title
    blocks = [(each["type"], each["value"]) for each in raw]
    return Content(page.pk, title, is_module, page.live, blocks)


def list_strings(
    blocks: Iterable[tuple[str, Any]], *, without: tuple[str, ...] = ()
) -> Iterator[str]:
    """Every text, with its markup."""
    for name, value in blocks:
        if name not in without:
            yield from _walk(value)


def _walk(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            if key not in NOT_READ:
                yield from _walk(each)
    elif isinstance(value, list):
        for each in value:
            yield from _walk(each)
