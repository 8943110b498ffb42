"""Case studies: finding them, and what a body hands in of its own."""

import logging
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.models import TaskState, WorkflowState

from cms.models import CaseStudyPage, CaseSubmission, HomePage
from training.domain.audit import record_audit
from training.models import LocalGovernment

logger = logging.getLogger(__name__)

LEFT_AFTER = timedelta(minutes=10)
STATES = {
    "published": _("Published on the site"),
    "in_progress": _("Waiting for the ministry"),
    "needs_changes": _("Not taken up as it is"),
    "cancelled": _("Put aside"),
    "draft": _("Kept as a draft"),
    "deleted": _("Deleted since"),
}


def find_cases(
    *, prefecture: str = "", fee: str = "", place: str = "", audience: str = ""
) -> QuerySet[CaseStudyPage]:
    """Published ones; of each argument that is not empty, those with it. `prefecture` is the first
    two digits of a code."""
    wanted = {
        "local_government__code__startswith": prefecture,
        "fee_kind": fee,
        "place_kind": place,
        "audience_kind": audience,
    }
    cases: QuerySet[CaseStudyPage] = CaseStudyPage.objects.live().public()
    cases = cases.filter(**{name: value for name, value in wanted.items() if value})
    return cases.select_related("local_government__prefecture").order_by(
        "local_government__code", "pk"
    )


def count_by_prefecture(*, cases: QuerySet[CaseStudyPage]) -> Counter[str]:
    """By the first two digits of their codes."""
    return Counter(code[:2] for code in cases.values_list("local_government__code", flat=True))


def submit_case(
    *, fields: dict[str, Any], body: LocalGovernment, officer: Any, now: datetime
) -> CaseSubmission:
    """Make an unpublished page of it and hand it to the ministry's workflow. The same of the same
    body again is what was handed in first."""
    written = sorted((name, str(value)) for name, value in fields.items())
    digest = sha256(repr(written).encode()).hexdigest()
    try:
        submission, page = _make_draft(fields, body, digest, officer, now)
    except IntegrityError:
        return CaseSubmission.objects.get(local_government=body, digest=digest)
    # It tells the approvers by mail, which may take its time: not in the transaction above.
    _hand_on(page, officer)
    return submission


def _hand_on(page: CaseStudyPage, officer: Any) -> None:
    if workflow := page.get_workflow():
        workflow.start(page, officer)


def hand_on_left_cases(*, now: datetime) -> int:
    """Those whose process ended between the draft and the workflow; returns how many."""
    states = WorkflowState.objects.filter(
        base_content_type__app_label="wagtailcore",
        object_id=Cast(OuterRef("page"), CharField()),
    )
    left = CaseSubmission.objects.filter(
        ~Exists(states), page__live=False, submitted_at__lt=now - LEFT_AFTER
    )
    pages = [(each.page.specific, each.submitted_by) for each in left if each.page]
    return sum(_hand_on_if_possible(page, officer) for page, officer in pages)


def _hand_on_if_possible(page: CaseStudyPage, officer: Any) -> bool:
    """Of two at once the database lets one begin the workflow; one that fails keeps no other."""
    try:
        _hand_on(page, officer)
    except Exception:
        logger.exception("the case on page %s could not be handed on", page.pk)
        return False
    return True


@transaction.atomic
def _make_draft(
    fields: dict[str, Any], body: LocalGovernment, digest: str, officer: Any, now: datetime
) -> tuple[CaseSubmission, CaseStudyPage]:
    # First the row that there is one of only, and then the tree, which is not to be gone through
    # by two at once.
    submission = CaseSubmission.objects.create(
        local_government=body,
        digest=digest,
        title=fields["title"],
        submitted_by=officer,
        submitted_at=now,
    )
    home = HomePage.objects.select_for_update().get()
    page = CaseStudyPage(
        **fields,
        local_government=body,
        slug=f"case-{body.pk}-{digest[:8]}",
        live=False,
        has_unpublished_changes=True,
        owner=officer,
    )
    home.add_child(instance=page)
    page.save_revision(user=officer, log_action=True)
    submission.page_id = page.pk
    submission.save(update_fields=["page"])
    record_audit(action="case.submit", actor=officer, at=now, subject=page, local_government=body)
    return submission, page


@dataclass(frozen=True)
class Submitted:
    """`comment` is what the ministry wrote last."""

    submission: CaseSubmission
    state: str
    comment: str
    url: str

    @property
    def words(self) -> Promise:
        return STATES[self.state]


def list_submitted(*, bodies: Collection[str]) -> list[Submitted]:
    """What bodies handed in, the newest first. Three statements."""
    submissions = list(
        CaseSubmission.objects.filter(local_government__in=bodies).select_related(
            "page", "local_government__prefecture"
        )
    )
    pages = [str(each.page_id) for each in submissions if each.page_id]
    states = {
        state.object_id: state
        for state in WorkflowState.objects.filter(
            base_content_type__app_label="wagtailcore", object_id__in=pages
        ).order_by("created_at", "pk")
    }
    comments = {
        state.workflow_state_id: state.comment
        for state in TaskState.objects.filter(workflow_state__in=states.values())
        .exclude(comment="")
        .order_by("started_at", "pk")
    }
    found = []
    for each in submissions:
        state = states.get(str(each.page_id))
        name = _name_state(each, state)
        found.append(
            Submitted(
                each,
                name,
                comments.get(state.pk, "") if state else "",
                (each.page.get_url() or "") if name == "published" and each.page else "",
            )
        )
    return found


def _name_state(submission: CaseSubmission, state: WorkflowState | None) -> str:
    if submission.page is None:
        return "deleted"
    if submission.page.live:
        return "published"
    return state.status if state and state.status in STATES else "draft"
