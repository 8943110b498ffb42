"""The handbooks: for editors, and for towns and prefectures."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cms.roles import ADMIN_ACCESS


@require_safe
@login_required
def editors(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm(ADMIN_ACCESS):
        raise PermissionDenied
    return render(request, "cms/handbooks/editors.html")


@require_safe
def towns(request: HttpRequest) -> HttpResponse:
    return render(request, "cms/handbooks/towns.html")
