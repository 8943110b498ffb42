from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cms.domain.glossary import list_rows


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    return render(request, "cms/glossary.html", {"rows": list_rows()})
