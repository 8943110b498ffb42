"""The drills by name. Modules are loaded when one runs: some need a browser, some a server."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True)
class Drill:
    """`zero` names the figures that must be 0; any other value breaks the promise."""

    name: str
    line: str
    module: str
    run: Callable[[Any, bool], dict[str, int]]
    zero: tuple[str, ...]
    # Whether it works in Django's default database, and leaves it as it was.
    needs_database: bool = False

    def go(self, *, long: bool) -> dict[str, int]:
        return self.run(import_module(f"tests.drills.{self.module}"), long)

    def broken(self, figures: dict[str, int]) -> list[str]:
        return [name for name in self.zero if figures[name] != 0]


def in_two_forms(module: Any, long: bool) -> dict[str, int]:
    return module.run(long=long)


def in_sessions(module: Any, long: bool) -> dict[str, int]:
    return module.run(sessions=500 if long else 20, seed=1)


DRILLS = {
    drill.name: drill
    for drill in (
        Drill(
            name="P1",
            line="memory stays flat over thousands of certificates",
            module="p1_flat",
            run=in_two_forms,
            zero=("grown_too_much", "leaking"),
        ),
        Drill(
            name="R1",
            line="one certificate per completion, whatever is killed",
            module="r1_exactly_once",
            run=in_two_forms,
            zero=("lost", "duplicates", "orphans"),
        ),
        Drill(
            name="R2",
            line="the broker may die: killed, frozen, flushed",
            module="r2_broker",
            run=in_two_forms,
            zero=("lost", "submits_failed", "too_slow", "pages_failed"),
        ),
        Drill(
            name="R3",
            line="never double: 50 at once on PostgreSQL, 8 writers on SQLite",
            module="r3_double",
            run=in_two_forms,
            zero=(
                "wrong_starts",
                "wrong_saves",
                "wrong_submits",
                "wrong_issues",
                "wrong_requests",
                "wrong_approvals",
                "wrong_replacements",
                "wrong_revocations",
                "wrong_entries",
                "wrong_quarrels",
                "breaks",
                "gaps",
                "lock_errors",
                "errors",
                "lost",
            ),
        ),
        Drill(
            name="R4",
            line="graded on what was shown: events in any order against an oracle",
            module="r4_shown",
            run=in_two_forms,
            zero=("differences",),
            needs_database=True,
        ),
        Drill(
            name="R5",
            line="no acknowledged answer lost: browsers offline, reloaded, killed",
            module="r5_browser",
            run=in_sessions,
            zero=("lost",),
        ),
        Drill(
            name="R7",
            line="restorable: dump, issue, destroy, restore, recover from the archive",
            module="r7_restore",
            run=in_two_forms,
            zero=("lost", "differing", "unconfirmed", "reused", "gaps", "unexplained"),
        ),
        Drill(
            name="R8",
            line="certificates outlive keys: rotated, expired, lost",
            module="r8_keys",
            run=in_two_forms,
            zero=(
                "lost",
                "unknown_to_register",
                "signature_unconfirmed",
                "confirmed_by_lost_key",
                "credentials_unconfirmed",
                "forged_known",
                "forged_signed",
            ),
            needs_database=True,
        ),
        Drill(
            name="S1",
            line="no forged PDF is accepted",
            module="s1_forgery",
            run=in_two_forms,
            zero=(
                "same",
                "signed_altered",
                "genuine",
                "attacks_confirmed",
                "http_errors",
                "blind",
            ),
            needs_database=True,
        ),
        Drill(
            name="S2",
            line="no guessing of codes or names, and nobody honest is refused",
            module="s2_guessing",
            run=in_two_forms,
            zero=("hits", "answered_beyond_limit", "honest_refused", "http_errors"),
            needs_database=True,
        ),
        Drill(
            name="S3",
            line="an unknown number and a wrong name are one answer",
            module="s3_equal_answers",
            run=in_two_forms,
            zero=("differing", "gap_too_wide"),
            needs_database=True,
        ),
        Drill(
            name="S4",
            line="no hostile upload hurts",
            module="s4_uploads",
            run=in_two_forms,
            zero=("http_errors", "confirmed", "too_slow", "too_large"),
            needs_database=True,
        ),
        Drill(
            name="S6",
            line="no cross-access: every address in every role, as docs/access.csv says",
            module="s6_access",
            run=in_two_forms,
            zero=("otherwise", "not_walked", "errors", "blind"),
            needs_database=True,
        ),
        Drill(
            name="S7",
            line="the renderer reads and calls nothing: 500 hostile names",
            module="s7_names",
            run=in_two_forms,
            zero=(
                "fetches",
                "reads",
                "calls",
                "attachments",
                "active",
                "leaks",
                "crashes",
                "wrong",
            ),
        ),
        Drill(
            name="S5",
            line="the key never leaves before the attempt is handed in",
            module="s5_key",
            run=in_two_forms,
            zero=("seen", "differing", "open_to_learner", "indexed", "blind"),
            needs_database=True,
        ),
        Drill(
            name="S8",
            line="a poisoned queue issues nothing",
            module="s8_queue",
            run=in_two_forms,
            zero=(
                "not_due",
                "canaries",
                "left_in_queue",
                "worker_ended",
                "honest_not_served",
            ),
        ),
        Drill(
            name="S9",
            line="exports are inert: no cell of any list runs",
            module="s9_exports",
            run=in_two_forms,
            zero=("running", "altered", "blind", "unknown_writers"),
            needs_database=True,
        ),
    )
}
