from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.shortcuts import redirect
from django.urls import include, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.widgets import Button
from wagtail.models import Page
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from training.domain.course_files.rights import is_place_for_courses, may_export, may_import
from training.domain.records import has_learner_records
from training.models import CoursePage, ModulePage, Question, Quiz
from training.views import exchange
from training.views.pages import serve_page
from training.viewsets import admin_urls, audit_log, oversight
from training.viewsets.allowances import AllowanceViewSet
from training.viewsets.bulk_actions import BULK_ACTIONS
from training.viewsets.choosers import learner_chooser
from training.viewsets.comparisons import register_comparisons
from training.viewsets.menu import PermittedMenuItem
from training.viewsets.publishing import (
    hold_back_broken_questions,
    keep_users_with_records,
    keep_what_is_used,
    tell_problems,
    tell_quiz_problems,
)
from training.viewsets.purpose_notices import PurposeNoticeViewSet
from training.viewsets.questions import QuestionViewSet
from training.viewsets.quizzes import QuizViewSet
from training.viewsets.regrading import ACTION, RegradeFormatter


class TrainingGroup(SnippetViewSetGroup):
    items = [QuizViewSet, QuestionViewSet, AllowanceViewSet, PurposeNoticeViewSet]
    menu_label = gettext_lazy("Training")
    menu_icon = "form"
    menu_order = 150


register_snippet(TrainingGroup)
register_comparisons()

for bulk_action in BULK_ACTIONS:
    hooks.register("register_bulk_action", bulk_action)
hooks.register("before_publish", hold_back_broken_questions)
hooks.register("after_publish", tell_problems)
hooks.register("after_create_snippet", tell_quiz_problems)
hooks.register("after_edit_snippet", tell_quiz_problems)
hooks.register("before_delete_snippet", keep_what_is_used)
hooks.register("before_delete_user", keep_users_with_records)


@hooks.register("register_admin_viewset")
def register_learner_chooser():
    return learner_chooser


@hooks.register("register_admin_menu_item")
def offer_figures():
    return PermittedMenuItem(
        gettext_lazy("Figures"),
        reverse("lms_training_admin:figures"),
        permission=oversight.PERMISSION,
        icon_name="view",
        order=140,
    )


@hooks.register("register_permissions")
def register_figures_permission():
    return Permission.objects.filter(
        content_type__app_label="lms_training", codename="view_figures"
    )


@hooks.register("register_admin_urls")
def register_admin_pages():
    exchange_urls = (exchange.admin_urlpatterns, "training_exchange")
    return [
        path("training/", include(admin_urls)),
        path("questions/exchange/", include(exchange_urls)),
    ]


@hooks.register("register_snippet_listing_buttons")
def offer_statistics(snippet, user, next_url=None):
    name = {Question: "question_statistics", Quiz: "quiz_statistics"}.get(type(snippet))
    if name:
        url = reverse(f"lms_training_admin:{name}", args=[snippet.pk])
        # Among the others behind the dots: beside the title it makes every row taller.
        yield Button(gettext_lazy("Statistics"), url, icon_name="view")


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
def keep_what_has_records_in_bulk(request, action_type, objects, action):
    if action_type != "delete":
        return None
    for each in objects:
        if isinstance(each, Page) and has_learner_records(page=each):
            return keep_pages_with_records(request, each)
        if isinstance(each, get_user_model()) and (kept := keep_users_with_records(request, each)):
            return kept
    return None


@hooks.register("after_copy_page")
def tell_what_was_not_copied(request, page, new_page):
    if isinstance(page.specific, CoursePage | ModulePage):
        messages.info(
            request,
            _(
                "Quizzes do not come along with a copy. Make one for each copied module that needs"
                " one, in the menu “Training”."
            ),
        )


@hooks.register("register_reports_menu_item")
def offer_report():
    return PermittedMenuItem(
        gettext_lazy("Learners by course"),
        reverse("training:reports"),
        permission="lms_training.view_enrolment",
        icon_name="group",
        order=90,
    )


@hooks.register("register_reports_menu_item")
def offer_audit_log():
    return PermittedMenuItem(
        gettext_lazy("Audit log"),
        reverse("lms_training_admin:audit_log"),
        permission=audit_log.VIEW,
        icon_name="history",
        order=80,
    )


@hooks.register("register_page_header_buttons")
def offer_check_of_course(page, user, view_name, next_url=None):
    course_pk = page.get_parent().pk if isinstance(page, ModulePage) else page.pk
    if isinstance(page, CoursePage | ModulePage) and page.permissions_for_user(user).can_edit():
        yield Button(
            label=gettext_lazy("Check the whole course"),
            url=reverse("lms_training_admin:course_check", args=[course_pk]),
            icon_name="glasses",
            priority=89,
        )


@hooks.register("register_page_header_buttons")
def offer_course_files(page, user, view_name, next_url=None):
    if isinstance(page, CoursePage) and may_export(course=page, user=user):
        yield Button(
            label=gettext_lazy("Export the course"),
            url=reverse("lms_training_admin:course_export", args=[page.pk]),
            icon_name="download",
            priority=91,
        )
    parent = page.get_parent() if isinstance(page, CoursePage) else page
    if parent and may_import(parent=parent, user=user) and is_place_for_courses(page=parent):
        yield Button(
            label=gettext_lazy("Import a course"),
            url=reverse("lms_training_admin:course_import", args=[parent.pk]),
            icon_name="upload",
            priority=92,
        )


@hooks.register("register_page_header_buttons")
def offer_report_of_course(page, user, view_name, next_url=None):
    if isinstance(page, CoursePage) and user.has_perm("lms_training.view_enrolment"):
        yield Button(
            label=gettext_lazy("Learners"),
            url=reverse("training:report", args=[page.pk]),
            icon_name="group",
            priority=90,
        )
