"""Run a drill of tests/drills. Ends with status 1 when a promise is broken."""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ["DJANGO_SETTINGS_MODULE"] = "cms.settings.test"

from tests.drills.registry import DRILLS, Drill  # noqa: E402


@contextmanager
def scratch_database() -> Iterator[None]:
    """As pytest makes one: empty and in memory, unless DATABASE_URL says otherwise."""
    from django.db import connection
    from django.test.utils import setup_test_environment, teardown_test_environment

    setup_test_environment()
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
        teardown_test_environment()


def run(drill: Drill, *, long: bool) -> dict[str, int]:
    import django

    django.setup()
    if not drill.needs_database:
        return drill.go(long=long)
    with scratch_database():
        return drill.go(long=long)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", nargs="?", choices=sorted(DRILLS), metavar="NAME")
    parser.add_argument("--long", action="store_true", help="the long form, as promised")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--list", action="store_true", help="name all drills")
    arguments = parser.parse_args()
    if arguments.list:
        for drill in DRILLS.values():
            print(f"{drill.name:4}{drill.line}")
        return 0
    if not arguments.name:
        parser.error("name a drill, or ask for --list")
    drill = DRILLS[arguments.name]
    figures = run(drill, long=arguments.long)
    broken = drill.broken(figures)
    if arguments.json:
        print(json.dumps({"name": drill.name, "ok": not broken, "figures": figures}))
    else:
        print(f"{drill.name}: {'broken' if broken else 'kept'} – {drill.line}")
        for name, value in figures.items():
            print(f"{name:>16} {value}{'  must be 0' if name in broken else ''}")
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
