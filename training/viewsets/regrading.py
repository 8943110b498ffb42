"""Re-grading a question's papers: a dry run, then, confirmed, the act itself."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.auth import permission_required
from wagtail.log_actions import LogFormatter
from wagtail.log_actions import registry as log_registry

from training.domain.regrading import (
    CannotRegrade,
    Change,
    KeyChanged,
    Regrade,
    TooManyPapers,
    apply_regrade,
    plan_regrade,
)
from training.forms import ReasonField
from training.models import Question

from .admin_pages import render_page
from .figures import Figure, round_half_up

ACTION = "lms_training.regrade"
MOST_LISTED = 100
MOST_PAST = 10
# Some seconds' work; whoever waits longer is cut off by the web server in the middle of it.
MOST_IN_A_REQUEST = 1000


class RegradeFormatter(LogFormatter):
    label = gettext_lazy("Re-grade")

    def format_message(self, log_entry: Any) -> str:
        return describe(log_entry.data)

    def format_comment(self, log_entry: Any) -> str:
        return ""


def describe(data: dict[str, Any]) -> str:
    """A finished re-grade, as the log keeps it."""
    sentence = _(
        "Re-graded %(papers)s papers: %(gain)s gained score, %(lose)s lost score; %(gain_pass)s "
        "gained a pass, %(lose_pass)s lost it; %(kept)s kept as they were to keep their pass; "
        "%(cannot)s cannot be re-graded. Passed before: %(before)s, now: %(after)s."
    ) % {
        "papers": data["papers"],
        "gain": data["gain_score"],
        "lose": data["lose_score"],
        "gain_pass": len(data["gain_pass"]),
        "lose_pass": len(data["lose_pass"]),
        "kept": len(data["kept"]),
        "cannot": data["cannot"],
        "before": data["passed_before"],
        "after": data["passed_after"],
    }
    allowed = (
        _("Losing a pass was allowed.")
        if data["allow_losing"]
        else _("Losing a pass was not allowed.")
    )
    return f"{sentence} {allowed}"


def tell_command(question: Question, count: int) -> str:
    return _(
        "%(count)s papers hold this question: too many for a page. Ask whoever runs the server "
        "for this command, which reports first and changes nothing: %(command)s"
    ) % {"count": count, "command": f"manage.py regrade_question {question.key} --dry-run"}


class RegradeForm(forms.Form):
    allow_losing = forms.BooleanField(
        label=gettext_lazy("Learners may lose a pass"),
        required=False,
        help_text=gettext_lazy(
            "Otherwise papers that would lose their pass stay wholly as they are. "
            "Completed modules and courses stay completed either way."
        ),
    )
    reason = ReasonField(
        help_text=gettext_lazy(
            "What was wrong with the key. Kept in the audit log; please write no names."
        )
    )
    fingerprint = forms.CharField(widget=forms.HiddenInput)
    confirmed = forms.BooleanField(
        label=gettext_lazy("I have read the report above and want to re-grade"),
        error_messages={"required": gettext_lazy("Tick this box to re-grade.")},
    )


def _list_figures(plan: Regrade) -> list[Figure]:
    def mean(value: Any) -> str:
        return "–" if value is None else f"{round_half_up(value, digits=1)}%"

    return [
        Figure(_("Papers handed in with this question"), str(plan.papers)),
        Figure(_("Score stays the same"), str(plan.unchanged)),
        Figure(_("Gain score"), str(plan.gain_score)),
        Figure(_("Lose score"), str(plan.lose_score)),
        Figure(_("Gain a pass"), str(len(plan.gain_pass))),
        Figure(_("Lose a pass"), str(len(plan.lose_pass))),
        Figure(
            _("Cannot be re-graded"),
            str(len(plan.cannot)),
            _("They did not show what is right now, or were of another kind."),
        ),
        Figure(
            _("Passed, before and after"),
            f"{plan.passed_before} → {plan.passed_after}",
            _("If nobody may lose a pass: %(count)s")
            % {"count": plan.passed_before + len(plan.gain_pass)},
        ),
        Figure(
            _("Mean score, before and after"),
            f"{mean(plan.mean_before)} → {mean(plan.mean_after)}",
        ),
        Figure(
            _("Attempts under way whose key will be mended"),
            str(plan.open_mended),
            _("They are graded when they are handed in."),
        ),
        Figure(_("Attempts under way whose key cannot be mended"), str(plan.open_cannot)),
    ]


def _list_changes(plan: Regrade) -> list[dict[str, Any]]:
    def section(title: str, changes: list[Change]) -> dict[str, Any]:
        listed = changes[:MOST_LISTED]
        return {"title": title, "changes": listed, "more": len(changes) - len(listed)}

    sections = [
        section(_("Would gain a pass"), plan.gain_pass),
        section(_("Would lose a pass"), plan.lose_pass),
        section(_("Cannot be re-graded"), plan.cannot),
    ]
    return [each for each in sections if each["changes"]]


def _render(request: HttpRequest, question: Question, form: RegradeForm) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "has_draft": question.has_unpublished_changes,
        # Keeping questions is one task, looking at learners another.
        "shows_names": request.user.has_perm("lms_training.view_enrolment"),
    }
    try:
        plan = plan_regrade(question=question, now=timezone.now(), most=MOST_IN_A_REQUEST)
    except CannotRegrade as obstacle:
        context["obstacle"] = str(obstacle)
    except TooManyPapers as obstacle:
        context["obstacle"] = tell_command(question, obstacle.count)
    else:
        context |= {
            "plan": plan,
            "fingerprint": plan.fingerprint,
            "figures": _list_figures(plan),
            "sections": _list_changes(plan),
            "can_apply": bool(plan.written or plan.open_mended),
        }
    past = log_registry.get_logs_for_instance(question).filter(action=ACTION)
    context["past"] = [
        {"at": entry.timestamp, "who": entry.user_display_name, "text": describe(entry.data)}
        for entry in past.select_related("user").order_by("-timestamp")[:MOST_PAST]
    ]
    return render_page(
        request,
        "training/admin/regrade.html",
        instance=question,
        title=_("Re-grade"),
        icon="rotate",
        context=context,
    )


@require_safe
@permission_required("lms_training.change_question")
def show_plan(request: HttpRequest, pk: int) -> HttpResponse:
    return _render(request, get_object_or_404(Question, pk=pk), RegradeForm())


@require_POST
@permission_required("lms_training.change_question")
def regrade(request: HttpRequest, pk: int) -> HttpResponse:
    question = get_object_or_404(Question, pk=pk)
    form = RegradeForm(request.POST)
    if not form.is_valid():
        return _render(request, question, form)
    allow_losing = form.cleaned_data["allow_losing"]
    try:
        report = apply_regrade(
            question=question,
            fingerprint=form.cleaned_data["fingerprint"],
            allow_losing=allow_losing,
            reason=form.cleaned_data["reason"],
            user=request.user,
            now=timezone.now(),
            most=MOST_IN_A_REQUEST,
        )
    except CannotRegrade as obstacle:
        messages.error(request, str(obstacle))
    except TooManyPapers as obstacle:
        messages.error(request, tell_command(question, obstacle.count))
    except KeyChanged:
        messages.error(
            request,
            _("Another version of the question was published meanwhile. Read the new report."),
        )
    else:
        messages.success(request, describe(report.as_json() | {"allow_losing": allow_losing}))
    return redirect("lms_training_admin:regrade", pk)
