from typing import Any

from allauth.account.models import EmailAddress


def read_verified(user: Any) -> set[str]:
    """The addresses that were shown to be the user's, for training, which knows no sign-in."""
    verified = EmailAddress.objects.filter(user=user, verified=True)
    return {address.lower() for address in verified.values_list("email", flat=True)}
