"""S4: no hostile upload hurts. Each file goes to its page and is read by a child of its own."""

import resource
import sys
import time
from collections.abc import Iterator
from itertools import islice
from random import Random

from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from .papers import issue_one, read_file
from .s4_hostile import invent_document, invent_photo, list_documents, list_photos

SECONDS, MEBIBYTES = 5, 512
# Of the time that the page itself takes, on a machine that does other things as well.
GRACE = 2
CONFIRMED = ("<strong>原本と一致", "<strong>当機関の署名あり")


def list_files(original: bytes, *, long: bool) -> Iterator[tuple[str, str, bytes]]:
    documents, photos = list_documents(original), list_photos()
    if not long:
        documents, photos = islice(documents, 2), islice(photos, 1)
    for name, content in documents:
        yield "/v/file/", name, content
    for name, content in photos:
        yield "/v/scan/", name, content
    if long:
        rng = Random(4)
        for number in range(2000):
            if number % 4:
                yield "/v/file/", f"document {number}", invent_document(original, rng)
            else:
                yield "/v/scan/", f"photo {number}", invent_photo(rng)


def peak(whose: int) -> int:
    """In mebibytes; of children, the largest that this process ever had."""
    unit = 1024 * (1024 if sys.platform == "darwin" else 1)
    return resource.getrusage(whose).ru_maxrss // unit


@override_settings(CERTIFICATES_THROTTLE_LIMITS={"upload": sys.maxsize})
def run(*, long: bool) -> dict[str, int]:
    cache.clear()
    before = peak(resource.RUSAGE_CHILDREN)
    original = read_file(issue_one())
    client = Client(raise_request_exception=False)
    figures = {"files": 0, "http_errors": 0, "confirmed": 0, "too_slow": 0}
    slowest = 0.0
    for path, name, content in list_files(original, long=long):
        began = time.monotonic()
        page = client.post(path, {"file": SimpleUploadedFile("a", content)})
        spent = time.monotonic() - began
        slowest = max(slowest, spent)
        figures["files"] += 1
        figures["confirmed"] += any(each in page.text for each in CONFIRMED)
        for figure, is_bad in (
            ("http_errors", page.status_code >= 500),
            ("too_slow", spent > SECONDS + GRACE),
        ):
            if is_bad:
                figures[figure] += 1
                print(f"{figure}: {name}, {spent:.1f} s", file=sys.stderr)
    # A child counts from the size of its parent, so in a process that is larger than the limit, as
    # after a thousand tests, it cannot be told; `scripts/drill` is a small one.
    largest = peak(resource.RUSAGE_CHILDREN)
    told = max(MEBIBYTES, before, peak(resource.RUSAGE_SELF))
    return figures | {
        "slowest_ms": round(slowest * 1000),
        "largest_mib": largest,
        "too_large": int(largest > told),
    }
