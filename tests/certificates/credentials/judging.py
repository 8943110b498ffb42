"""Digital Bazaar's verifier (npm), as somebody else's program sees a credential. It is installed
into a cache outside the repository, in the versions of judge/package-lock.json."""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import pytest

from certificates.credentials.linked_data import FILES, load_context

JUDGE = Path(__file__).parent / "judge"


@cache
def _install():
    """The folder with the judge and its packages, or the reason why there is none."""
    if not shutil.which("node") or not shutil.which("npm"):
        return "node and npm are not installed"
    files = sorted(JUDGE.iterdir())
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "katsuyo"
    target = root / f"judge-{digest}"
    if target.exists():
        return target
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root) as folder:
        place = Path(folder) / "judge"
        shutil.copytree(JUDGE, place)
        done = subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=place,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            return f"npm cannot install the verifier: {done.stderr.strip()[-300:]}"
        try:
            place.rename(target)
        except OSError:
            # Another process of this test run was quicker.
            if not target.exists():
                raise
    return target


def judge(cases, *, documents, now):
    """For each credential {"verified", "revoked", "error"}. Besides the contexts that we pin,
    `documents`, by address, are all that exists."""
    place = _install()
    if isinstance(place, str):
        pytest.skip(place)
    contexts = {url: load_context(url)["document"] for url in FILES}
    done = subprocess.run(
        ["node", "judge.mjs"],
        cwd=place,
        input=json.dumps(
            {"documents": contexts | documents, "now": now.isoformat(), "cases": cases}
        ),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)
