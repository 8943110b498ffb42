"""The learner's affiliations over time."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from training.domain import affiliations

from .access import learner_required


@require_safe
@learner_required
def history(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    rows = [
        {"affiliation": each, "text": affiliations.describe(affiliation=each, today=today)}
        for each in affiliations.read_history(learner_id=request.learner.pk)
    ]
    return render(request, "training/affiliations.html", {"rows": rows})
