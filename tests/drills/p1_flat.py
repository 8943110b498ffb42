"""P1: what a certificate costs to print, and whether memory grows with their number."""

import statistics
import time
from pathlib import Path

from certificates.rendering.design import Design
from certificates.rendering.pdf import render_pdf, warm_up
from tests.certificates.facts import make_facts

# Other names and colours each time: what is cached for each must not add up.
NAMES = "髙橋邉辻佐藤鈴木田中渡辺伊藤山本中村小林加藤吉田山田佐々木松本井上木村林清水"
WARM = 20
MEGABYTES = 8


def resident_kb() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4


def run(*, long: bool) -> dict[str, int]:
    warm_up()
    count = 10_000 if long else 40
    before, milliseconds = 0, []
    for number in range(WARM + count):
        if number == WARM:
            before = resident_kb()
        name = f"{NAMES[number % len(NAMES)]}{NAMES[number * 7 % len(NAMES)]} {number}"
        facts = make_facts(full_name=name, number=f"令和8年度 第{number:06d}号")
        design = Design(accent_colour=f"#0b5d{number % 64:02x}")
        begun = time.process_time()
        render_pdf(facts, design=design)
        milliseconds.append((time.process_time() - begun) * 1000)
    grown = resident_kb() - before
    return {
        "certificates": count,
        "median_ms": round(statistics.median(milliseconds[WARM:])),
        "grown_kb": grown,
        "grown_too_much": int(grown > MEGABYTES * 1024),
    }
