from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from certificates.domain.keys import make_demo_keys
from cms.demo.loader import load_everything
from training.domain.figures import rebuild_figures
from training.models import CoursePage


class Command(BaseCommand):
    help = "Load the demonstration site. What is there already is never changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing if the site has a course"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        for key in make_demo_keys(now=timezone.now()):
            self.stdout.write(f"{key.name}: certificates made with it are specimens")
        if options["if_empty"] and CoursePage.objects.exists():
            return
        for thing, count in load_everything().items():
            self.stdout.write(f"{count} {thing}")
        # Or the ministry's page would be empty until the worker counts.
        rebuild_figures(now=timezone.now())
