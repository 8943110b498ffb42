from typing import Any

from django import template

from training.domain.revision_words import list_changes_in_words

register = template.Library()


@register.simple_tag
def list_changes(before: Any, after: Any) -> list[str]:
    return list_changes_in_words(before=before, after=after)
