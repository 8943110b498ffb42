from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from training.domain.bodies import NotMergeable, merge_bodies
from training.domain.dates import BadDate, read_date
from training.domain.local_governments import make_local_government
from training.models import LocalGovernment


class Command(BaseCommand):
    help = (
        "Let towns merge. Affiliations stay where they were; officers of the new body see and act "
        "for the people of the old ones. A new body that the site does not know yet is made with "
        "--name, --kana and --kind, in the prefecture of the first old one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("old", metavar="OLD", nargs="+", help="six-digit codes of those merged")
        parser.add_argument("--into", required=True, metavar="NEW", help="six-digit code")
        parser.add_argument("--on", required=True, help="day of the merger: 2027/4/1, R9.4.1")
        parser.add_argument("--name", help="of a new body: 新中山市")
        parser.add_argument("--kana", default="", help="of a new body: しんなかやまし")
        parser.add_argument("--kind", choices=LocalGovernment.Kind.values, default="city")
        parser.add_argument("--dry-run", action="store_true", help="only report")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            new = LocalGovernment.objects.filter(pk=options["into"]).first()
            if new is None and options["name"]:
                new = make_local_government(
                    code=options["into"],
                    name=options["name"],
                    kana=options["kana"],
                    kind=options["kind"],
                    beside=options["old"][0],
                )
            if new is None:
                raise CommandError(
                    f"There is no local government {options['into']}: give --name to make it."
                )
            merged = merge_bodies(
                old_codes=list(dict.fromkeys(options["old"])),
                new=new,
                on=read_date(options["on"]),
                actor=None,
                now=timezone.now(),
                is_dry_run=options["dry_run"],
            )
        except (NotMergeable, BadDate, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write("dry run, nothing was changed:" if options["dry_run"] else "merged:")
        for each in merged:
            self.stdout.write(
                f"  {each.code} {each.name} → {new}: {each.people} people, {each.officers} officers"
            )
