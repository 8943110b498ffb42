"""The handbooks: for editors, and for towns and prefectures."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.views.decorators.http import require_safe

from cms.roles import ADMIN_ACCESS
from cms.templatetags.handbooks import StepNode


def _show(request: HttpRequest, name: str) -> HttpResponse:
    template = get_template(f"cms/handbooks/{name}.html")
    steps = template.template.nodelist.get_nodes_by_type(StepNode)
    return HttpResponse(template.render({"steps": steps}, request))


@require_safe
@login_required
def editors(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm(ADMIN_ACCESS):
        raise PermissionDenied
    return _show(request, "editors")


@require_safe
def towns(request: HttpRequest) -> HttpResponse:
    return _show(request, "towns")
