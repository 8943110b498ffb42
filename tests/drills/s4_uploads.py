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


def largest_child() -> int:
    """Mebibytes of the largest child that this process ever had: of other tests', too."""
    unit = 1024 * (1024 if sys.platform == "darwin" else 1)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // unit


@override_settings(CERTIFICATES_THROTTLE_LIMITS={"upload": sys.maxsize})
def run(*, long: bool) -> dict[str, int]:
    cache.clear()
    before = largest_child()
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
    largest = largest_child()
    return figures | {
        "slowest_ms": round(slowest * 1000),
        "largest_mib": largest,
        "too_large": int(largest > max(MEBIBYTES, before)),
    }
