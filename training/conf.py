"""Settings, with what holds where a host sets nothing. They are read when asked for."""

from django.conf import settings


def base_url() -> str:
    """Where links in mails lead, without a path."""
    return str(settings.WAGTAILADMIN_BASE_URL).rstrip("/")


def lesson_cache_seconds() -> int:
    """How long a rendered lesson is kept. A new revision never waits for it; a renamed image or a
    moved page that the lesson links to does."""
    return getattr(settings, "TRAINING_LESSON_CACHE_SECONDS", 300)


# By the name of the class (seams.KeptClass); None keeps for ever. docs/people.md says why.
KEPT_FOR: dict[str, int | None] = {
    "evidence": 90,
    "undecided_evidence": 730,
    "registration_drafts": 90,
    "import_uploads": 1,
    "invitation_uploads": 1,
    "ended_invitations": 180,
    "mails": 30,
    "inactive_learners": None,
}


def retention_period(name: str, default: int | None = None) -> int | None:
    """In the unit of the class; None keeps for ever."""
    periods: dict[str, int | None] = getattr(settings, "TRAINING_RETENTION", {})
    return periods.get(name, KEPT_FOR.get(name, default))
