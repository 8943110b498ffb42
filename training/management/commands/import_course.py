from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from wagtail.models import Page, Site

from training.domain.course_files.importing import (
    CannotImport,
    Wish,
    import_course,
    plan_course_import,
)
from training.domain.course_files.plans import CoursePlan
from training.domain.exchange import PlanChanged
from training.exchange import Unreadable
from training.exchange.course_files import read_course_in_child


class Command(BaseCommand):
    help = "Bring a course from a file of export_course into this site, as drafts"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
        parser.add_argument("--parent", type=int, help="id of the page above; else the home page")
        parser.add_argument("--as-new", action="store_true", help="a course with keys of its own")
        parser.add_argument(
            "--at-once",
            action="store_true",
            help="change what has no draft, too: quizzes in use and glossary terms",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        wish = Wish(seed=uuid4().hex if options["as_new"] else "", at_once=options["at_once"])
        try:
            file = read_course_in_child(options["file"].read_bytes())
            parent = self.find_parent(options["parent"])
            if options["dry_run"]:
                plan = plan_course_import(file=file, parent=parent, user=None, wish=wish)
            else:
                plan = import_course(
                    file=file, parent=parent, user=None, wish=wish, now=timezone.now()
                )
        except (OSError, Unreadable) as error:
            raise CommandError(str(error)) from error
        except CannotImport as error:
            raise CommandError(str(error)) from error
        except PlanChanged as error:
            raise CommandError("Somebody changed the course just now. Run again.") from error
        self.tell(plan, options)
        if plan.errors:
            raise CommandError("\n".join(plan.errors))

    def find_parent(self, pk: int | None) -> Page:
        site = Site.objects.filter(is_default_site=True).first()
        page = Page.objects.filter(pk=pk).first() if pk else site and site.root_page
        if page is None:
            raise CommandError("There is no such page to put the course under.")
        return page

    def tell(self, plan: CoursePlan, options: dict[str, Any]) -> None:
        self.stdout.write("dry run, nothing was changed:" if options["dry_run"] else "done:")
        for name in ("created", "changed", "unchanged", "at_once"):
            entries = getattr(plan, name)
            self.stdout.write(f"  {name.replace('_', ' ')}: {len(entries)}")
            if name in ("changed", "at_once"):
                for entry in entries:
                    key = f" ({entry.key})" if entry.key else ""
                    self.stdout.write(f"    {entry.kind} {entry.name}{key}")
                    for change in entry.changes:
                        self.stdout.write(f"      {change}")
        if plan.at_once and not options["at_once"]:
            self.stdout.write("  What learners would see at once was left out (--at-once).")
        for text in [*plan.at_once_problems, *plan.notes]:
            self.stdout.write(f"  {text}")
