"""What waits for an approver, or was sent back by one."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from wagtail.models import WorkflowState


def find_reviews(*, model: Any, pks: Iterable[int]) -> dict[int, WorkflowState]:
    """By number, of pages or of questions, in one statement."""
    if not getattr(settings, "WAGTAIL_WORKFLOW_ENABLED", True):
        return {}
    states = WorkflowState.objects.active().filter(
        base_content_type=ContentType.objects.get_for_model(model),
        object_id__in=[str(pk) for pk in pks],
    )
    return {int(each.object_id): each for each in states.select_related("current_task_state__task")}


def is_waiting(state: WorkflowState) -> bool:
    return bool(state.status == WorkflowState.STATUS_IN_PROGRESS)


def name_step(state: WorkflowState) -> str:
    task = state.current_task_state
    return str(task.task.name if task else state.workflow)
