from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from training.domain.figures import rebuild_figures
from training.domain.population import NoCourse, RealLearners, make_population


class Command(BaseCommand):
    help = (
        "Fill a database with made-up learners, enrolments, attempts and certificates, the same "
        "for the same seed. For measuring only: they have no accounts, and no paper is printed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--enrolments", type=int, default=1000)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--force", action="store_true", help="even where people registered")

    def handle(self, *, enrolments: int, seed: int, force: bool, **options: Any) -> None:
        now = timezone.now()
        try:
            counts = make_population(
                enrolments=enrolments, seed=seed, now=now, force=force, tell=self.stderr.write
            )
        except NoCourse as error:
            raise CommandError("There is no course yet: run load_demo first.") from error
        except RealLearners as error:
            raise CommandError(
                "Somebody is registered here. Made-up people could not be told apart again; "
                "--force does it all the same."
            ) from error
        rebuild_figures(now=timezone.now())
        for name, count in counts.items():
            self.stdout.write(f"{name}: {count}")
