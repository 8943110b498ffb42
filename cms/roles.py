"""Who may do what, in one place: the ready groups of the ministry's staff. Officers of towns and
prefectures have no group: their rights come from an appointment and end with it."""

from datetime import date
from typing import Any

from training.models import Appointment

EDITORS = "編集者"
APPROVERS = "承認者"
QUESTION_KEEPERS = "設問の管理者"
REGISTER_OFFICERS = "修了証の管理者"
SUPPORT = "受講者の支援"
ADMINISTRATORS = "管理者"
STAFF_GROUPS = (
    EDITORS,
    APPROVERS,
    QUESTION_KEEPERS,
    REGISTER_OFFICERS,
    SUPPORT,
    ADMINISTRATORS,
)
ADMIN_ACCESS = "wagtailadmin.access_admin"


def is_staff_member(user: Any, *, today: date) -> bool:
    """Administrators, everybody in a group or with a right of their own, and officers of a town or
    prefecture: learners have none of these. At most three statements."""
    if not user.is_authenticated or not user.is_active:
        return False
    return (
        user.is_superuser
        or Appointment.objects.current(today=today).filter(user=user).exists()
        or user.groups.exists()
        or user.user_permissions.exists()
    )
