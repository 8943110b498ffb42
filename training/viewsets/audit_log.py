"""操作記録: who did what, in the administration. There is nothing to edit."""

import datetime as dt
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.auth import permission_required

from training.clock import in_japan
from training.domain.audit_log import Search, export_entries, find_entries, list_actions
from training.domain.audit_words import find_objects, name_object, write_details
from training.models import AuditEntry
from training.tables.writing import CSV_TYPE, XLSX_TYPE, write_csv_lines, write_workbook_rows

VIEW = "lms_training.view_auditentry"
PAGE_SIZE = 50
WIDTHS = (10, 20, 30, 26, 40, 20, 40, 60)


class DayField(forms.DateField):
    """At the ends of the calendar there is no day before or after."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"})
        super().__init__(required=False, widget=widget, **kwargs)

    def validate(self, value: dt.date | None) -> None:
        super().validate(value)
        if value is not None and not 1900 <= value.year <= 9000:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")


class SearchForm(forms.Form):
    actor = forms.CharField(label=_("By (e-mail address)"), required=False, max_length=254)
    action = forms.ChoiceField(label=_("What was done"), required=False)
    subject = forms.CharField(
        label=_("Object"),
        required=False,
        max_length=150,
        help_text=_("As the list shows it: a kind, a number, or both; or a certificate's number"),
    )
    body = forms.CharField(label=_("Local government"), required=False, max_length=60)
    first = DayField(label=_("From (day)"))
    last = DayField(label=_("Until (day)"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].choices = [("", _("Every action")), *list_actions()]


def read_search(request: HttpRequest) -> tuple[SearchForm, Search | None]:
    form = SearchForm(request.GET)
    return form, Search(**form.cleaned_data) if form.is_valid() else None


@require_safe
@never_cache
@permission_required(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    form, search = read_search(request)
    entries = find_entries(search=search) if search else AuditEntry.objects.none()
    page = Paginator(entries, PAGE_SIZE).get_page(request.GET.get("p"))
    objects = find_objects(entries=page)
    finder = AdminURLFinder(request.user)
    rows = [
        {
            "entry": entry,
            "name": name_object(entry=entry, found=found),
            "details": write_details(entry=entry),
            "url": finder.get_edit_url(found) if found is not None else "",
        }
        for entry in page
        for found in [objects.get((entry.object_type, entry.object_id))]
    ]
    context = {"form": form, "rows": rows, "page_obj": page, "query": request.GET.urlencode()}
    return render(request, "training/admin/audit_log.html", context)


@require_POST
@never_cache
@permission_required(VIEW)
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """By POST, for it writes a line itself; what is searched for stands in the address."""
    form, search = read_search(request)
    if search is None:
        return render(
            request, "training/admin/audit_log.html", {"form": form, "rows": []}, status=400
        )
    now = timezone.now()
    rows = export_entries(search=search, kind=kind, actor=request.user, now=now)
    response: HttpResponse | StreamingHttpResponse
    if kind == "csv":
        response = StreamingHttpResponse(write_csv_lines(rows), content_type=CSV_TYPE)
    else:
        data = write_workbook_rows(rows, title=str(_("Audit log")), widths=WIDTHS)
        response = HttpResponse(data, content_type=XLSX_TYPE)
    name = f"audit-{in_japan(now):%Y%m%d-%H%M}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
