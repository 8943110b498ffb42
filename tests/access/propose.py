"""python -m tests.access.propose: adds rows for new addresses with what was observed, and takes
out those that are gone. Review them before they are committed: the file is the promise."""

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from wagtail.signal_handlers import disable_reference_index_auto_update  # noqa: E402

from .matrix import MATRIX, read_matrix, write_line, write_matrix  # noqa: E402
from .observe import observe  # noqa: E402
from .world import make_world  # noqa: E402


def main() -> None:
    setup_test_environment()
    name = connection.creation.create_test_db(verbosity=0)
    try:
        with disable_reference_index_auto_update():
            from django.db import transaction

            with transaction.atomic():
                seen = observe(make_world())
                transaction.set_rollback(True)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
    known = read_matrix() if MATRIX.exists() else {}
    for key, row in seen.items():
        if key not in known:
            print(write_line(key, row))
    write_matrix({key: known.get(key, row) for key, row in seen.items()})


main()
