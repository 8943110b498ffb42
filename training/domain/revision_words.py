"""Two versions of a page or a question compared in sentences."""

from typing import Any

from django.db.models import Model
from wagtail.models import Page

from training.models import Question

from .course_files.contents import Reader
from .course_files.differences import describe_differences


class _Plain(Reader):
    """Numbers stay numbers: both versions are of this site."""

    def name_medium(self, kind: str, pk: int) -> str:
        return f"{kind}:{pk}"

    def name_page(self, pk: int) -> tuple[str, str] | None:
        return "page", str(pk)


def list_changes_in_words(*, before: Model, after: Model) -> list[str]:
    """Nothing of models that are neither pages nor questions. A question's answers are told like
    the rest: whoever compares its versions may change it."""
    reader, model = _Plain(None), type(after)
    if isinstance(before, Question) and isinstance(after, Question):
        told: list[Any] = [_read_question(reader, each) for each in (before, after)]
    elif isinstance(before, Page) and isinstance(after, Page):
        told = [reader.read_fields(each) | {"slug": each.slug} for each in (before, after)]
    else:
        return []
    if reader.problems:  # what cannot be read would be told as taken out
        return []
    return describe_differences(model=model, before=told[0], after=told[1])


def _read_question(reader: Reader, question: Question) -> dict[str, Any]:
    return reader.read_question(question) | {"passage_module": question.passage_module_id}
