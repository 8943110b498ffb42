"""What other apps and hosts may set. Settings are read when asked for."""

from collections.abc import Callable

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Each takes a name and returns the clusters that could not be printed. Apps that print names
# append theirs when they are ready; training itself prints none.
undrawable_finders: list[Callable[[str], list[str]]] = []


def find_undrawable(text: str) -> list[str]:
    """The clusters that could not be printed, each once."""
    found: dict[str, None] = {}
    for finder in undrawable_finders:
        found.update(dict.fromkeys(finder(text)))
    return list(found)


def base_url() -> str:
    """Where links in mails lead, without a path."""
    return str(settings.WAGTAILADMIN_BASE_URL).rstrip("/")


def lesson_cache_seconds() -> int:
    """How long a rendered lesson is kept. A new revision never waits for it; a renamed image or a
    moved page that the lesson links to does."""
    return getattr(settings, "TRAINING_LESSON_CACHE_SECONDS", 300)


# What the audit log calls each deed, by its dotted name. Other apps add theirs when they are ready.
audit_actions: dict[str, Promise] = {
    "affiliation.confirm": _("Affiliation confirmed"),
    "affiliation.refuse": _("Affiliation refused"),
    "appointment.start": _("Officer appointed"),
    "appointment.end": _("Officer's term ended"),
    "body.merge": _("Local governments merged"),
    "data.export": _("Own data exported"),
    "enrolments.export": _("List of learners exported"),
    "evidence.view": _("Evidence opened"),
    "invitation.send": _("Invitations sent"),
    "invitation.withdraw": _("Invitation withdrawn"),
    "learner.correct": _("Learner's data corrected"),
    "learner.erase": _("Learner erased"),
    "learner.merge": _("Double registration merged"),
    "question.regrade": _("Question re-graded"),
    "retention.run": _("Kept data deleted by its clock"),
}
