"""S2: no guessing. One address behind invented ones, and 200 honest people behind another."""

import sys
import time

from django.conf import settings
from django.core.cache import cache
from django.test import Client

from certificates.conf import throttle_limit
from certificates.domain.codes import make_code
from certificates.models import Certificate
from certificates.throttling import WINDOW_SECONDS

from .papers import copy_rows, issue_one

GUESSER, TOWN_HALL = "198.51.100.66", "203.0.113.10"
HONEST = 200
KNOWN = 20


def guess(count: int) -> dict[str, int]:
    """Well-formed codes, and names for the numbers there are, each from "another" address."""
    figures = {"hits": 0, "answered": 0, "throttled": 0, "http_errors": 0}
    client = Client(raise_request_exception=False, REMOTE_ADDR=GUESSER)
    for number in range(count):
        invented = ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))
        headers = {"X-Forwarded-For": f"{invented}, {invented}", "X-Real-IP": invented}
        if number % 3:
            page = client.get(f"/v/{make_code()}", headers=headers)
        else:
            data = {"number": f"R8-{number % KNOWN + 1}", "full_name": f"佐藤 花子{number}"}
            page = client.post("/v/by-name/", data, headers=headers)
        figures["throttled"] += page.status_code == 429
        figures["answered"] += page.status_code == 200
        figures["http_errors"] += page.status_code >= 500
        figures["hits"] += "本物の修了証に書かれていること" in page.text
    return figures


def count_refused(certificates: list[Certificate]) -> int:
    """Honest people: each scans, compares a name, and makes the slips that people make."""
    refused = 0
    for number in range(HONEST):
        certificate = certificates[number % len(certificates)]
        client = Client(REMOTE_ADDR=TOWN_HALL)
        code, name = certificate.code, certificate.facts["full_name"]
        wrong = ("7" if code[0] != "7" else "8") + code[1:]
        form = {"number": certificate.facts["number"], "full_name": name}
        pages = [
            client.get(f"/v/{wrong}"),
            client.get(f"/v/{code}"),
            client.post(f"/v/{code}", {"full_name": name}),
            client.post("/v/by-name/", form | {"full_name": "佐藤 華子"}),
            client.post("/v/by-name/", form),
        ]
        is_served = [page.status_code for page in pages] == [200] * 5
        refused += not (is_served and "本物の修了証に書かれていること" in pages[-1].text)
    return refused


def run(*, long: bool) -> dict[str, int]:
    if "dummy" in settings.CACHES["default"]["BACKEND"]:
        sys.exit("without a cache nothing is counted")
    cache.clear()
    certificate = issue_one()
    certificates = [certificate, *copy_rows(certificate, KNOWN - 1)]
    began = time.time()
    figures = guess(100_000 if long else 600)
    windows = time.time() // WINDOW_SECONDS - began // WINDOW_SECONDS + 1
    allowed = int(throttle_limit("verification") * windows)
    return {
        "guesses": 100_000 if long else 600,
        **figures,
        "answered_beyond_limit": max(0, figures["answered"] - allowed),
        "honest": HONEST,
        "honest_refused": count_refused(certificates),
    }
