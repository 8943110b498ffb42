from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from training.conf import undrawable_finders
from training.models import Affiliation, Learner, LocalGovernment, PurposeNotice


def find_undrawable(*, name: str) -> list[str]:
    found: dict[str, None] = {}
    for finder in undrawable_finders:
        found.update(dict.fromkeys(finder(name)))
    return list(found)


def current_purpose_notice() -> PurposeNotice | None:
    return PurposeNotice.objects.order_by("-version").first()


def register_learner(
    *,
    user: Any,
    full_name: str,
    kana: str,
    former_name: str,
    category: str,
    local_government: LocalGovernment,
    purpose_notice: PurposeNotice,
    now: datetime,
) -> Learner:
    """Make the learner and the first affiliation. A second call returns the learner there is."""
    try:
        with transaction.atomic():
            learner = Learner.objects.create(
                user=user,
                full_name=full_name,
                kana=kana,
                former_name=former_name,
                purpose_notice=purpose_notice,
                purpose_accepted_at=now,
            )
            Affiliation.objects.create(
                learner=learner, category=category, local_government=local_government
            )
            return learner
    except IntegrityError:
        return Learner.objects.get(user=user)
