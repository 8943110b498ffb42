"""周知 in the administration: whoever may publish a notice sends it out."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from wagtail.admin import messages

from cms.domain.notice_status import add_up, find_addresses, read_status
from cms.domain.notices import (
    NotPublished,
    address_notice,
    choose_bodies,
    plan_addressing,
    remind_bodies,
)
from cms.models import NoticePage
from cms.notice_forms import AddressForm
from training.clock import JAPAN, today_in_japan
from training.tables.writing import CSV_TYPE, write_csv_lines
from training.views.access import posted

from .notices import officers_url, tell_reminded


def can_send_out(user: Any, notice: NoticePage) -> bool:
    return notice.permissions_for_user(user).can_publish()


def for_publishers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @never_cache
    @wraps(view)
    def wrapped(request: HttpRequest, page_id: int) -> HttpResponse:
        notice = get_object_or_404(NoticePage, pk=page_id)
        if not can_send_out(request.user, notice):
            raise PermissionDenied
        return view(request, notice)

    return wrapped


@require_http_methods(["GET", "HEAD", "POST"])
@for_publishers
def address(request: HttpRequest, notice: NoticePage) -> HttpResponse:
    """Choose, look at what that means, send. The last step carries the choice of the first."""
    form = AddressForm(posted(request))
    plan = None
    today = today_in_japan()
    if notice.live and form.is_valid():
        bodies = choose_bodies(**form.cleaned_data)
        if "send" in request.POST:
            return _send(request, notice, bodies)
        if "change" not in request.POST:
            plan = plan_addressing(notice=notice, bodies=bodies, today=today)
    return render(
        request, "cms/admin/address_notice.html", {"notice": notice, "form": form, "plan": plan}
    )


def _send(request: HttpRequest, notice: NoticePage, bodies: list[Any]) -> HttpResponse:
    try:
        count = address_notice(
            notice_id=notice.pk,
            bodies=bodies,
            actor=request.user,
            url=officers_url(request, notice.pk),
            today=today_in_japan(),
            now=timezone.now(),
        )
    except NotPublished:
        messages.error(request, _("The notice is not published. Nothing was sent."))
        return redirect("notice_address", notice.pk)
    if count:
        text = ngettext("Sent out to %(count)s body.", "Sent out to %(count)s bodies.", count)
        messages.success(request, text % {"count": count})
    else:
        messages.info(request, _("It had been sent out to all of them already."))
    return redirect("notice_status", notice.pk)


@require_GET
@for_publishers
def status(request: HttpRequest, notice: NoticePage) -> HttpResponse:
    rows = read_status(notice=notice)
    chosen = next((row for row in rows if row.code == request.GET.get("prefecture")), None)
    bodies = []
    if chosen:
        bodies = find_addresses(notice=notice, today=today_in_japan()).filter(
            local_government__prefecture=chosen.code
        )
    return render(
        request,
        "cms/admin/notice_status.html",
        {
            "notice": notice,
            "rows": rows,
            "total": add_up(rows=rows),
            "chosen": chosen,
            "bodies": bodies,
        },
    )


@require_GET
@for_publishers
def status_csv(request: HttpRequest, notice: NoticePage) -> HttpResponse:
    """1,788 lines at most, of names from our own table, dates and yes or no."""
    rows = [
        [
            _("Code of the local government"),
            _("Local government"),
            _("Has an officer"),
            _("Sent on"),
            _("Confirmed on"),
            _("Forwarded on"),
            _("Reminded on"),
        ]
    ]
    for row in find_addresses(notice=notice, today=today_in_japan()):
        days = [row.addressed_at, row.opened_at, row.forwarded_at, row.reminded_at]
        rows.append(
            [
                row.local_government_id,
                str(row.local_government),
                _("yes") if row.has_officer else _("no"),
                *(f"{each.astimezone(JAPAN):%Y-%m-%d}" if each else "" for each in days),
            ]
        )
    response = HttpResponse("".join(write_csv_lines(rows)), content_type=CSV_TYPE)
    response["Content-Disposition"] = f'attachment; filename="notice-{notice.pk}.csv"'
    return response


@require_POST
@for_publishers
def remind(request: HttpRequest, notice: NoticePage) -> HttpResponse:
    count = remind_bodies(
        notice_id=notice.pk,
        actor=request.user,
        url=officers_url(request, notice.pk),
        today=today_in_japan(),
        now=timezone.now(),
    )
    tell_reminded(request, count)
    return redirect("notice_status", notice.pk)


urlpatterns = [
    path("notices/<int:page_id>/address/", address, name="notice_address"),
    path("notices/<int:page_id>/status/", status, name="notice_status"),
    path("notices/<int:page_id>/status.csv", status_csv, name="notice_status_csv"),
    path("notices/<int:page_id>/remind/", remind, name="notice_remind"),
]
