from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from cms.accounts.mails import find_user
from training.domain.audit import record_audit
from training.domain.mails import queue_mail


class Command(BaseCommand):
    help = "Remove the second factors of somebody who lost the phone, and sign the account out."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument(
            "--reason", required=True, help="how it was made sure who asks: kept in the audit log"
        )

    @transaction.atomic
    def handle(self, *args: Any, email: str, reason: str, **options: Any) -> None:
        now = timezone.now()
        user = find_user(email)
        if user is None:
            raise CommandError("no account has this address")
        if not reason.strip():
            raise CommandError("say how it was made sure who asks")
        removed, _rows = Authenticator.objects.filter(user=user).delete()
        user.end_sessions()
        audit = record_audit(
            action="account.reset_second_factor",
            actor=None,
            at=now,
            subject=user,
            reason=reason,
            details={"removed": removed},
        )
        queue_mail(
            key=f"second_factor_reset:{audit.pk}",
            to=user.email,
            template="account/email/second_factor_reset.txt",
            context={},
            now=now,
        )
        self.stdout.write(f"{removed} removed; a mail tells {user.email}")
