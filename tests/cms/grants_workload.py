"""Run as the role that owns nothing: what must work, and what must not. Prints what it found."""

import json

import django

django.setup()

from django.db import DatabaseError, connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from certificates.domain.chain import append_entry  # noqa: E402
from certificates.domain.issuing import request_certificate  # noqa: E402
from certificates.models import RegisterEntry  # noqa: E402
from cms.demo.loader import load_everything  # noqa: E402
from tests import factories  # noqa: E402
from training.domain.audit import record_audit  # noqa: E402
from training.models import AuditEntry, CoursePage  # noqa: E402

AUDIT, REGISTER = AuditEntry._meta.db_table, RegisterEntry._meta.db_table
FORBIDDEN = [
    f"UPDATE {AUDIT} SET reason = 'x'",
    f"DELETE FROM {AUDIT}",
    f"TRUNCATE {AUDIT}",
    f"ALTER TABLE {AUDIT} DISABLE TRIGGER ALL",
    f"DROP TRIGGER audit_only_added_to ON {AUDIT}",
    f"DROP TABLE {AUDIT}",
    f"UPDATE {REGISTER} SET event = 'x'",
    f"DELETE FROM {REGISTER}",
    f"TRUNCATE {REGISTER}",
    "CREATE TABLE mine (id int)",
]


def is_refused(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError:
        return True
    return False


def main() -> None:
    load_everything()
    enrolment = factories.make_enrolment(
        course=CoursePage.objects.get(), completed_at=timezone.now()
    )
    certificate = request_certificate(enrolment_id=enrolment.pk, now=timezone.now())
    with transaction.atomic():
        append_entry(certificate=certificate, event="issued", at=timezone.now(), actor_id=None)
        record_audit(action="retention.run", actor=None, at=timezone.now())
    print(
        json.dumps(
            {
                "allowed": [each for each in FORBIDDEN if not is_refused(each)],
                "audit": AuditEntry.objects.count(),
                "register": RegisterEntry.objects.count(),
            }
        )
    )


main()
