from typing import Any

from django.core.management.base import BaseCommand

from cms.domain.search_index import rebuild_index


class Command(BaseCommand):
    help = "Make the index of the site's search anew from the published pages."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{rebuild_index()} pages")
