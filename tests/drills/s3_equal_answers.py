"""S3: an unknown number and a wrong name are one answer: the same bytes, in the same time."""

import statistics
import sys
import time

from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client, override_settings

from .papers import copy_rows, issue_one

KNOWN, UNKNOWN = "令和8年度 第000005号", "令和8年度 第000505号"
GAP_MS = 2


def ask(client: Client, number: str) -> tuple[HttpResponse, float]:
    began = time.perf_counter()
    page = client.post("/v/by-name/", {"number": number, "full_name": "佐藤 花子"})
    return page, (time.perf_counter() - began) * 1000


def read(page: HttpResponse, number: str) -> tuple:
    """Without what was typed, and without when the answer expires, which is at once."""
    headers = {name: value for name, value in page.headers.items() if name != "Expires"}
    return page.status_code, headers, page.text.replace(number, "")


@override_settings(CERTIFICATES_THROTTLE_LIMITS={"verification": sys.maxsize, "name": sys.maxsize})
def run(*, long: bool) -> dict[str, int]:
    cache.clear()
    copy_rows(issue_one(), 400 if long else 20)
    client, differing = Client(), 0
    times: dict[str, list[float]] = {KNOWN: [], UNKNOWN: []}
    for turn in range(3000 if long else 100):
        # In turns, so that both meet the same machine.
        pages = {}
        for number in (KNOWN, UNKNOWN) if turn % 2 else (UNKNOWN, KNOWN):
            pages[number], spent = ask(client, number)
            times[number].append(spent)
        differing += read(pages[KNOWN], KNOWN) != read(pages[UNKNOWN], UNKNOWN)
    pairs = zip(times[KNOWN], times[UNKNOWN], strict=True)
    gap = abs(statistics.median(known - unknown for known, unknown in pairs))
    return {
        "samples": sum(map(len, times.values())),
        "differing": differing,
        "median_us": round(statistics.median(times[KNOWN]) * 1000),
        "median_gap_us": round(gap * 1000),
        "gap_too_wide": int(gap >= GAP_MS),
    }
