from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from training.models import Affiliation, Learner, LocalGovernment, PurposeNotice


def current_purpose_notice(*, today: date) -> PurposeNotice | None:
    """The latest version that is in force."""
    in_force = PurposeNotice.objects.filter(published_on__lte=today)
    return in_force.order_by("-version").first()


def is_accepted(*, notice: PurposeNotice) -> bool:
    """Whether anybody's consent rests on this version, so that it must stay as it is."""
    return Learner.objects.filter(purpose_notice=notice).exists()


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
                registered_at=now,
            )
            Affiliation.objects.create(
                learner=learner,
                category=category,
                local_government=local_government,
                claimed_at=now,
            )
            return learner
    except IntegrityError:
        return Learner.objects.get(user=user)
