from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from training.domain.figures import rebuild_figures


class Command(BaseCommand):
    help = "Count the figures for oversight anew from the facts."

    def handle(self, *args: Any, **options: Any) -> None:
        build = rebuild_figures(now=timezone.now())
        if build is None:
            self.stdout.write("a later rebuilding was done first")
            return
        self.stdout.write(
            f"rows by month: {build.monthly.count()}, rows by body: {build.bodies.count()}"
        )
