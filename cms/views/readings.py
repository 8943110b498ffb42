from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.snippets.views.snippets import CreateView, EditView, SnippetViewSet

from cms.domain.reading_changes import list_changes
from cms.models import Reading


class ShowBeforeSaving:
    """A correction is in force as soon as it is saved: the first time, what it changes is shown."""

    def form_valid(self, form):
        entered = form.cleaned_data["written"], form.cleaned_data["reading"]
        changes = list_changes(
            written=form.instance.written,
            reading=form.instance.reading,
            instead_of=form.initial.get("written", ""),
        )
        mark = "=".join(entered)
        if changes.sentences and self.request.POST.get("seen") != mark:
            return self.render_to_response(
                self.get_context_data(form=form, changes=changes, mark=mark)
            )
        if not changes.sentences:
            messages.info(self.request, _("No page that is published is read otherwise by it."))
        return super().form_valid(form)

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"below": super().template_name}


class ReadingCreateView(ShowBeforeSaving, CreateView):
    pass


class ReadingEditView(ShowBeforeSaving, EditView):
    pass


class ReadingViewSet(SnippetViewSet):
    model = Reading
    icon = "draft"
    menu_label = gettext_lazy("Readings")
    menu_order = 165
    add_to_admin_menu = True
    list_display = ["written", "reading"]
    search_fields = ["written", "reading"]
    add_view_class = ReadingCreateView
    edit_view_class = ReadingEditView
    create_template_name = edit_template_name = "cms/admin/reading.html"
