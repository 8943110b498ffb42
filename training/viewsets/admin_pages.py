from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.admin.admin_url_finder import AdminURLFinder


def render_page(
    request: HttpRequest,
    template: str,
    *,
    instance: Model,
    title: str,
    icon: str,
    context: dict[str, Any],
) -> HttpResponse:
    """A page of Wagtail's admin about an instance, with the way back to its form."""
    edit_url = AdminURLFinder(request.user).get_edit_url(instance)
    breadcrumbs = [
        {"url": reverse("wagtailadmin_home"), "label": _("Home")},
        {
            "url": edit_url or "",
            "label": f"{capfirst(instance._meta.verbose_name)}: {instance}",
        },
        {"url": "", "label": title},
    ]
    page = {
        "instance": instance,
        "header_title": f"{title}: {instance}",
        "page_title": title,
        "header_icon": icon,
        "breadcrumbs_items": breadcrumbs,
    }
    return render(request, template, page | context)
