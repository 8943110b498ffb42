"""Issuing by hand, in the administration: one officer proposes, another decides."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.admin import messages
from wagtail.admin.auth import any_permission_required, permission_required

from certificates import tasks
from certificates.domain import issuing, manual
from certificates.models import ManualIssue
from training.domain.outlines import CourseNotReady
from training.models import CoursePage, Learner

from .certificates import certificate_viewset

VIEW = "lms_certificates.view_manualissue"
ADD = "lms_certificates.add_manualissue"
CHANGE = "lms_certificates.change_manualissue"
PAGE_SIZE = 50
MOST_FOUND = 20


class ProposalForm(forms.Form):
    course = forms.ModelChoiceField(
        CoursePage.objects.live().order_by("path"), label=gettext_lazy("Course")
    )
    completed_on = forms.DateField(
        label=gettext_lazy("Completed on"),
        help_text=gettext_lazy("As the paper record says. It is printed on the certificate."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason and evidence"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "What shows the completion and where it is kept, so that the second officer can look"
            " it up. Without names: it stays in the audit log for ever."
        ),
    )


class NoteForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("What you looked at. Needed for a refusal."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if "refuse" in self.data and not data.get("note"):
            self.add_error("note", _("Please say why."))
        return data


@require_safe
@never_cache
@any_permission_required(VIEW, CHANGE)
def index(request: HttpRequest) -> HttpResponse:
    rows = ManualIssue.objects.select_related(
        "learner", "course", "proposed_by", "decided_by", "certificate"
    )
    # Those that wait come first: w is the last of the three letters.
    page = Paginator(rows.order_by("-decision", "-pk"), PAGE_SIZE).get_page(request.GET.get("p"))
    context = {"page_obj": page, "can_add": request.user.has_perm(ADD)}
    return render(request, "certificates/admin/manual_issues.html", context)


@never_cache
@permission_required(ADD)
def choose(request: HttpRequest) -> HttpResponse:
    """Whose completion it is. Nobody is shown before a search."""
    words = request.GET.get("q", "").split()
    learners = Learner.objects.none()
    if words:
        wanted = Q()
        for word in words:
            wanted &= Q(full_name__icontains=word) | Q(kana__icontains=word)
        learners = Learner.objects.filter(
            wanted | Q(user__email__icontains=words[0]), erased_at=None, merged_into=None
        )
    found = learners.select_related("user").order_by("kana", "pk")
    context = {"words": " ".join(words), "learners": found[:MOST_FOUND], "most": MOST_FOUND}
    return render(request, "certificates/admin/manual_choose.html", context)


@never_cache
@permission_required(ADD)
def propose(request: HttpRequest, learner_id: int) -> HttpResponse:
    learners = Learner.objects.filter(erased_at=None, merged_into=None).select_related("user")
    learner = get_object_or_404(learners, pk=learner_id)
    form = ProposalForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _propose(form, learner, request):
        messages.success(request, _("Proposed. Another register officer decides now."))
        return redirect("certificates_manual_issues")
    context = {"form": form, "learner": learner}
    return render(request, "certificates/admin/manual_propose.html", context)


def _propose(form: ProposalForm, learner: Learner, request: HttpRequest) -> bool:
    try:
        manual.propose_issue(
            learner=learner, **form.cleaned_data, actor=request.user, now=timezone.now()
        )
    except manual.NotYet:
        form.add_error("completed_on", _("This day lies ahead."))
    except manual.AlreadyCertified:
        form.add_error(
            "completed_on", _("There is a certificate of a completion on this day already.")
        )
    except manual.AlreadyProposed:
        form.add_error(None, _("A proposal for this learner and course waits already."))
    return form.is_valid()


@never_cache
@permission_required(CHANGE)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    rows = ManualIssue.objects.select_related("learner__user", "course", "proposed_by")
    issue = get_object_or_404(rows, pk=pk)
    if issue.decision != ManualIssue.Decision.WAITING:
        messages.error(request, _("This proposal was decided already."))
        return redirect("certificates_manual_issues")
    form = NoteForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _decide(form, issue, request):
        return redirect("certificates_manual_issues")
    return render(
        request,
        "certificates/admin/manual_decide.html",
        {
            "form": form,
            "issue": issue,
            "is_own": issue.proposed_by_id == request.user.pk,
            "certificates": [
                (each, reverse(certificate_viewset.get_url_name("inspect"), args=[each.pk]))
                for each in manual.find_certificates(learner=issue.learner, course=issue.course)
            ],
        },
    )


def _decide(form: NoteForm, issue: ManualIssue, request: HttpRequest) -> bool:
    given: dict[str, Any] = {
        "issue_id": issue.pk,
        "actor": request.user,
        "note": form.cleaned_data["note"],
        "now": timezone.now(),
    }
    try:
        if "refuse" in request.POST:
            manual.refuse_issue(**given)
            messages.success(request, _("Refused."))
        else:
            with transaction.atomic():
                certificate = manual.approve_issue(**given)
                transaction.on_commit(lambda: tasks.ring(tasks.issue, certificate.pk))
            messages.success(
                request,
                _("Approved. %(number)s is being prepared.") % {"number": certificate.number_text},
            )
    except manual.SamePerson:
        form.add_error(None, _("You have proposed it, so somebody else must approve it."))
    except manual.OwnCertificate:
        form.add_error(None, _("It is your own certificate, so somebody else must approve it."))
    except manual.AlreadyDecided:
        messages.error(request, _("This proposal was decided already."))
    except manual.AlreadyCertified:
        form.add_error(None, _("There is a certificate of a completion on this day already."))
    except issuing.NoTemplate:
        form.add_error(None, _("There is no certificate template for this course yet."))
    except CourseNotReady:
        form.add_error(None, _("This course has no published module yet."))
    return form.is_valid()


urlpatterns = [
    path("certificates/by-hand/", index, name="certificates_manual_issues"),
    path("certificates/by-hand/propose/", choose, name="certificates_manual_choose"),
    path(
        "certificates/by-hand/propose/<int:learner_id>/", propose, name="certificates_propose_issue"
    ),
    path("certificates/by-hand/<int:pk>/", decide, name="certificates_decide_issue"),
]
