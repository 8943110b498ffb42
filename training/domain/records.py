from django.db.models import Q, TextField
from django.db.models.functions import Cast
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


def find_open_attempts(*, key: str) -> list[int]:
    """Those whose paper asks the question: they have no GradedItem yet. The database looks through
    the papers as text, since not every one can look into JSON; a key needs no escaping there."""
    papers = Attempt.objects.filter(submitted_at=None).annotate(text=Cast("paper", TextField()))
    found = papers.filter(text__contains=f'"{key}"').order_by("pk").values_list("pk", "paper")
    return [
        pk
        for pk, paper in found.iterator(chunk_size=200)
        if any(item["question"] == key for item in paper["items"])
    ]
