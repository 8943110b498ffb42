from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from training.domain import people
from training.domain.progress import read_all_progress
from training.forms import RegistrationForm, clean_code
from training.models import CoursePage, Enrolment, Learner, LocalGovernment

from .access import learner_required


def _next_url(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else reverse("training:desk")


@learner_required
def desk(request: HttpRequest) -> HttpResponse:
    """The learner's own page: courses under way and completed, and what is open to enrol in."""
    enrolments = list(
        Enrolment.objects.filter(learner=request.learner, withdrawn_at=None)
        .select_related("course", "version")
        .order_by("-enrolled_at")
    )
    for each in enrolments:
        # One instance for all: what is found out about the learner is found out once.
        each.learner = request.learner
    progress = read_all_progress(courses=[(each.course.path, each) for each in enrolments])
    rows = [
        {"enrolment": each, "course_url": each.course.get_url(), "progress": seen}
        for each, seen in zip(enrolments, progress, strict=True)
    ]
    taken = [row["enrolment"].course_id for row in rows]
    open_courses = CoursePage.objects.live().public().exclude(pk__in=taken).order_by("path")
    return render(
        request,
        "training/desk.html",
        {"learner": request.learner, "rows": rows, "open_courses": open_courses},
    )


@never_cache
def register(request: HttpRequest) -> HttpResponse:
    """The purpose notice first, then the account, then the person."""
    notice = people.current_purpose_notice(today=timezone.localdate())
    next_url = _next_url(request)
    if notice is None:
        return render(request, "training/registration_closed.html", status=503)
    if not request.user.is_authenticated:
        return render(
            request,
            "training/purpose_notice.html",
            {"notice": notice, "login": redirect_to_login(request.get_full_path()).url},
        )
    if Learner.objects.filter(user_id=request.user.pk).exists():
        return redirect(next_url)
    form = RegistrationForm(request.POST or None, notice=notice)
    if request.method == "POST" and "list_municipalities" not in request.POST and form.is_valid():
        people.register_learner(user=request.user, now=timezone.now(), **form.facts())
        messages.success(request, _("You are registered. Now you can enrol in a course."))
        return redirect(next_url)
    if "list_municipalities" in request.POST:
        form = RegistrationForm(notice=notice, initial=request.POST.dict())
    return render(
        request, "training/register.html", {"form": form, "notice": notice, "next": next_url}
    )


@require_GET
@login_required
def municipalities(request: HttpRequest) -> HttpResponse:
    """The options of one prefecture, for the form's script."""
    prefecture = clean_code(request.GET.get("prefecture"))
    bodies = LocalGovernment.objects.filter(prefecture_id=prefecture)
    return render(request, "training/components/municipality_options.html", {"bodies": bodies})
