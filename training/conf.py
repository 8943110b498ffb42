"""What other apps and hosts may set. Settings are read when asked for."""

from collections.abc import Callable

from django.conf import settings

# Each takes a name and returns the clusters that could not be printed. Apps that print names
# append theirs when they are ready; training itself prints none.
undrawable_finders: list[Callable[[str], list[str]]] = []


def find_undrawable(text: str) -> list[str]:
    """The clusters that could not be printed, each once."""
    found: dict[str, None] = {}
    for finder in undrawable_finders:
        found.update(dict.fromkeys(finder(text)))
    return list(found)


def lesson_cache_seconds() -> int:
    """How long a rendered lesson is kept. A new revision never waits for it; a renamed image or a
    moved page that the lesson links to does."""
    return getattr(settings, "TRAINING_LESSON_CACHE_SECONDS", 300)
