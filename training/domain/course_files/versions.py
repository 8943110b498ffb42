"""The latest versions of many pages or questions, to be read and not to be saved, in a fixed number
of statements. Wagtail's own way asks the database for each, and for each thing it refers to."""

from collections.abc import Iterable, Sequence
from typing import Any

from taggit.models import Tag
from wagtail.models import Revision

from training.models import Question


def read_latest_pages(pages: Iterable[Any]) -> dict[int, Any]:
    """By number. Of a draft only what an editor fills in is there."""
    rows = list(pages)
    contents = _read_drafts(rows)
    return {
        row.pk: type(row).from_serializable_data(contents[row.pk], check_fks=False)
        if row.pk in contents
        else row
        for row in rows
    }


def read_latest_questions(questions: Sequence[Question]) -> dict[int, Question]:
    """By number. `questions` are prefetched (question_drafts.PREFETCHED)."""
    contents = _read_drafts(questions)
    drafts = {row.pk: _make_draft(row, contents[row.pk]) for row in questions if row.pk in contents}
    items = [item for draft in drafts.values() for item in draft.tagged_items.all()]
    tags = Tag.objects.in_bulk({item.tag_id for item in items}) if items else {}
    parts = [part for draft in drafts.values() for part in draft.parts.all()]
    asked = Question.objects.in_bulk({part.question_id for part in parts}) if parts else {}
    for draft in drafts.values():
        # What is gone since the draft was written.
        draft.tagged_items = [item for item in draft.tagged_items.all() if item.tag_id in tags]
        draft.parts = [part for part in draft.parts.all() if part.question_id in asked]
        for item in draft.tagged_items.all():
            item.tag = tags[item.tag_id]
        for part in draft.parts.all():
            part.question = asked[part.question_id]
    return {row.pk: drafts.get(row.pk, row) for row in questions}


def _read_drafts(rows: Iterable[Any]) -> dict[int, Any]:
    """What the latest revision says, of those that were changed since they were published."""
    wanted = {
        row.latest_revision_id: row.pk
        for row in rows
        if row.has_unpublished_changes and row.latest_revision_id
    }
    found = Revision.objects.in_bulk(wanted) if wanted else {}
    return {wanted[pk]: revision.content for pk, revision in found.items()}


def _make_draft(row: Question, content: dict[str, Any]) -> Question:
    draft: Question = Question.from_serializable_data(content, check_fks=False)
    draft.pk = row.pk
    if row.is_fixed:
        draft.key, draft.kind = row.key, row.kind
    return draft
