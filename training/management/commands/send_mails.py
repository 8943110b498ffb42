from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from training.domain.mails import send_due_mails


class Command(BaseCommand):
    help = "Sends the mails that are due. For sites without Celery: every minute."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{send_due_mails(now=timezone.now())} mails sent")
