"""S1: no forged PDF is accepted. Mutations and attacks against both gates and the page itself."""

import os
import re
import sys
from concurrent.futures import ProcessPoolExecutor
from random import Random
from unittest import mock

from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from certificates.domain import uploads
from certificates.domain.keys import trusted_certificates
from certificates.signing.judging import judge_pdf

from .papers import issue_one, read_file
from .s1_attacks import list_attacks, mutate
from .s1_hidden import list_hidden

SEEDS_PER_BATCH = 500


def is_altered(forged: bytes, content: bytes) -> bool:
    """Anywhere but in the signature's own bytes, whose padding no signature covers."""
    found = re.search(rb"/ByteRange ?\[([\d ]+)\]", content)
    _start, first, second, _length = (int(each) for each in found[1].split())
    return forged[:first] + forged[second:] != content[:first] + content[second:]


def judge_batch(content: bytes, certificates: list[str], seeds: range) -> dict[str, int]:
    figures = {"same": 0, "signed": 0, "signed_altered": 0}
    for seed in seeds:
        forged = mutate(content, Random(seed))
        if forged == content:
            figures["same"] += 1
        elif judge_pdf(forged, certificates=certificates).is_confirmed:
            figures["signed"] += 1
            if is_altered(forged, content):
                figures["signed_altered"] += 1
                print(f"altered and confirmed: mutation {seed}", file=sys.stderr)
    return figures


def judge_mutations(content: bytes, certificates: list[str], count: int) -> dict[str, int]:
    seeds = [
        range(start, min(start + SEEDS_PER_BATCH, count))
        for start in range(0, count, SEEDS_PER_BATCH)
    ]
    arguments = [content] * len(seeds), [certificates] * len(seeds), seeds
    if len(seeds) == 1:
        batches = list(map(judge_batch, *arguments))
    else:
        with ProcessPoolExecutor(os.cpu_count()) as pool:
            batches = list(pool.map(judge_batch, *arguments))
    return {name: sum(batch[name] for batch in batches) for name in batches[0]}


def here(function: str, payload: bytes, **_limits: int) -> bytes:
    """In place of a child for each: the drill of hostile uploads starts real ones."""
    module, _colon, name = function.partition(":")
    return getattr(sys.modules[module], name)(payload)


def ask_site(files: list[tuple[str, bytes]], *, in_children: int) -> dict[str, int]:
    figures = {"uploads": 0, "genuine": 0, "http_errors": 0, "attacks_confirmed": 0}
    client = Client(raise_request_exception=False)
    for number, (name, content) in enumerate(files):
        runner = uploads.run_in_child if number < in_children else here
        with mock.patch.object(uploads, "run_in_child", runner):
            page = client.post("/v/file/", {"file": SimpleUploadedFile("a.pdf", content)})
        figures["uploads"] += 1
        figures["http_errors"] += page.status_code >= 500
        figures["genuine"] += "<strong>原本と一致" in page.text
        if "<strong>当機関の署名あり" in page.text:
            figures["attacks_confirmed"] += 1
            print(f"confirmed: {name}", file=sys.stderr)
    return figures


@override_settings(CERTIFICATES_THROTTLE_LIMITS={"upload": sys.maxsize})
def run(*, long: bool) -> dict[str, int]:
    cache.clear()
    certificate = issue_one()
    content, certificates = read_file(certificate), trusted_certificates()
    # Or the drill would be blind: without a change both gates confirm.
    is_blind = not judge_pdf(content, certificates=certificates).is_confirmed
    figures = judge_mutations(content, certificates, 100_000 if long else 150)
    attacks = [*list_attacks(content), *list_hidden(content)]
    # What the byte gate alone would let through: the same attacks once more after a small change.
    files = attacks + [
        (f"{name}, mutated", mutate(forged, Random(seed)))
        for seed in range(20 if long else 0)
        for name, forged in attacks
    ]
    genuine = ask_site([("original", content)], in_children=0)["genuine"]
    asked = ask_site(files, in_children=len(files) if long else 1)
    return {
        "mutations": 100_000 if long else 150,
        "attacks": len(attacks),
        **figures,
        **asked,
        "blind": int(is_blind or genuine != 1),
    }
