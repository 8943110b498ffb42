"""What becomes of accounts: of people who were erased, and of those that nobody ever used."""

from datetime import datetime

from django.apps import apps
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, ProtectedError, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from cms.models import SignInMail, User
from training.models import Appointment
from training.seams import KeptClass

# What allauth keeps of an account, whichever of its apps are installed.
SIGN_IN_APPS = {"account", "mfa", "socialaccount", "usersessions"}
NOBODY = "erased.invalid"
LIMIT = 1000


def erase_account(user: User, now: datetime) -> None:
    """The row stays, since the audit log points at it, and nothing in it tells who it was. Nobody
    signs in with it any more; a session that is open ends with its next request."""
    for model in apps.get_models():
        if model._meta.app_label in SIGN_IN_APPS:
            for field in model._meta.get_fields():
                if field.many_to_one and field.concrete and field.related_model is User:
                    model._default_manager.filter(**{field.name: user}).delete()
    SignInMail.objects.filter(user=user).delete()
    user.email = f"erased-{user.pk}@{NOBODY}"
    user.first_name = user.last_name = ""
    user.is_active = False
    user.last_login = None
    user.set_unusable_password()
    user.save()
    user.end_sessions()


def _without_learner(before: datetime) -> QuerySet[User]:
    """Made and then left alone; nobody whom the site or a body has given anything to do."""
    office = Appointment.objects.filter(user=OuterRef("pk"))
    return User.objects.filter(
        ~Exists(office),
        Q(last_login=None) | Q(last_login__lt=before),
        learner=None,
        is_staff=False,
        is_superuser=False,
        groups=None,
        user_permissions=None,
        date_joined__lt=before,
    ).exclude(email__endswith=f"@{NOBODY}")


def _forget_accounts(before: datetime, now: datetime) -> int:
    users = list(_without_learner(before).order_by("pk")[:LIMIT])
    for user in users:
        try:
            user.delete()
        except ProtectedError:
            erase_account(user, now)
    return len(users)


def _sessions(before: datetime) -> QuerySet[Session]:
    return Session.objects.filter(expire_date__lt=before)


def _delete_sessions(before: datetime, now: datetime) -> int:
    return _sessions(before).delete()[0]


def _sign_in_mails(before: datetime) -> QuerySet[SignInMail]:
    return SignInMail.objects.filter(created_at__lt=before)


def _delete_sign_in_mails(before: datetime, now: datetime) -> int:
    return _sign_in_mails(before).delete()[0]


KEPT_CLASSES = [
    KeptClass(
        "sign_in_mails",
        _("Mails to sign in with"),
        1,
        lambda before: _sign_in_mails(before).count(),
        _delete_sign_in_mails,
    ),
    KeptClass(
        "accounts_without_learner",
        _("Accounts without a registration"),
        365,
        lambda before: _without_learner(before).count(),
        _forget_accounts,
    ),
    KeptClass(
        "sessions",
        _("Sessions that have ended"),
        0,
        lambda before: _sessions(before).count(),
        _delete_sessions,
    ),
]
