from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from training.domain.course_files.exporting import CannotExport, export_course
from training.models import CoursePage


class Command(BaseCommand):
    help = "Write a course with its modules, quizzes, questions and answers, and files into one zip"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="slug of the course")
        parser.add_argument("file", type=Path, help="the file to write")

    def handle(self, *args: Any, **options: Any) -> None:
        courses = list(CoursePage.objects.filter(slug=options["slug"])[:2])
        if len(courses) != 1:
            raise CommandError(f"There is not one course {options['slug']}.")
        try:
            data = export_course(course=courses[0], user=None, now=timezone.now())
        except CannotExport as error:
            raise CommandError(str(error)) from error
        options["file"].write_bytes(data)
        self.stdout.write(f"{options['file']}: {len(data):,} bytes, with the answers")
