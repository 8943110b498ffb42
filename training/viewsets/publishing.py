"""Publishing, unpublishing and deleting: what Wagtail's views ask before and tell after."""

from typing import Any

from django.db import router
from django.db.models import ProtectedError, RestrictedError
from django.db.models.deletion import Collector
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin import messages

from training.clock import today_in_japan
from training.domain.bank import find_quizzes_asking, has_question_records, has_quiz_records
from training.domain.problems import find_question_problems, find_quiz_problems
from training.kinds import get_kind
from training.models import Question, Quiz


def find_publishing_obstacles(*, question: Question) -> list[str]:
    """Why this version must stay a draft: it could not be asked, and a quiz asks it.

    One that no quiz asks may be published as it is: nobody misses it.
    """
    problems = get_kind(question.kind).find_problems(question)
    if not problems or not question.pk:
        return []
    quizzes = find_quizzes_asking(question_pks=[question.pk])[question.pk]
    if not quizzes:
        return []
    return [*problems, _("It would be missing in “%(quiz)s”.") % {"quiz": quizzes[0]}]


def _edit_url(instance: Any) -> str:
    return reverse(instance.snippet_viewset.get_url_name("edit"), args=[instance.pk])


def hold_back_broken_questions(request: HttpRequest, instance: Any) -> HttpResponse | None:
    """Wagtail has saved the draft already, so nothing is lost."""
    if not isinstance(instance, Question):
        return None
    obstacles = find_publishing_obstacles(question=instance)
    if not obstacles:
        return None
    messages.error(
        request,
        _("“%(key)s” was saved as a draft but not published: %(problems)s")
        % {"key": instance.key, "problems": " ".join(obstacles)},
    )
    return redirect(_edit_url(instance))


def tell_problems(request: HttpRequest, instance: Any) -> None:
    if not isinstance(instance, Question):
        return
    problems = find_question_problems(question=instance, today=today_in_japan())
    if problems:
        messages.warning(
            request,
            _("“%(key)s” is published, but: %(problems)s")
            % {"key": instance.key, "problems": " ".join(problems)},
        )


def tell_quiz_problems(request: HttpRequest, instance: Any) -> None:
    """A quiz has no draft: what is saved is what learners get."""
    if not isinstance(instance, Quiz):
        return
    for problem in find_quiz_problems(quiz=instance, today=today_in_japan()):
        messages.warning(request, problem)


def list_quizzes_without(quizzes: list[Quiz]) -> list[str]:
    """What unpublishing a question that these quizzes ask does to them."""
    return [_("“%(quiz)s” will be without it.") % {"quiz": quiz} for quiz in quizzes]


def find_reason_to_keep(instance: Any) -> str:
    if isinstance(instance, Question):
        if has_question_records(question=instance):
            return _(
                "“%(key)s” has learner records, so it cannot be deleted. Unpublish it instead."
            ) % {"key": instance.key}
        if instance.quiz_questions.exists() or instance.scenarios.exists():
            return _("“%(key)s” is used in a quiz or a scenario. Take it out there first.") % {
                "key": instance.key
            }
    if isinstance(instance, Quiz) and has_quiz_records(quiz=instance):
        return _(
            "“%(title)s” cannot be deleted: learners have attempted it or are enrolled in a course"
            " that asks for it."
        ) % {"title": instance.title}
    if is_protected(instance):
        return _("“%(name)s” is needed by records, so it cannot be deleted.") % {"name": instance}
    return ""


def is_protected(instance: Any) -> bool:
    """Whether the database would refuse to delete it. Wagtail asks only after the confirmation, and
    answers with an error page."""
    collector = Collector(using=router.db_for_write(type(instance)))
    try:
        collector.collect([instance])
    except (ProtectedError, RestrictedError):
        return True
    return False


def keep_users_with_records(request: HttpRequest, user: Any) -> HttpResponse | None:
    if not is_protected(user):
        return None
    text = _("%(name)s has records, so the account cannot be deleted. Make it inactive instead.")
    messages.error(request, text % {"name": user})
    return redirect("wagtailusers_users:edit", user.pk)


def keep_what_is_used(request: HttpRequest, instances: list[Any]) -> HttpResponse | None:
    """Before Wagtail's page for deleting one, or many."""
    reasons = [reason for instance in instances if (reason := find_reason_to_keep(instance))]
    if not reasons:
        return None
    for reason in reasons:
        messages.error(request, reason)
    if len(instances) == 1:
        return redirect(_edit_url(instances[0]))
    return redirect(reverse(instances[0].snippet_viewset.get_url_name("list")))
