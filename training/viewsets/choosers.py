"""Dialogues that choose a question or a learner, open only to those who work with them."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import chooser as generic
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.permissions import policy_registry
from wagtail.snippets.views import chooser as snippets
from wagtail.snippets.views.chooser import SnippetChooserViewSet
from wagtail.snippets.widgets import AdminSnippetChooser

from training.domain.bank import read_stem_text, search_questions
from training.models import Allowance, Learner, Question


class ForKeepers:
    """Wagtail shows its choosers to everybody in the editor."""

    kept: Any = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        policy = policy_registry.get_by_type(self.kept)
        if not policy.user_has_any_permission(request.user, ["add", "change"]):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class ForReaders:
    """The same for whatever no page refers to, names of learners among it: open to those who may
    see it in its own list."""

    model_class: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        policy = policy_registry.get_by_type(self.model_class)
        if not policy.user_has_any_permission(request.user, ["add", "change", "view"]):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class ReadersChooseView(ForReaders, snippets.ChooseView):
    pass


class ReadersChooseResultsView(ForReaders, snippets.ChooseResultsView):
    pass


class ReadersChosenView(ForReaders, snippets.SnippetChosenView):
    pass


class ReadersChosenMultipleView(ForReaders, snippets.SnippetChosenMultipleView):
    pass


class ReadersChooserViewSet(SnippetChooserViewSet):
    choose_view_class = ReadersChooseView
    choose_results_view_class = ReadersChooseResultsView
    chosen_view_class = ReadersChosenView
    chosen_multiple_view_class = ReadersChosenMultipleView


class SearchForm(BaseFilterForm):
    q = forms.CharField(label=_("Search"), required=False)

    def filter(self, objects: QuerySet) -> QuerySet:
        objects = super().filter(objects)
        if text := self.cleaned_data.get("q", "").strip():
            self.is_searching, self.search_query = True, text
            objects = self.search(objects, text)
        return objects


class QuestionSearchForm(SearchForm):
    def search(self, questions: QuerySet, text: str) -> QuerySet:
        return search_questions(questions=questions, text=text)


def shorten_stem(question: Question) -> str:
    return Truncator(read_stem_text(question=question)).chars(60)


class QuestionChooseMixin(ForKeepers):
    kept = Question
    filter_form_class = QuestionSearchForm

    @property
    def columns(self) -> list[Any]:
        title, *others = super().columns
        title.label = _("key")
        kind = Column("kind", label=_("kind"), accessor="get_kind_display")
        return [title, Column("stem", label=_("question"), accessor=shorten_stem), kind, *others]


class ChooseQuestionView(QuestionChooseMixin, snippets.ChooseView):
    pass


class ChooseQuestionResultsView(QuestionChooseMixin, snippets.ChooseResultsView):
    pass


class QuestionTitle:
    def get_display_title(self, instance: Question) -> str:
        return describe_question(instance)


def describe_question(question: Question) -> str:
    return f"{question.key}　{shorten_stem(question)}"


class QuestionChosenView(QuestionTitle, ForKeepers, snippets.SnippetChosenView):
    kept = Question


class QuestionsChosenView(QuestionTitle, ForKeepers, snippets.SnippetChosenMultipleView):
    kept = Question


class QuestionChooserWidget(QuestionTitle, AdminSnippetChooser):
    pass


class QuestionChooserViewSet(SnippetChooserViewSet):
    choose_view_class = ChooseQuestionView
    choose_results_view_class = ChooseQuestionResultsView
    chosen_view_class = QuestionChosenView
    chosen_multiple_view_class = QuestionsChosenView
    base_widget_class = QuestionChooserWidget


class LearnerSearchForm(SearchForm):
    def search(self, learners: QuerySet, text: str) -> QuerySet:
        # Names are kept as they were typed, with one kind of space or another or none.
        names = Q()
        for word in text.split():
            names &= Q(full_name__icontains=word) | Q(kana__icontains=word)
        return learners.filter(names | Q(user__email__icontains=text))


class LearnerChooseMixin(ForKeepers):
    kept = Allowance
    filter_form_class = LearnerSearchForm
    results_template_name = "training/admin/learner_results.html"

    def get_object_list(self) -> QuerySet:
        # Nobody is shown before a search: a list of all names is more than the task needs.
        if not self.request.GET.get("q", "").strip():
            return Learner.objects.none()
        return Learner.objects.select_related("user").order_by("kana", "pk")

    @property
    def columns(self) -> list[Any]:
        title, *_others = super().columns
        title.label = _("full name")
        return [
            title,
            Column("kana", label=_("reading of the name")),
            Column("email", label=_("e-mail address"), accessor="user.email"),
        ]


class ChooseLearnerView(LearnerChooseMixin, generic.ChooseView):
    pass


class ChooseLearnerResultsView(LearnerChooseMixin, generic.ChooseResultsView):
    pass


class LearnerChosenView(ForKeepers, generic.ChosenView):
    kept = Allowance


class LearnersChosenView(ForKeepers, generic.ChosenMultipleView):
    kept = Allowance


class CreateLearnerView(ForKeepers, generic.CreateView):
    """Learners register themselves."""

    kept = Allowance

    def can_create(self) -> bool:
        return False


class LearnerChooserViewSet(ChooserViewSet):
    model = Learner
    icon = "user"
    choose_one_text = _("Choose a learner")
    choose_another_text = _("Choose another learner")
    choose_view_class = ChooseLearnerView
    choose_results_view_class = ChooseLearnerResultsView
    chosen_view_class = LearnerChosenView
    chosen_multiple_view_class = LearnersChosenView
    create_view_class = CreateLearnerView


learner_chooser = LearnerChooserViewSet("training_learner_chooser")
