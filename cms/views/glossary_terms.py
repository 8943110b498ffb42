from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.models import GlossaryTerm


class GlossaryTermViewSet(SnippetViewSet):
    model = GlossaryTerm
    icon = "openquote"
    menu_label = _("Glossary")
    menu_order = 160
    add_to_admin_menu = True
    list_display = ["term", "reading", "review_by"]
    search_fields = ["term", "reading", "also", "plain"]
