"""Run by p1_flat.py as a program: prints certificates, and says how its memory went along."""

import ctypes
import gc
import json
import statistics
import sys
import time
from pathlib import Path

import django

django.setup()

from certificates.rendering.design import Design  # noqa: E402
from certificates.rendering.pdf import render_pdf, warm_up  # noqa: E402
from tests.certificates.facts import make_facts  # noqa: E402

# Other names and colours each time: what is cached for each must not add up.
NAMES = "髙橋邉辻佐藤鈴木田中渡辺伊藤山本中村小林加藤吉田山田佐々木松本井上木村林清水"
# Until the heap has the holes that one certificate after the other is made in.
WARM = 40


class MallocInfo(ctypes.Structure):
    _fields_ = [
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
            *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
        )
    ]


libc = ctypes.CDLL(None)
libc.mallinfo2.restype = MallocInfo
# Nor does the kernel make whole huge pages of what is used in part, which it does in its own time.
PR_SET_THP_DISABLE = 41
libc.prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0)


def measure() -> dict[str, int]:
    """What the process has of the machine, and what it holds: of the first, tens of megabytes are
    free, and would take up a leak for a long while."""
    gc.collect()
    # What is free goes back first: how much of it a process keeps depends on the machine's load.
    libc.malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    info = libc.mallinfo2()
    return {
        "resident_kb": pages * 4,
        "held_kb": (info.uordblks + info.hblkhd) // 1024,
        "objects": sys.getallocatedblocks(),
    }


def print_one(number: int) -> float:
    """Returns milliseconds."""
    name = f"{NAMES[number % len(NAMES)]}{NAMES[number * 7 % len(NAMES)]} {number}"
    facts = make_facts(full_name=name, number=f"令和8年度 第{number:06d}号")
    design = Design(accent_colour=f"#0b5d{number % 64:02x}")
    begun = time.process_time()
    render_pdf(facts, design=design)
    return (time.process_time() - begun) * 1000


def run(count: int) -> dict:
    warm_up()
    half = count // 2
    measures, milliseconds = [], []
    for number in range(WARM + count + 1):
        if number >= WARM and (number - WARM) % half == 0:
            measures.append(measure())
        milliseconds.append(print_one(number))
    return {"measures": measures, "median_ms": round(statistics.median(milliseconds[WARM:]))}


if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[1]))))
