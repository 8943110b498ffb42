"""The 修了原簿 on the command line."""

from argparse import ArgumentParser
from dataclasses import fields
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from certificates.domain.audit import verify_register
from certificates.domain.chain import Head
from certificates.domain.recovery import Recovery, recover
from certificates.domain.register_export import export_pdf, export_xlsx
from certificates.models import Certificate
from training.domain.audit import record_audit


class Command(BaseCommand):
    help = "Verify the register of certificates, export it, or recover it after a restore."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("verify", help="the chain, the rows, every stored file")
        actions.add_parser("recover", help="rebuild what a restored database does not know")
        export = actions.add_parser("export", help="write it to a file")
        export.add_argument("file", type=Path, help="ends in .xlsx or .pdf (PDF/A)")
        export.add_argument("--fiscal-year", type=int, help="of the certificates' numbers")

    def handle(self, *, action: str, **options: Any) -> None:
        {"verify": self.verify, "recover": self.recover, "export": self.export}[action](**options)

    def verify(self, **_options: Any) -> None:
        head, wrong = Head(), 0
        for line in verify_register(head=head):
            self.stderr.write(line)
            wrong += 1
        self.stdout.write(
            f"entries: {head.count}, certificates: {Certificate.objects.count()}, "
            f"differences: {wrong}\nlast hash: {head.hash}"
        )
        if wrong:
            raise CommandError("The register does not agree with itself, the rows or the files.")

    def recover(self, **_options: Any) -> None:
        done = recover(now=timezone.now())
        for field in fields(Recovery):
            found = getattr(done, field.name)
            self.stdout.write(f"{field.name}: {len(found)}")
            for line in found:
                self.stdout.write(f"  {line}")
        if done.problems:
            raise CommandError("Not everything could be recovered.")

    def export(self, *, file: Path, fiscal_year: int | None, **_options: Any) -> None:
        writers = {".xlsx": export_xlsx, ".pdf": export_pdf}
        if file.suffix not in writers:
            raise CommandError("The file's name must end in .xlsx or .pdf.")
        if not file.parent.is_dir():
            raise CommandError(f"There is no folder {file.parent}.")
        now = timezone.now()
        export = writers[file.suffix](fiscal_year=fiscal_year, now=now)
        # Before there is a file: none is without it.
        details = {"rows": export.count, "fiscal_year": fiscal_year, "kind": file.suffix}
        record_audit(action="register.export", actor=None, at=now, details=details)
        try:
            file.write_bytes(export.content)
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"entries: {export.count}\nlast hash: {export.last_hash}")
