"""通知, as the officers of a body see it. Nothing is written when a page is only looked at."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from cms.domain.notice_status import find_addresses
from cms.domain.notices import confirm_notice, forward_notice, remind_bodies
from cms.models import NoticeAddress
from training.clock import today_in_japan
from training.models import LocalGovernment
from training.views.office_access import acting_officer_required

PAGE_SIZE = 50


@require_GET
@acting_officer_required
def index(request: HttpRequest) -> HttpResponse:
    rows = (
        NoticeAddress.objects.filter(local_government__in=request.scope.own)
        .select_related("notice", "local_government__prefecture")
        .order_by(F("opened_at").asc(nulls_first=True), "-addressed_at", "-pk")
    )
    # From a notice's own page, which everybody may read.
    asked = request.GET.get("notice", "")
    if asked.isdecimal() and rows.filter(notice=asked, notice__live=True).exists():
        return redirect("notices:detail", int(asked))
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "cms/offices/notices.html", {"page_obj": page})


@require_GET
@acting_officer_required
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    rows = _own_rows(request, pk)
    notice = rows[0].notice
    prefectures = [row for row in rows if row.local_government.prefecture_id is None]
    towns = []
    if prefectures:
        towns = find_addresses(notice=notice, today=today_in_japan()).filter(
            local_government__prefecture__in=[row.local_government_id for row in prefectures]
        )
    return render(
        request,
        "cms/offices/notice.html",
        {
            "page": notice,
            "rows": rows,
            "is_confirmed": all(row.opened_at for row in rows),
            "prefectures": prefectures,
            "can_forward": any(row.forwarded_at is None for row in prefectures),
            "towns": towns,
            "has_waiting_towns": any(row.opened_at is None for row in towns),
        },
    )


@require_POST
@acting_officer_required
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    _own_rows(request, pk)
    if confirm_notice(
        notice_id=pk, codes=request.scope.own, actor=request.user, now=timezone.now()
    ):
        messages.success(request, _("It is recorded that you have read this notice."))
    return redirect("notices:detail", pk)


@require_POST
@acting_officer_required
def forward(request: HttpRequest, pk: int) -> HttpResponse:
    """Prefectures only: a town has nobody to forward to."""
    if all(row.local_government.prefecture_id for row in _own_rows(request, pk)):
        raise PermissionDenied
    count = forward_notice(
        notice_id=pk,
        codes=request.scope.own,
        actor=request.user,
        url=officers_url(request, pk),
        today=today_in_japan(),
        now=timezone.now(),
    )
    if count:
        text = ngettext(
            "Forwarded to %(count)s municipality.", "Forwarded to %(count)s municipalities.", count
        )
        messages.success(request, text % {"count": count})
    return redirect("notices:detail", pk)


@require_POST
@acting_officer_required
def remind(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """A prefecture reminds its own towns."""
    if not any(row.local_government_id == code for row in _own_rows(request, pk)):
        raise Http404
    count = remind_bodies(
        notice_id=pk,
        actor=request.user,
        url=officers_url(request, pk),
        today=today_in_japan(),
        now=timezone.now(),
        prefecture=get_object_or_404(LocalGovernment, pk=code, prefecture=None),
    )
    tell_reminded(request, count)
    return redirect("notices:detail", pk)


def _own_rows(request: HttpRequest, pk: int) -> list[NoticeAddress]:
    """One row for each body that the officer acts for. A notice that was withdrawn has no page."""
    rows = NoticeAddress.objects.filter(
        notice=pk, notice__live=True, local_government__in=request.scope.own
    )
    found = list(rows.select_related("notice", "local_government__prefecture").order_by("pk"))
    if not found:
        raise Http404
    return found


def officers_url(request: HttpRequest, notice_id: int) -> str:
    return request.build_absolute_uri(reverse("notices:detail", args=[notice_id]))


def tell_reminded(request: HttpRequest, count: int) -> None:
    if count:
        text = ngettext("%(count)s body was reminded.", "%(count)s bodies were reminded.", count)
        messages.success(request, text % {"count": count})
    else:
        messages.info(
            request,
            _(
                "There is nobody to remind: a body is written to at most once a day, and only if "
                "it has an officer."
            ),
        )
