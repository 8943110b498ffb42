"""「どの類型が使えますか」: what the notice planned for an area and a class."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from cms.domain.guide import BUDGETS, Situation, answer, list_situations, read_guide
from cms.guide_forms import GuideForm
from cms.models import NoticePage


def _describe(situation: Situation) -> list[Any]:
    """The choices in the form's own words."""
    form = GuideForm()
    return [
        dict(form.fields[name].choices)[value] for name, value in GuideForm.write(situation).items()
    ]


def _read_answers(situation: Situation) -> list[dict[str, Any]]:
    found = answer(situation=situation)
    return [{"budget": BUDGETS[name], "answers": answers} for name, answers in found.items()]


def _read_source() -> dict[str, Any]:
    guide = read_guide()
    notice = NoticePage.objects.live().public().filter(slug=guide.notice).first()
    return {"guide": guide, "notice_url": notice.get_url() if notice else ""}


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """The questions, and once they are answered what follows."""
    # Nothing chosen sends nothing but this, and what is missing is told.
    is_asked = "ask" in request.GET
    is_answered = request.GET.keys() & GuideForm.base_fields.keys()
    form = GuideForm(request.GET if is_asked or is_answered else None)
    context: dict[str, Any] = {"form": form} | _read_source()
    if form.is_valid():
        situation = form.read_situation()
        address = f"{reverse('guide')}?{urlencode(GuideForm.write(situation))}"
        if is_asked:
            return redirect(address)
        context |= {
            "situation": _describe(situation),
            "budgets": _read_answers(situation),
            "address": address,
        }
    return render(request, "cms/guide.html", context)


@require_safe
def guide_matrix(request: HttpRequest) -> HttpResponse:
    rows = [
        {
            "situation": _describe(situation),
            "budgets": _read_answers(situation),
            "address": f"{reverse('guide')}?{urlencode(GuideForm.write(situation))}",
        }
        for situation in list_situations()
    ]
    context = {"rows": rows, "budgets": BUDGETS.values()} | _read_source()
    return render(request, "cms/guide_matrix.html", context)
