"""P1: what a certificate costs to print, and whether memory grows with their number."""

import json
import subprocess
import sys

from tests.services import ROOT

MEGABYTES = 8
# Of each half, for each certificate: what is cached is cached once, a leak goes on.
HELD_KB = 4
OBJECTS = 100


def run(*, long: bool) -> dict[str, int]:
    count = 10_000 if long else 40
    # A process of its own: what else a test run holds comes and goes.
    done = subprocess.run(
        [sys.executable, "-m", "tests.drills.p1_workload", str(count)],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    said = json.loads(done.stdout)
    first, middle, last = said["measures"]

    def grown(name: str) -> int:
        """In the half in which it grew less."""
        return min(middle[name] - first[name], last[name] - middle[name])

    resident = last["resident_kb"] - first["resident_kb"]
    return {
        "certificates": count,
        "median_ms": said["median_ms"],
        "grown_kb": resident,
        "held_kb": grown("held_kb"),
        "objects": grown("objects"),
        "grown_too_much": int(resident > MEGABYTES * 1024),
        "leaking": int(
            grown("held_kb") > HELD_KB * count / 2 or grown("objects") > OBJECTS * count / 2
        ),
    }
