"""What can be done to many questions at once. Each is logged as if it were done one by one."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.shortcuts import get_list_or_404
from django.utils.functional import classproperty
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag
from wagtail.actions.edit import EditAction
from wagtail.admin.widgets import AdminDateInput
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction

from training.domain.bank import find_quizzes_asking
from training.domain.papers import load_for_asking
from training.domain.problems import find_gaps, find_question_problems
from training.models import Question, QuestionTag
from training.widgets import DatalistInput

from .choosers import shorten_stem
from .publishing import find_publishing_obstacles, list_quizzes_without
from .question_list import find_listed, today


class QuestionBulkAction(SnippetBulkAction):
    """`permission` is asked of every question, as is whether it is locked."""

    template_name = "training/admin/bulk_action.html"
    permission = "change"
    explanation: Any = ""
    button: Any = ""

    @classproperty
    def models(cls) -> list[type[Question]]:  # noqa: N805
        return [Question]

    @classmethod
    def get_queryset(cls, model: type[Question], object_ids: Any) -> list[Question]:
        return load_for_asking(get_list_or_404(model, pk__in=object_ids))

    def get_all_objects_in_listing_query(self, parent_id: Any) -> QuerySet:
        # “All” in a filtered list means those that the list shows.
        return find_listed(parameters=self.request.GET, request=self.request).values_list(
            "pk", flat=True
        )

    def check_perm(self, obj: Question) -> bool:
        user = self.request.user
        lock = obj.get_lock()
        return self.permission_policy.user_has_permission_for_instance(
            user, self.permission, obj
        ) and not (lock and lock.for_user(user))

    def find_refusal(self, question: Question) -> list[str]:
        """Why it is left out, in the editor's words."""
        return []

    def find_warnings(self, question: Question) -> list[str]:
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        for item in context["items"]:
            item["stem"] = shorten_stem(item["item"])
            item["refusal"] = self.find_refusal(item["item"])
            item["warnings"] = self.find_warnings(item["item"])
        return context | {
            "action": self,
            "wanted": [item for item in context["items"] if not item["refusal"]],
            "refused": [item for item in context["items"] if item["refusal"]],
        }

    def get_execution_context(self) -> dict[str, Any]:
        return super().get_execution_context() | {"user": self.request.user}

    @classmethod
    def execute_action(cls, objects: list[Question], **kwargs: Any) -> tuple[int, int]:
        action = kwargs["self"]
        done = [question for question in objects if not action.find_refusal(question)]
        for question in done:
            action.act(question, user=kwargs["user"])
        return len(done), 0

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        return ngettext(
            "%(action)s: %(count)s question.",
            "%(action)s: %(count)s questions.",
            num_parent_objects,
        ) % {"action": self.display_name, "count": num_parent_objects}


class PublishQuestions(QuestionBulkAction):
    display_name = _("Publish")
    action_type = "publish"
    aria_label = _("Publish the selected questions")
    explanation = _("The latest draft of each is published.")
    button = _("Publish")
    permission = "publish"
    action_priority = 10

    @classmethod
    def get_queryset(cls, model: type[Question], object_ids: Any) -> list[Question]:
        questions = super().get_queryset(model, object_ids)
        for question in questions:
            # What will be published is what is checked, and not what is published now.
            question.draft = question.get_latest_revision_as_object()
        return questions

    def find_refusal(self, question: Question) -> list[str]:
        if question.live and not question.has_unpublished_changes:
            return [gettext("It is published already.")]
        # Unlike the form, this publishes drafts that were saved half filled in.
        return find_publishing_obstacles(question=question.draft) or find_gaps(
            question=question.draft
        )

    def find_warnings(self, question: Question) -> list[str]:
        return find_question_problems(question=question.draft, today=today())

    def act(self, question: Question, *, user: Any) -> None:
        revision = question.has_unpublished_changes and question.latest_revision
        (revision or question.save_revision(user=user)).publish(user=user)


class UnpublishQuestions(QuestionBulkAction):
    display_name = _("Unpublish")
    action_type = "unpublish"
    aria_label = _("Unpublish the selected questions")
    explanation = _("They are not asked any more. Attempts under way are not touched.")
    button = _("Unpublish")
    permission = "publish"
    action_priority = 20
    classes = {"serious"}

    @classmethod
    def get_queryset(cls, model: type[Question], object_ids: Any) -> list[Question]:
        questions = super().get_queryset(model, object_ids)
        asked_in = find_quizzes_asking(question_pks=[question.pk for question in questions])
        for question in questions:
            question.asked_in = asked_in[question.pk]
        return questions

    def find_refusal(self, question: Question) -> list[str]:
        if not question.live:
            return [gettext("It is not published.")]
        return []

    def find_warnings(self, question: Question) -> list[str]:
        return list_quizzes_without(question.asked_in)

    def act(self, question: Question, *, user: Any) -> None:
        question.unpublish(user=user)


class EditingBulkAction(QuestionBulkAction):
    """Changes how a question is filed: at once in what is published and in what is a draft, where
    the editor may publish; else in the draft only."""

    def act(self, question: Question, *, user: Any) -> None:
        has_draft = question.has_unpublished_changes
        may_publish = self.permission_policy.user_has_permission(user, "publish")
        draft = question.get_latest_revision_as_object()
        if question.live and has_draft and may_publish:
            self.change(question)
            question.save()
        self.change(draft)
        publish = question.live and not has_draft and may_publish
        EditAction(draft, user=user, publish=publish, clean=False).execute(
            skip_permission_checks=True
        )


class TagForm(forms.Form):
    tag = forms.CharField(
        label=_("tag"),
        max_length=100,
        help_text=_("Choose one that is there, or write a new one."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        used = Tag.objects.filter(pk__in=QuestionTag.objects.values("tag")).order_by("name")
        self.fields["tag"].widget = DatalistInput(options=used.values_list("name", flat=True))


class TagQuestions(EditingBulkAction):
    display_name = _("Add a tag")
    action_type = "tag"
    aria_label = _("Add a tag to the selected questions")
    button = _("Add the tag")
    form_class = TagForm
    action_priority = 40

    def change(self, question: Question) -> None:
        question.tags.add(self.cleaned_form.cleaned_data["tag"].strip())


class ReviewForm(forms.Form):
    review_by = forms.DateField(label=_("review by"), widget=AdminDateInput)


class ReviewQuestions(EditingBulkAction):
    display_name = _("Set the review date")
    action_type = "review"
    aria_label = _("Set the review date of the selected questions")
    button = _("Set the date")
    form_class = ReviewForm
    action_priority = 50

    def find_refusal(self, question: Question) -> list[str]:
        form = self.cleaned_form
        if form and question.as_of and form.cleaned_data["review_by"] < question.as_of:
            return [gettext("The review date lies before the as-of date.")]
        return []

    def change(self, question: Question) -> None:
        question.review_by = self.cleaned_form.cleaned_data["review_by"]


BULK_ACTIONS = [PublishQuestions, UnpublishQuestions, TagQuestions, ReviewQuestions]
