"""Settings of this app, read when asked for so that tests and hosts can change them."""

from django.conf import settings


def lesson_cache_seconds() -> int:
    """How long a rendered lesson is kept. A new revision never waits for it; a renamed image or a
    moved page that the lesson links to does."""
    return getattr(settings, "TRAINING_LESSON_CACHE_SECONDS", 300)
