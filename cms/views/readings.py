from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.models import Reading


class ReadingViewSet(SnippetViewSet):
    model = Reading
    icon = "draft"
    menu_label = _("Readings")
    menu_order = 165
    add_to_admin_menu = True
    list_display = ["written", "reading"]
    search_fields = ["written", "reading"]
