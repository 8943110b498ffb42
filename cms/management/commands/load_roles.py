from typing import Any

from django.core.management.base import BaseCommand

from cms.roles import load_roles


class Command(BaseCommand):
    help = "Make the groups of cms/roles.py, or make them right again. Who belongs to them stays."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{load_roles()} roles")
