from datetime import datetime, timedelta

from django.db import models

from .users import User

VALID_FOR = timedelta(minutes=15)
MAX_TRIES = 5


class SignInMailQuerySet(models.QuerySet["SignInMail"]):
    def usable(self, *, now: datetime) -> "SignInMailQuerySet":
        return self.filter(spent_at=None, created_at__gt=now - VALID_FOR)


class SignInMail(models.Model):
    """A mail with a link and a code to sign in with, whichever comes first. The code itself is in
    the session that asked for it, the link works in any browser."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    # SHA-256 of the link's secret: who reads the database cannot sign in with it.
    digest = models.CharField(max_length=64, unique=True)
    email = models.EmailField()
    next_url = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    spent_at = models.DateTimeField(null=True)
    # Codes typed. Counted here and not in the session: a session read by ten requests at once
    # counts them once.
    tries = models.PositiveSmallIntegerField(default=0)

    objects = SignInMailQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.pk}"
