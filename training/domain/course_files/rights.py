"""Who carries courses from site to site. None for a user is whoever has the command line."""

from typing import Any

from wagtail.models import Page, Site

from training.models import CoursePage

QUESTIONS_AND_QUIZZES = tuple(
    f"lms_training.{verb}_{name}" for verb in ("add", "change") for name in ("question", "quiz")
)


def may_export(*, course: CoursePage, user: Any) -> bool:
    """Who reads the answer keys anyway, and the drafts of the pages."""
    reads = any(user.has_perm(f"lms_training.{verb}_question") for verb in ("view", "change"))
    return reads and course.permissions_for_user(user).can_edit()


def may_make_questions(*, user: Any) -> bool:
    return user is None or user.has_perms(QUESTIONS_AND_QUIZZES)


def may_add_course(*, parent: Page, user: Any) -> bool:
    return user is None or (
        CoursePage.can_create_at(parent.specific)
        and parent.permissions_for_user(user).can_add_subpage()
    )


def may_import(*, parent: Page, user: Any) -> bool:
    return may_make_questions(user=user) and may_add_course(parent=parent, user=user)


def is_place_for_courses(*, page: Page) -> bool:
    """Wagtail lets a course be made beneath nearly any page: it makes sense beneath the home page,
    where there is one already, and where the page's model says so itself."""
    named = getattr(page.specific_class, "subpage_types", None) or ()
    return (
        CoursePage in named
        or CoursePage._meta.label in map(str, named)
        or Site.objects.filter(root_page=page).exists()
        or CoursePage.objects.child_of(page).exists()
    )
