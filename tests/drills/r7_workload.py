"""Run by r7_restore.py as a program, a step each time."""

import hashlib
import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from certificates.domain import (  # noqa: E402  # noqa: E402
    archive,
    audit,
    chain,
    corrections,
    issuing,
    keys,
    production,
    recovery,
    register,
)
from certificates.domain.verification import verify_code  # noqa: E402
from certificates.models import Certificate, RegisterEntry, certificate_storage  # noqa: E402
from certificates.signing.judging import judge_pdf  # noqa: E402
from tests import factories  # noqa: E402
from training.models import CoursePage, Enrolment  # noqa: E402

NOW = factories.NOW
TODAY = NOW.date()
NOTES = Path(settings.HOME, "issued.json")
STATES = {"issued": "valid", "revoked": "revoked", "superseded": "superseded"}


def complete(count: int) -> Iterator[Enrolment]:
    course = CoursePage.objects.get()
    for _number in range(count):
        user = factories.UserFactory(email=f"drill-{Enrolment.objects.count()}@example.jp")
        # As in life: no two do it in one microsecond, and ids come again after the restore.
        learner = factories.LearnerFactory(user=user, registered_at=timezone.now())
        enrolment = factories.make_enrolment(learner=learner, course=course, completed_at=NOW)
        enrolment.enrolled_at = timezone.now()
        enrolment.save(update_fields=["enrolled_at"])
        yield enrolment


def print_all() -> int:
    """Returns how many were refused because the archive knows their number."""
    refused = 0
    for pk in production.find_due(now=NOW, limit=10_000):
        try:
            production.issue_certificate(certificate_id=pk, now=NOW)
        except archive.NumberTaken:
            refused += 1
    return refused


def issue(count: int) -> None:
    for enrolment in complete(count):
        issuing.request_certificate(enrolment_id=enrolment.pk, now=NOW)
    print_all()


def change_some(count: int) -> None:
    """Revoke one and replace one of those that the dump has, and of those that it has not."""
    rows = list(Certificate.objects.filter(status="issued").order_by("number"))
    for each in (rows[1], rows[count + 1]):
        register.revoke_certificate(
            certificate_id=each.pk,
            reason_class=Certificate.RevocationClass.MISCONDUCT,
            reason="drill",
            now=NOW,
        )
    officer = factories.UserFactory(email="officer@example.jp")
    for each in (rows[2], rows[count + 2]):
        asked = corrections.request_correction(
            certificate_id=each.pk,
            full_name="髙橋 花子",
            kana="タカハシ ハナコ",
            former_name="",
            reason="drill",
            today=TODAY,
            now=NOW,
        )
        corrections.approve_correction(
            correction_id=asked.pk, actor_id=officer.pk, note="", today=TODAY, now=NOW
        )
    print_all()


def before(count: int) -> dict:
    call_command("migrate", verbosity=0)
    factories.make_certificate_template()
    factories.make_course()
    issue(count)
    # In the dump as pending, printed after it.
    for enrolment in complete(2):
        issuing.request_certificate(enrolment_id=enrolment.pk, now=NOW)
    return {}


def after(count: int) -> dict:
    # These keys are younger than the dump.
    for purpose in keys.Purpose.values:
        keys.rotate_key(purpose=purpose, now=NOW)
    issue(count)
    change_some(count)
    fields = ("code", "number", "sha256", "status", "facts", "signing_key__public")
    NOTES.write_text(json.dumps(list(Certificate.objects.values(*fields))))
    return {}


def recover(count: int) -> dict:
    printed = json.loads(NOTES.read_text())
    # Before anybody notices: numbers that were printed meanwhile are refused.
    for enrolment in complete(count // 2):
        issuing.request_certificate(enrolment_id=enrolment.pk, now=NOW)
    refused = print_all()
    done = recovery.recover(now=NOW + timedelta(hours=1))
    # Those refused were held until now.
    Certificate.objects.filter(status="pending").update(lease_until=None)
    issue(count // 2)
    differing = lost = unconfirmed = 0
    for told in printed:
        row = Certificate.objects.filter(code=told["code"]).first()
        if row is None:
            lost += 1
            continue
        with certificate_storage().open(row.file.name) as file:
            content = file.read()
        sha256 = hashlib.sha256(content).hexdigest()
        judgement = judge_pdf(content, certificates=keys.trusted_certificates())
        signed_by = keys.find_key(fingerprint=judgement.fingerprint)
        unconfirmed += not judgement.is_confirmed or signed_by != row.signing_key
        answer = verify_code(typed=row.code, today=TODAY)
        seen = (
            row.number,
            sha256,
            row.status,
            row.facts,
            row.signing_key and row.signing_key.public,
            answer.status.value,
        )
        differing += seen != (
            told["number"],
            told["sha256"],
            told["status"],
            told["facts"],
            told["signing_key__public"],
            STATES[told["status"]],
        )
    codes = {told["code"] for told in printed}
    numbers = {told["number"] for told in printed}
    fresh = Certificate.objects.exclude(code__in=codes).values_list("number", flat=True)
    given = sorted(Certificate.objects.values_list("number", flat=True))
    head = chain.Head()
    return {
        "printed": len(printed),
        "rebuilt": len(done.rebuilt),
        "refused_before": refused,
        "issued_after": len(fresh),
        "lost": lost,
        "differing": differing,
        "unconfirmed": unconfirmed,
        "keys": len(done.keys),
        "reused": sum(number in numbers for number in fresh),
        "gaps": sum(number not in given for number in range(1, given[-1] + 1)),
        "unexplained": len(list(audit.verify_register(head=head))) + len(done.problems),
        "entries": RegisterEntry.objects.count(),
    }


if __name__ == "__main__":
    what, times = sys.argv[1], int(sys.argv[2])
    print(json.dumps({"before": before, "after": after, "recover": recover}[what](times)))
