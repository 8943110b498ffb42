"""Revocations for whoever verifies a credential without asking us about it."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

from certificates.credentials.identifiers import key_id_for
from certificates.credentials.proofs import serialise, sign_credential
from certificates.credentials.status import LENGTH, build_status_list
from certificates.models import Certificate, SigningKey, StatusList

from .badges import describe_issuer, status_list_address

# Long before a list runs out.
RENEW_AFTER = timedelta(days=1)


def renew_status_lists(
    *, key: SigningKey, sign: Callable[[bytes], bytes], now: datetime
) -> list[int]:
    """Sign anew the lists that no longer say what the database says, or are a day old; return their
    numbers."""
    revoked: defaultdict[int, list[int]] = defaultdict(list)
    statuses = (Certificate.Status.REVOKED, Certificate.Status.SUPERSEDED)
    for pk in (
        Certificate.objects.filter(status__in=statuses).order_by("pk").values_list("pk", flat=True)
    ):
        number, index = divmod(pk, LENGTH)
        revoked[number].append(index)
    last = Certificate.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    current = dict(
        StatusList.objects.filter(made_at__gt=now - RENEW_AFTER).values_list("number", "state")
    )
    issuer = describe_issuer()
    renewed = []
    for number in range(last // LENGTH + 1):
        state = sha256(f"{issuer.did} {key.name} {revoked[number]}".encode()).hexdigest()
        if current.get(number) == state:
            continue
        address = status_list_address(number=number)
        document = build_status_list(
            address=address, did=issuer.did, revoked=revoked[number], at=now
        )
        signed = sign_credential(
            document, key_id=key_id_for(issuer.did, key.name), sign=sign, at=now
        )
        StatusList.objects.bulk_create(
            [
                StatusList(
                    number=number, document=serialise(signed).decode(), state=state, made_at=now
                )
            ],
            update_conflicts=True,
            unique_fields=["number"],
            update_fields=["document", "state", "made_at"],
        )
        renewed.append(number)
    return renewed
