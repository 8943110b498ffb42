"""How questions and quizzes fare: pages for editors, read-only, the papers chosen in the URL."""

from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from wagtail.admin.auth import any_permission_required

from training.domain.quiz_statistics import measure_quiz
from training.domain.statistics import PaperFilter, can_be_measured, measure_question
from training.models import Question, Quiz

from .admin_pages import render_page
from .figures import draw_answers, draw_scores, list_question_figures, list_quiz_figures


class PaperFilterForm(forms.Form):
    attempts = forms.ChoiceField(
        label=gettext_lazy("Attempts"),
        choices=[
            ("first", gettext_lazy("first attempts only")),
            ("all", gettext_lazy("all attempts")),
        ],
        required=False,
        help_text=gettext_lazy("Whoever tries again has seen the questions before."),
    )
    from_on = forms.DateField(
        label=gettext_lazy("Handed in from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    to_on = forms.DateField(
        label=gettext_lazy("Handed in until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("from_on") and data.get("to_on") and data["to_on"] < data["from_on"]:
            self.add_error("to_on", _("This day lies before the first one."))
        return data

    def read(self) -> PaperFilter:
        """The default where nothing was chosen, or nothing that makes sense."""
        if not self.is_valid():
            return PaperFilter()
        data = self.cleaned_data
        quiz = data.get("quiz")
        return PaperFilter(
            quiz_id=quiz.pk if quiz else None,
            first_only=data["attempts"] != "all",
            from_on=data["from_on"],
            to_on=data["to_on"],
        )


class QuestionPaperFilterForm(PaperFilterForm):
    quiz = forms.ModelChoiceField(
        label=gettext_lazy("Quiz"), queryset=None, required=False, empty_label=gettext_lazy("All")
    )
    field_order = ["quiz", "attempts", "from_on", "to_on"]

    def __init__(self, *args: Any, question: Question, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Where it is asked now; a quiz that asked it once is chosen by “all”.
        asked = Q(quiz_questions__question=question) | Q(draws__tag__in=question.tags.all())
        within = Q(quiz_questions__question__parts__question=question)
        self.fields["quiz"].queryset = Quiz.objects.filter(asked | within).distinct()


@require_safe
@any_permission_required("lms_training.view_question", "lms_training.change_question")
def show_question(request: HttpRequest, pk: int) -> HttpResponse:
    question = get_object_or_404(Question, pk=pk)
    form = QuestionPaperFilterForm(request.GET or None, question=question)
    statistics = measure_question(question=question, papers=form.read())
    return render_page(
        request,
        "training/admin/statistics.html",
        instance=question,
        title=_("Statistics"),
        icon="help",
        context={
            "form": form,
            "statistics": statistics,
            "figures": list_question_figures(statistics),
            "chart": None if statistics.is_too_few else draw_answers(statistics),
            "picks_several": statistics.picks_several,
            "is_scenario": not can_be_measured(question=question),
        },
    )


@require_safe
@any_permission_required("lms_training.view_quiz", "lms_training.change_quiz")
def show_quiz(request: HttpRequest, pk: int) -> HttpResponse:
    quiz = get_object_or_404(Quiz, pk=pk)
    form = PaperFilterForm(request.GET or None)
    statistics = measure_quiz(quiz=quiz, papers=form.read())
    return render_page(
        request,
        "training/admin/statistics.html",
        instance=quiz,
        title=_("Statistics"),
        icon="tasks",
        context={
            "form": form,
            "statistics": statistics,
            "figures": list_quiz_figures(statistics),
            "chart": None if statistics.is_too_few else draw_scores(statistics),
        },
    )
