from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from certificates.models import RegisterEntry
from training.models import AuditEntry

# Only ever added to: not even a mistake in the application changes a line of theirs.
ONLY_ADDED_TO = (AuditEntry, RegisterEntry)


class Command(BaseCommand):
    help = (
        "Print the statements that let a role of PostgreSQL run the site and own nothing. Give them"
        " to psql as the owner, after every migrate."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role")

    def handle(self, *, role: str, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("There are no roles in this database: PostgreSQL only.")
        for statement in list_statements(role):
            self.stdout.write(f"{statement};")


def list_statements(role: str) -> list[str]:
    quote = connection.ops.quote_name
    to = quote(role)
    only_added_to = {model._meta.db_table for model in ONLY_ADDED_TO}
    tables = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }
    existing = set(connection.introspection.table_names())
    statements = [
        f"GRANT USAGE ON SCHEMA public TO {to}",
        f"REVOKE CREATE ON SCHEMA public FROM PUBLIC, {to}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {to}",
        # Whether everything was migrated is asked by the health check and by manage.py.
        f"GRANT SELECT ON {quote('django_migrations')} TO {to}",
    ]
    for table in sorted(tables & existing):
        rights = "SELECT, INSERT" if table in only_added_to else "SELECT, INSERT, UPDATE, DELETE"
        statements += [
            f"REVOKE ALL ON {quote(table)} FROM {to}",
            f"GRANT {rights} ON {quote(table)} TO {to}",
        ]
    # Locking the chain's first line asks for a right to change something: its number, which the
    # chain of hashes gives away.
    register = quote(RegisterEntry._meta.db_table)
    statements.append(f"GRANT UPDATE ({quote('sequence')}) ON {register} TO {to}")
    return statements
