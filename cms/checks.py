"""Settings that must not reach a public site: `manage.py check --deploy`."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security, deploy=True)
def staff_show_a_second_factor(**kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if not settings.STAFF_MFA:
        found.append(
            Error(
                "People who work here are not asked for a second factor.",
                hint="Remove KATSUYO_STAFF_MFA=0.",
                id="cms.E001",
            )
        )
    if settings.STAFF_MFA_WAIVED_FOR_DEMO:
        found.append(
            Error(
                "Demonstration accounts are let in without a second factor.",
                hint="Remove KATSUYO_DEMO=1: it is never for a public site.",
                id="cms.E002",
            )
        )
    return found
