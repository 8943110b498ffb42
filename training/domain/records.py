from django.db.models import Q
from wagtail.models import Page

from training.models import Attempt, CourseVersion, Enrolment, ModuleCompletion


def has_learner_records(*, page: Page) -> bool:
    """Rule R10: whether anything a learner did hangs on this page or one beneath it."""
    beneath = Q(path__startswith=page.path)
    pages = Page.objects.filter(beneath).values("pk")
    return any(
        rows.exists()
        for rows in (
            Enrolment.objects.filter(course__in=pages),
            CourseVersion.objects.filter(course__in=pages),
            ModuleCompletion.objects.filter(module__in=pages),
            Attempt.objects.filter(quiz__module__in=pages),
        )
    )
