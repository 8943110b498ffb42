"""What other apps and hosts may set. Settings are read when asked for."""

from collections.abc import Callable

from django.conf import settings

# Each takes a name and returns the clusters that could not be printed. Apps that print names
# append theirs when they are ready; training itself prints none.
undrawable_finders: list[Callable[[str], list[str]]] = []


def lesson_cache_seconds() -> int:
    """How long a rendered lesson is kept. A new revision never waits for it; a renamed image or a
    moved page that the lesson links to does."""
    return getattr(settings, "TRAINING_LESSON_CACHE_SECONDS", 300)
