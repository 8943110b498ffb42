from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from training.domain.quizzes import close_all_expired


class Command(BaseCommand):
    help = "Hand in the attempts whose time is up, with what was saved. Run it every minute."

    def handle(self, *args: Any, **options: Any) -> None:
        count = close_all_expired(now=timezone.now())
        self.stdout.write(f"{count} attempts closed")
