"""The desk of an editor: what waits for them. Each part takes a fixed number of statements, and is
None for whoever has no right to it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import CharField, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Coalesce
from django.utils.formats import date_format
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision, TaskState, WorkflowState
from wagtail.permission_policies.pages import PagePermissionPolicy

from certificates.domain.figures import find_waiting
from training.domain.course_checks import find_pages_with_errors
from training.domain.figures import latest_build
from training.models import CoursePage, ModulePage, OutgoingMail, Question
from training.seams import stale_page_sources

MOST = 5
QUESTION_RIGHT = "lms_training.change_question"
# A certificate that takes longer is not merely being printed.
LATE = timedelta(minutes=10)


@dataclass(frozen=True)
class Row:
    """`model` and `pk` name what is to be opened."""

    text: str
    note: str
    model: type[Any]
    pk: Any


@dataclass(frozen=True)
class Part:
    """`rows` are the first few of `count`; `empty` is said where there are none."""

    key: str
    title: str
    empty: str
    count: int = 0
    rows: list[Row] = field(default_factory=list)


def _editable_pages(user: Any) -> Any:
    return PagePermissionPolicy().instances_user_has_permission_for(user, "change")


def _in_hand(drafts: Any, model: type[Any]) -> Any:
    """Without those that wait for an approver; with what the approver of the others asked for."""
    options = model._meta
    reviews = WorkflowState.objects.filter(
        base_content_type__app_label=options.app_label,
        base_content_type__model=options.model_name,
        object_id=Cast(OuterRef("pk"), CharField()),
        status__in=(WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES),
    )
    return drafts.annotate(
        review=Coalesce(Subquery(reviews.values("status")[:1]), Value("")),
        comment=Subquery(reviews.values("current_task_state__comment")[:1]),
    ).exclude(review=WorkflowState.STATUS_IN_PROGRESS)


def _note_draft(review: str, comment: str | None) -> str:
    if review != WorkflowState.STATUS_NEEDS_CHANGES:
        return _("your draft")
    if not comment:
        return _("changes are asked for")
    return _("changes are asked for: %(comment)s") % {"comment": comment}


def find_comment(*, page: Page) -> str:
    """What the approver of a page wrote who sent it back; "" if none did."""
    state = page.current_workflow_state
    if state is None or state.status != WorkflowState.STATUS_NEEDS_CHANGES:
        return ""
    task = state.current_task_state
    return (task.comment if task else "") or _("changes are asked for")


def list_waiting(*, user: Any, now: datetime) -> Part | None:
    """What they must approve, then their own drafts, except those that wait for somebody else."""
    rows = [
        Row(
            state.revision.object_str,
            _("waits for your approval"),
            state.revision.base_content_type.model_class() or Page,
            state.revision.object_id,
        )
        for state in TaskState.objects.reviewable_by(user)
        .select_related("revision__base_content_type")
        .order_by("started_at")
    ]
    own = Revision.objects.filter(user=user)
    pages = Page.objects.filter(
        has_unpublished_changes=True,
        latest_revision__in=own,
        # Rights may have gone since.
        pk__in=_editable_pages(user).values("pk"),
    )
    rows += [
        Row(title, _note_draft(state, comment), Page, pk)
        for pk, title, state, comment in _in_hand(pages, Page)
        .order_by("-latest_revision_created_at")
        .values_list("pk", "draft_title", "review", "comment")
    ]
    if user.has_perm(QUESTION_RIGHT):
        questions = Question.objects.filter(has_unpublished_changes=True, latest_revision__in=own)
        rows += [
            Row(key, _note_draft(state, comment), Question, pk)
            for pk, key, state, comment in _in_hand(questions, Question)
            .order_by("-pk")
            .values_list("pk", "key", "review", "comment")
        ]
    return Part(
        "waiting", _("Waiting for you"), _("No draft waits for you."), len(rows), rows[:MOST]
    )


def list_due(*, user: Any, today: date) -> Part | None:
    """Facts whose review date lies in this month, or has passed."""
    until = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    found: list[tuple[date, str, type[Any], int]] = []
    pages = PagePermissionPolicy().user_has_permission(user, "change")
    if pages:
        editable = _editable_pages(user).values("pk")
        sources: list[Callable[[date], Any]] = [_stale_modules, *stale_page_sources]
        for source in sources:
            # A queryset of pages of one kind.
            rows = source(until).filter(pk__in=editable).values_list("review_by", "title", "pk")
            found += [(due, title, Page, pk) for due, title, pk in rows]
    if user.has_perm(QUESTION_RIGHT):
        questions = Question.objects.filter(live=True, review_by__lt=until)
        found += [
            (due, key, Question, pk)
            for due, key, pk in questions.values_list("review_by", "key", "pk")
        ]
    elif not pages:
        return None
    found.sort(key=lambda each: each[:2])
    rows = [
        Row(
            title,
            _("to be reviewed by %(date)s") % {"date": date_format(due, "DATE_FORMAT")},
            model,
            pk,
        )
        for due, title, model, pk in found[:MOST]
    ]
    return Part(
        "due",
        _("Facts to review this month"),
        _("No fact has to be reviewed this month."),
        len(found),
        rows,
    )


def _stale_modules(before: date) -> Any:
    return ModulePage.objects.filter(live=True, review_by__lt=before)


def list_poor_questions(*, user: Any) -> Part | None:
    """As they were counted last; docs/figures.md has the limits."""
    if not user.has_perm(QUESTION_RIGHT):
        return None
    build = latest_build()
    found = build.facts["questions"] if build else []
    rows = [
        Row(
            each["key"],
            _("right in %(share)s%% of %(count)s attempts")
            % {"share": round(each["facility"] * 100), "count": each["count"]},
            Question,
            each["pk"],
        )
        for each in found[:MOST]
    ]
    return Part(
        "poor",
        _("Questions that fail people"),
        _("No question stands out."),
        len(found),
        rows,
    )


def list_faulty_pages(*, user: Any) -> Part | None:
    if not PagePermissionPolicy().user_has_permission(user, "change"):
        return None
    pages = _editable_pages(user).type(CoursePage, ModulePage)
    found = find_pages_with_errors(pages=pages)
    rows = [Row(each.title, each.errors[0], Page, each.pk) for each in found[:MOST]]
    return Part(
        "faulty",
        _("Pages with something to mend"),
        _("The check of the pages finds nothing to mend."),
        len(found),
        rows,
    )


def tell_undelivered(*, user: Any, now: datetime) -> Part | None:
    """Certificates that wait too long to be made, and mails that were given up."""
    if not user.has_perm("lms_certificates.change_certificate"):
        return None
    count, oldest = find_waiting()
    late = count if oldest and now - oldest > LATE else 0
    given_up = OutgoingMail.objects.filter(sent_at=None, next_try_at=None).count()
    rows = []
    if late and oldest:
        rows.append(
            Row(
                _("%(count)s certificates wait to be made") % {"count": late},
                _("the oldest for %(time)s") % {"time": timesince(oldest, now)},
                type(None),
                None,
            )
        )
    if given_up:
        rows.append(
            Row(
                _("%(count)s mails could not be delivered") % {"count": given_up},
                _("no further try is made"),
                type(None),
                None,
            )
        )
    return Part(
        "undelivered",
        _("Certificates not delivered"),
        _("Every certificate and every mail is on its way."),
        late + given_up,
        rows,
    )


def read_desk(*, user: Any, now: datetime, today: date) -> list[Part]:
    parts = [
        list_waiting(user=user, now=now),
        list_due(user=user, today=today),
        list_poor_questions(user=user),
        list_faulty_pages(user=user),
        tell_undelivered(user=user, now=now),
    ]
    return [part for part in parts if part]
