from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from training.clock import in_japan
from training.domain.retention import BadPeriods, Outcome, run_retention


class Command(BaseCommand):
    help = "Delete what has been kept for its whole period, and tell how many of each class."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count")

    def handle(self, *args: Any, **options: Any) -> None:
        is_dry_run = options["dry_run"]
        try:
            outcomes = run_retention(now=timezone.now(), is_dry_run=is_dry_run)
        except BadPeriods as error:
            raise CommandError(f"Nothing was done. The periods are wrong: {error}") from error
        self.stdout.write("dry run, nothing was deleted:" if is_dry_run else "deleted:")
        for each in outcomes:
            self.stdout.write(f"  {each.kept.name}: {self._tell(each)}")
        if any(each.problem for each in outcomes):
            raise CommandError("Not every class could be done: see the log.")

    def _tell(self, outcome: Outcome) -> str:
        if outcome.before is None:
            return "kept for ever"
        unit = "fiscal years" if outcome.kept.in_fiscal_years else "days"
        since = in_japan(outcome.before)
        told = outcome.problem or outcome.count
        return f"{told} (kept {outcome.period} {unit}: before {since:%Y-%m-%d %H:%M})"
