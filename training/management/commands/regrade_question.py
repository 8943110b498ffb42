from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from training.domain.regrading import (
    CannotRegrade,
    KeyChanged,
    Regrade,
    apply_regrade,
    plan_regrade,
    read_fingerprint,
)
from training.models import Question


class Command(BaseCommand):
    help = (
        "Grade the papers with a question anew by its published key. For thousands of papers; "
        "the administration does the same for fewer. May be broken off and run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", help="key of the question")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--dry-run", action="store_true", help="only report (the default)")
        what.add_argument("--apply", action="store_true", help="write the new scores")
        parser.add_argument(
            "--allow-losses",
            action="store_true",
            help="papers may lose their pass; else such papers stay as they are",
        )

        parser.add_argument("--reason", default="", help="why: kept in the audit log")

    def handle(self, *args: Any, **options: Any) -> None:
        question = Question.objects.filter(key=options["key"]).first()
        if question is None:
            raise CommandError(f"There is no question {options['key']}.")
        if options["apply"] and not options["reason"].strip():
            raise CommandError("Say why with --reason: it is kept in the audit log.")
        now = timezone.now()
        try:
            if options["apply"]:
                report = apply_regrade(
                    question=question,
                    fingerprint=read_fingerprint(question=question),
                    allow_losing=options["allow_losses"],
                    reason=options["reason"],
                    user=None,
                    now=now,
                )
            else:
                report = plan_regrade(question=question, now=now)
        except CannotRegrade as obstacle:
            raise CommandError(str(obstacle)) from obstacle
        except KeyChanged as error:
            raise CommandError("The question was published anew just now. Run again.") from error
        self.tell(report, is_done=options["apply"])

    def tell(self, report: Regrade, *, is_done: bool) -> None:
        self.stdout.write("done:" if is_done else "dry run, nothing was changed:")
        figures = report.as_json() | {"written": report.written}
        for name, value in figures.items():
            shown = len(value) if isinstance(value, list) else "–" if value is None else value
            self.stdout.write(f"  {name.replace('_', ' ')}: {shown}")
