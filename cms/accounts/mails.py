"""Signing in with what a mail holds: a link and a code, and whichever is used first spends both."""

import hashlib
import secrets
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.db.models import F, Sum

from cms.models import SignInMail, User
from cms.models.sign_in import MAX_TRIES

# Of one account, whichever pages its mails were asked for on: one chance in 10,000. The link in
# the mail works on.
MAX_TRIES_A_DAY = 100


def find_user(email: str) -> User | None:
    """Whose address this is: proven, or the account's own.

    allauth's look-up also takes an address that somebody added to his account and never proved;
    signing in would then lead its owner into that account.
    """
    proven = EmailAddress.objects.filter(email__iexact=email, verified=True).select_related("user")
    for each in proven.order_by("pk"):
        if _is_same(each.email, email):
            return each.user
    users = User.objects.filter(email__iexact=email).order_by("pk")
    return next((user for user in users if _is_same(user.email, email)), None)


def _is_same(kept: str, typed: str) -> bool:
    """But for the case of a-z. To PostgreSQL "ı" is an "i" as well, and "ſ" an "s": a mail to the
    address that was typed would then go to somebody else's mailbox."""
    return kept.encode(errors="replace").lower() == typed.encode(errors="replace").lower()


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
    of_the_day = SignInMail.objects.filter(
        user__in=usable.values("user"), created_at__gt=now - timedelta(days=1)
    )
    if (of_the_day.aggregate(all=Sum("tries"))["all"] or 0) >= MAX_TRIES_A_DAY:
        return False
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
