from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from certificates.domain import keys
from certificates.models import SigningKey
from certificates.signing.keys import UnsuitableKey

PURPOSES = [str(each) for each in SigningKey.Purpose.values]


class Command(BaseCommand):
    help = "The keys that certificates are signed with. Private parts never enter the database."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        create = actions.add_parser("create", help="make the first keys, or bring a certificate")
        create.add_argument(
            "--demo", action="store_true", help="everything made with it is a specimen (見本)"
        )
        rotate = actions.add_parser("rotate", help="make new keys and retire those in use")
        rotate.add_argument("--dry-run", action="store_true", help="only say what would happen")
        for action in (create, rotate):
            action.add_argument("--purpose", choices=PURPOSES, help="without it: both")
            action.add_argument("--years", type=int, default=keys.VALID_YEARS)
            action.add_argument("--organisation", default="", help="the certificate's subject")
            action.add_argument("--certificate", type=Path, help="PEM chain of an authority")
            action.add_argument("--private-key", type=Path, help="PEM, P-256, of --certificate")
        actions.add_parser("list", help="all keys and what they signed")
        revoke = actions.add_parser("revoke", help="a key that somebody else may hold")
        revoke.add_argument("name")
        revoke.add_argument("--reason", required=True)
        revoke.add_argument("--dry-run", action="store_true", help="only say what would happen")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, "do_" + options["action"])(**options)
        except keys.KeyExists as error:
            raise CommandError(
                f"a key for {error} is in use already: signing_key rotate --purpose {error}"
            ) from error
        except keys.NoSuchKey as error:
            raise CommandError(f"no key {error}, or it is revoked already") from error
        except (UnsuitableKey, OSError) as error:
            raise CommandError(str(error)) from error

    def do_create(self, **options: Any) -> None:
        if self._imports(options):
            return
        for purpose in self._purposes(options):
            made = keys.create_key(
                purpose=purpose,
                now=timezone.now(),
                is_demo=options["demo"],
                years=options["years"],
                organisation=options["organisation"],
            )
            self._tell_made(made)

    def do_rotate(self, **options: Any) -> None:
        uses = [use for use in keys.list_keys(now=timezone.now()) if use.state == "active"]
        for use in uses:
            if use.key.purpose in self._purposes(options):
                verb = "would be retired" if options["dry_run"] else "is retired"
                self.stdout.write(
                    f"{use.key.name} {verb}; its {use.certificates} certificates stay confirmed"
                )
        if options["dry_run"] or self._imports(options, replace=True):
            return
        for purpose in self._purposes(options):
            made = keys.rotate_key(
                purpose=purpose,
                now=timezone.now(),
                years=options["years"],
                organisation=options["organisation"],
            )
            self._tell_made(made)

    def do_list(self, **options: Any) -> None:
        uses = keys.list_keys(now=timezone.now())
        for use in uses:
            self.stdout.write(
                f"{use.key.name}  {use.key.purpose}  {use.state}{' demo' * use.key.is_demo}  "
                f"until {use.until}  {use.certificates} certificates  "
                f"SHA-256 {use.fingerprint}"
            )
        self.stdout.write(f"{len(uses)} keys")

    def do_revoke(self, **options: Any) -> None:
        name, now = options["name"], timezone.now()
        use = next((use for use in keys.list_keys(now=now) if use.key.name == name), None)
        if use is None or use.state == "revoked":
            raise keys.NoSuchKey(name)
        if not options["dry_run"]:
            keys.revoke_key(name=name, reason=options["reason"], now=now)
        self.stdout.write(f"{name} {'would be' if options['dry_run'] else 'is'} revoked")
        self.stdout.write(
            f"{use.certificates} certificates were signed with it: the register still confirms the "
            "files that were issued, the signature alone confirms none of them any more"
        )
        if use.state == "active":
            self.stdout.write(
                "certificates wait until there is another: "
                f"signing_key create --purpose {use.key.purpose}"
            )

    def _purposes(self, options: dict[str, Any]) -> list[str]:
        if options["certificate"]:
            return [str(SigningKey.Purpose.DOCUMENT)]
        return [options["purpose"]] if options["purpose"] else PURPOSES

    def _imports(self, options: dict[str, Any], *, replace: bool = False) -> bool:
        certificate, private_key = options["certificate"], options["private_key"]
        if not certificate and not private_key:
            return False
        if not (certificate and private_key):
            raise CommandError("--certificate and --private-key belong together")
        made = keys.import_key(
            certificate=certificate.read_text(),
            private_key=private_key.read_bytes(),
            now=timezone.now(),
            replace=replace,
        )
        self._tell_made(made)
        self.stdout.write(f"now remove {private_key}, or keep it as the only other copy")
        return True

    def _tell_made(self, made: keys.MadeKey) -> None:
        self.stdout.write(
            f"{made.key.name} signs from now on, until {made.until}; its private part: {made.place}"
        )
