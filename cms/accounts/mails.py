"""Signing in with what a mail holds: a link and a code, and whichever is used first spends both."""

import hashlib
import secrets
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.db.models import F

from cms.models import SignInMail, User
from cms.models.sign_in import MAX_TRIES


def find_user(email: str) -> User | None:
    """Whose address this is: proven, or the account's own.

    allauth's look-up also takes an address that somebody added to his account and never proved;
    signing in would then lead its owner into that account.
    """
    proven = EmailAddress.objects.filter(email__iexact=email, verified=True).select_related("user")
    if found := proven.first():
        return found.user
    return User.objects.filter(email__iexact=email).first()


def make_mail(*, user: User, email: str, next_url: str, now: datetime) -> tuple[SignInMail, str]:
    """Also returns the link's secret, which is kept nowhere."""
    secret = secrets.token_urlsafe(32)
    mail = SignInMail.objects.create(
        user=user,
        email=email,
        digest=_digest(secret),
        next_url=next_url if len(next_url) <= 500 else "",
        created_at=now,
    )
    return mail, secret


def find_mail(*, secret: str, now: datetime) -> SignInMail | None:
    usable = SignInMail.objects.usable(now=now).filter(user__is_active=True)
    return usable.select_related("user").filter(digest=_digest(secret)).first()


def may_try_code(*, mail_id: int, now: datetime) -> bool:
    """Count one try. Ten requests at once are ten tries."""
    usable = SignInMail.objects.usable(now=now).filter(pk=mail_id, tries__lt=MAX_TRIES)
    return usable.update(tries=F("tries") + 1) == 1


@transaction.atomic
def spend_mail(*, mail_id: int, now: datetime) -> bool:
    """Whether this caller is the one who may sign in with it. Earlier mails end with it."""
    if not SignInMail.objects.usable(now=now).filter(pk=mail_id).update(spent_at=now):
        return False
    mail = SignInMail.objects.select_related("user").get(pk=mail_id)
    SignInMail.objects.filter(user=mail.user, spent_at=None).update(spent_at=now)
    take_over(mail.user, mail.email)
    return True


def take_over(user: User, email: str) -> None:
    """The first proof that an address is one's own ends what others may have prepared: an account
    with the address of somebody else, and a password that waits for its owner to come."""
    if EmailAddress.objects.filter(user=user, email__iexact=email, verified=True).exists():
        return
    if user.has_usable_password():
        user.set_unusable_password()
        user.save(update_fields=["password"])
    SocialAccount.objects.filter(user=user).delete()
    user.end_sessions()
    # allauth marks as proven what has a row.
    EmailAddress.objects.get_or_create(
        user=user, email=email.lower(), defaults={"primary": False, "verified": False}
    )


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
