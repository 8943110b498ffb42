"""Run by r3_double.py as a program: issue, replace and revoke, fifty at once on PostgreSQL."""

import json
import sys
from collections import Counter
from collections.abc import Callable
from itertools import count, cycle

# Sets Django up.
from .r3_workload import AT_ONCE, NOW, Crowd, make_enrolment, prepare  # isort: skip

from certificates.domain import chain, corrections, issuing, production, register
from certificates.models import Certificate, NameCorrection, RegisterEntry
from cms.models import User

TODAY = NOW.date()
EXPECTED = (
    register.NotIssued,
    corrections.AlreadyDecided,
    corrections.AlreadyWaiting,
    corrections.NotCorrectable,
)
FIGURES = (
    "wrong_issues",
    "wrong_requests",
    "wrong_approvals",
    "wrong_replacements",
    "wrong_revocations",
    "wrong_entries",
    "wrong_quarrels",
    "errors",
)


class Rounds:
    def __init__(self) -> None:
        prepare()
        self.crowd, self.found = Crowd(), Counter[str]()
        self.officer = User.objects.create(email="officer@example.jp")
        self.people = count()

    def make(self) -> Certificate:
        enrolment = make_enrolment(next(self.people))
        enrolment.completed_at = NOW
        enrolment.save()
        return issuing.request_certificate(enrolment_id=enrolment.pk, now=NOW)

    def together(self, *acts: Callable[[], object]) -> list[object]:
        """The acts in turn, fifty threads at once. What is neither done nor refused is an error."""
        turn = cycle(acts)

        def act() -> object:
            return next(turn)()

        done, refused = self.crowd.do(act)
        self.found["errors"] += sum(not isinstance(each, EXPECTED) for each in refused)
        for each in refused:
            if not isinstance(each, EXPECTED):
                print(repr(each), file=sys.stderr)
        return [each for each in done if each]

    def judge(self, figure: str, *facts: bool) -> None:
        self.found[figure] += not all(facts)

    def one(self) -> None:
        old = self.make()
        done = self.together(issue(old))
        self.judge("wrong_issues", len(done) == 1, states(old) == ["issued"])
        asked = self.together(ask(old))
        self.judge("wrong_requests", len(asked) == 1, old.corrections.count() == 1)
        request = NameCorrection.objects.get(certificate=old)
        approved = self.together(approve(request, self.officer))
        successors = Certificate.objects.filter(supersedes=old)
        self.judge("wrong_approvals", len(approved) == 1, successors.count() == 1)
        new = successors.get()
        done = self.together(issue(new))
        self.judge(
            "wrong_replacements", len(done) == 1, states(old, new) == ["superseded", "issued"]
        )
        done = self.together(revoke(new))
        self.judge("wrong_revocations", len(done) == 1, states(new) == ["revoked"])
        events = Counter(entries(old) + entries(new))
        self.judge("wrong_entries", events == {"issued": 2, "superseded": 1, "revoked": 1})

    def approve_or_revoke(self) -> None:
        """Two officers on one certificate, who do not agree."""
        old = self.make()
        issue(old)()
        request = ask(old)()
        self.together(approve(request, self.officer), revoke(old))
        successors = list(Certificate.objects.filter(supersedes=old))
        self.judge("wrong_quarrels", set(states(old, *successors)) == {"revoked"})

    def replace_or_revoke(self) -> None:
        """The worker's last step while somebody revokes."""
        old = self.make()
        issue(old)()
        new = approve(ask(old)(), self.officer)()
        self.together(issue(new), revoke(old))
        ends = (["superseded", "issued"], ["revoked", "revoked"])
        self.judge("wrong_quarrels", states(old, new) in ends)

    def many(self) -> None:
        """Fifty certificates, one register; the first time, an empty one."""
        made = [self.make() for _ in range(AT_ONCE)]
        done = self.together(*(issue(each) for each in made))
        self.judge("wrong_issues", len(done) == AT_ONCE, set(states(*made)) == {"issued"})


def issue(certificate: Certificate) -> Callable[[], bool]:
    sha256 = f"{certificate.pk:064x}"
    Certificate.objects.filter(pk=certificate.pk).update(sha256=sha256)
    name = production.store_file(content=b"%PDF", sha256=sha256)
    return lambda: register.record_issue(
        certificate_id=certificate.pk, file=name, sha256=sha256, now=NOW
    )


def ask(certificate: Certificate) -> Callable[[], NameCorrection]:
    return lambda: corrections.request_correction(
        certificate_id=certificate.pk,
        full_name="髙橋 花子",
        kana="タカハシ ハナコ",
        former_name="",
        reason="drill",
        today=TODAY,
        now=NOW,
    )


def approve(request: NameCorrection, officer: User) -> Callable[[], Certificate]:
    return lambda: corrections.approve_correction(
        correction_id=request.pk, actor_id=officer.pk, note="", today=TODAY, now=NOW
    )


def revoke(certificate: Certificate) -> Callable[[], bool]:
    def act() -> bool:
        register.revoke_certificate(
            certificate_id=certificate.pk,
            reason_class=Certificate.RevocationClass.OTHER,
            reason="drill",
            now=NOW,
        )
        return True

    return act


def states(*certificates: Certificate) -> list[str]:
    rows = dict(Certificate.objects.values_list("pk", "status"))
    return [rows[each.pk] for each in certificates]


def entries(certificate: Certificate) -> list[str]:
    return list(certificate.register_entries.values_list("event", flat=True))


def run(rounds: int) -> dict[str, int]:
    work = Rounds()
    work.found.update(dict.fromkeys(FIGURES, 0))
    for _ in range(rounds):
        work.many()
        work.one()
        work.approve_or_revoke()
        work.replace_or_revoke()
    work.crowd.close()
    head = chain.Head()
    breaks = list(chain.find_breaks(head=head))
    numbers = Certificate.objects.order_by("number").values_list("number", flat=True)
    gaps = list(numbers) != list(range(1, len(numbers) + 1))
    return {
        **work.found,
        "breaks": len(breaks) + (head.count != RegisterEntry.objects.count()),
        "gaps": int(gaps),
        "entries": head.count,
    }


if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[1]))))
