from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from training.domain.merging import NotMergeable, merge_learners


class Command(BaseCommand):
    help = (
        "Make one learner of two registrations of the same person. Nothing is lost; the account of "
        "FROM then tells its owner to use the one of INTO."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("from_id", metavar="FROM", type=int, help="id of the one to go")
        parser.add_argument("into_id", metavar="INTO", type=int, help="id of the one to stay")
        parser.add_argument("--reason", required=True, help="for the audit log; name nobody in it")
        parser.add_argument("--dry-run", action="store_true", help="only report")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            merged = merge_learners(
                from_id=options["from_id"],
                into_id=options["into_id"],
                reason=options["reason"],
                actor=None,
                now=timezone.now(),
                is_dry_run=options["dry_run"],
            )
        except NotMergeable as error:
            raise CommandError(str(error)) from error
        self.stdout.write("dry run, nothing was changed:" if options["dry_run"] else "merged:")
        self.stdout.write(f"  enrolments moved: {merged.enrolments}")
        self.stdout.write(f"  open twice, so one withdrawn: {merged.withdrawn}")
        self.stdout.write(f"  affiliations moved: {merged.affiliations}")
