"""Who works here, as against those who learn."""

from datetime import date
from typing import Any

from training.models import Appointment


def is_staff_member(user: Any, *, today: date) -> bool:
    """Administrators, everybody in a group or with a right of their own, and officers of a town or
    prefecture: learners have none of these. At most three statements."""
    if not user.is_authenticated or not user.is_active:
        return False
    return (
        user.is_superuser
        or user.groups.exists()
        or user.user_permissions.exists()
        or Appointment.objects.current(today=today).filter(user=user).exists()
    )
