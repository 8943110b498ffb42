"""The desk on the first page of the editor."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone
from wagtail.admin.ui.components import Component
from wagtail.models import Page

from cms.domain.desk import Row, read_desk
from training.clock import today_in_japan


class DeskPanel(Component):
    name = "desk"
    template_name = "cms/admin/desk.html"
    order = 100

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        user = parent_context["request"].user if parent_context else None
        parts = read_desk(user=user, now=timezone.now(), today=today_in_japan())
        return {
            "parts": [
                (part, [(row, find_address(row)) for row in part.rows], part.count - len(part.rows))
                for part in parts
            ]
        }


def find_address(row: Row) -> str:
    """Of the form that opens it; nothing where there is none."""
    if issubclass(row.model, Page):
        return reverse("wagtailadmin_pages:edit", args=[row.pk])
    viewset = getattr(row.model, "snippet_viewset", None)
    return reverse(viewset.get_url_name("edit"), args=[row.pk]) if viewset else ""
