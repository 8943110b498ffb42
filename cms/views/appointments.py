"""Officers of towns and prefectures, in the administration."""

import unicodedata
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.admin import messages
from wagtail.admin.auth import permission_required

from cms.domain.officers import OwnAppointment, appoint_by_address
from training.clock import today_in_japan
from training.domain.appointments import (
    AlreadyAppointed,
    AlreadyEnded,
    EndsBeforeItStarts,
    end_at_once,
    set_last_day,
)
from training.forms import ReasonField
from training.models import Appointment, LocalGovernment
from training.widgets import DatalistInput

VIEW = "lms_training.view_appointment"
ADD = "lms_training.add_appointment"
CHANGE = "lms_training.change_appointment"
PAGE_SIZE = 50
DATE = {"type": "date"}
WHY = gettext_lazy("For example: a new post. Kept in the audit log; please write no names.")


class BodyField(forms.CharField):
    """One of 1,788: by its name, with the prefecture where it needs it, or by its code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget = DatalistInput(options=_label_bodies)

    def clean(self, value: Any) -> LocalGovernment:
        text = _fold(super().clean(value))
        found = [
            body for body in _list_bodies() if text in (body.pk, _fold(body.name), _fold(str(body)))
        ]
        if not found:
            raise forms.ValidationError(
                _("No local government is called so. Choose one of the list, or write its code.")
            )
        if len(found) > 1:
            names = "、".join(map(str, found))
            raise forms.ValidationError(
                _("Several are called so: %(names)s. Please write the prefecture too."),
                params={"names": names},
            )
        return found[0]


def _fold(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _list_bodies() -> QuerySet[LocalGovernment]:
    return LocalGovernment.objects.filter(successor=None).select_related("prefecture")


def _label_bodies() -> list[str]:
    return [str(body) for body in _list_bodies()]


class AppointmentForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy(
            "Of the officer's account. If there is none, one is made and the officer is told how to"
            " sign in."
        ),
    )
    local_government = BodyField(
        label=gettext_lazy("Local government"),
        help_text=gettext_lazy(
            "Write the beginning of its name or its code of six digits, and choose. A prefecture's"
            " officers see its towns, too."
        ),
    )
    starts_on = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Last day (optional)"),
        required=False,
        widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
    )
    reason = ReasonField(help_text=WHY)


class EndForm(forms.Form):
    reason = ReasonField(help_text=WHY)


class LastDayForm(EndForm):
    ends_on = forms.DateField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("When this day is over, every right ends."),
        widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
    )


@require_safe
@never_cache
@permission_required(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    today = today_in_japan()
    rows = Appointment.objects.select_related("user", "local_government__prefecture")
    words = request.GET.get("q", "").split()
    for word in words:
        rows = rows.filter(
            Q(user__email__icontains=word)
            | Q(local_government__name__icontains=word)
            | Q(local_government__prefecture__name__icontains=word)
        )
    if "all" not in request.GET:
        rows = rows.filter(Q(ends_on=None) | Q(ends_on__gte=today), ended_at=None)
    page = Paginator(
        rows.order_by("local_government", "user__email", "-starts_on"), PAGE_SIZE
    ).get_page(request.GET.get("p"))
    return render(
        request,
        "cms/admin/appointments.html",
        {
            "page_obj": page,
            "today": today,
            "words": " ".join(words),
            "shows_all": "all" in request.GET,
            "can_add": request.user.has_perm(ADD),
            "can_change": request.user.has_perm(CHANGE),
        },
    )


@never_cache
@permission_required(ADD)
def add(request: HttpRequest) -> HttpResponse:
    form = AppointmentForm(request.POST or None, initial={"starts_on": today_in_japan()})
    if request.method == "POST" and form.is_valid() and _appoint(form, request):
        return redirect("appointments")
    return render(request, "cms/admin/add_appointment.html", {"form": form})


def _appoint(form: AppointmentForm, request: HttpRequest) -> bool:
    try:
        appointment = appoint_by_address(
            **form.cleaned_data, actor=request.user, now=timezone.now()
        )
    except OwnAppointment:
        form.add_error("email", _("Nobody appoints themselves. Ask another administrator."))
    except AlreadyAppointed as error:
        form.add_error("email", _tell_days(error.appointment))
    except EndsBeforeItStarts:
        form.add_error("ends_on", _("The last day lies before the first."))
    else:
        messages.success(
            request,
            _("%(address)s acts for %(body)s and is told by mail.")
            % {"address": appointment.user.email, "body": appointment.local_government},
        )
    return form.is_valid()


def _tell_days(appointment: Appointment) -> str:
    first, last = (
        date_format(day, "DATE_FORMAT") if day else ""
        for day in (appointment.starts_on, appointment.ends_on)
    )
    if last:
        text = _(
            "This account acts for this local government already, from %(first)s until %(last)s."
            " Choose days before or after, or end that appointment first."
        )
    else:
        text = _(
            "This account acts for this local government already, from %(first)s without a last"
            " day. End that appointment first."
        )
    return text % {"first": first, "last": last}


@never_cache
@permission_required(CHANGE)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Appointment.objects.select_related("user", "local_government__prefecture")
    appointment = get_object_or_404(rows, pk=pk)
    form = LastDayForm(
        request.POST if "last_day" in request.POST else None,
        initial={"ends_on": appointment.ends_on or today_in_japan()},
    )
    # Two forms on one page: each keeps its own ids and messages.
    at_once = EndForm(request.POST if "at_once" in request.POST else None, prefix="now")
    given: dict[str, Any] = {
        "appointment_id": pk,
        "actor": request.user,
        "now": timezone.now(),
    }
    try:
        if at_once.is_valid():
            end_at_once(**given, **at_once.cleaned_data)
            messages.success(request, _("Ended. Nothing is shown to this officer any more."))
            return redirect("appointments")
        if form.is_valid():
            set_last_day(**given, **form.cleaned_data)
            messages.success(request, _("The last day is set."))
            return redirect("appointments")
    except EndsBeforeItStarts:
        form.add_error("ends_on", _("The last day lies before the first."))
    except AlreadyAppointed as error:
        form.add_error("ends_on", _tell_days(error.appointment))
    except AlreadyEnded:
        messages.error(request, _("This appointment has ended already."))
        return redirect("appointments")
    return render(
        request,
        "cms/admin/end_appointment.html",
        {"appointment": appointment, "form": form, "at_once": at_once},
    )


urlpatterns = [
    path("appointments/", index, name="appointments"),
    path("appointments/add/", add, name="add_appointment"),
    path("appointments/<int:pk>/end/", end, name="end_appointment"),
]
