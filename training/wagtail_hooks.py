from django.contrib import messages
from django.shortcuts import redirect
from django.urls import include, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from training.domain.records import has_learner_records
from training.models import PurposeNotice
from training.views.pages import serve_page
from training.viewsets import admin_urls
from training.viewsets.questions import QuestionViewSet
from training.viewsets.quizzes import QuizViewSet
from training.viewsets.regrading import ACTION, RegradeFormatter


class PurposeNoticeViewSet(SnippetViewSet):
    model = PurposeNotice
    icon = "lock"
    list_display = ["version", "published_on"]


class TrainingGroup(SnippetViewSetGroup):
    items = [QuizViewSet, QuestionViewSet, PurposeNoticeViewSet]
    menu_label = gettext_lazy("Training")
    menu_icon = "form"
    menu_order = 150


register_snippet(TrainingGroup)


@hooks.register("register_admin_urls")
def register_admin_pages():
    return [path("training/", include(admin_urls))]


@hooks.register("register_log_actions")
def register_log_actions(actions):
    actions.register_action(ACTION)(RegradeFormatter)


@hooks.register("on_serve_page", order=100)
def serve_training_pages(next_in_chain):
    """Innermost of the chain: privacy is checked by Wagtail before."""

    def serve(page, request, args, kwargs):
        return serve_page(page, request) or next_in_chain(page, request, args, kwargs)

    return serve


@hooks.register("before_delete_page")
def keep_pages_with_records(request, page):
    if has_learner_records(page=page):
        messages.error(
            request,
            _("“%(title)s” has learner records, so it cannot be deleted. Unpublish it instead.")
            % {"title": page.get_admin_display_title()},
        )
        return redirect("wagtailadmin_pages:edit", page.pk)
    return None


@hooks.register("before_bulk_action")
def keep_pages_with_records_in_bulk(request, action_type, objects, action):
    if action_type != "delete":
        return None
    kept = [
        page for page in objects if hasattr(page, "url_path") and has_learner_records(page=page)
    ]
    if not kept:
        return None
    messages.error(
        request,
        _("“%(title)s” has learner records, so it cannot be deleted. Unpublish it instead.")
        % {"title": kept[0].get_admin_display_title()},
    )
    return redirect("wagtailadmin_explore", kept[0].get_parent().pk)
