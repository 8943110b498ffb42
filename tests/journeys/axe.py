"""axe-core, run inside a page. Fetched once, with npm, into var/."""

import shutil
import subprocess
import tarfile
from functools import cache

import pytest
from playwright.sync_api import Page

from tests.services import ROOT, require

VERSION = "4.14.1"
CACHE = ROOT / "var" / "axe"
RUN = """async () => (await axe.run({ resultTypes: ["violations"] })).violations.map(
  each => `${each.id}: ${each.nodes.map(node => node.target).join(" | ")}`)"""


@cache
def read_axe() -> str:
    path = CACHE / f"axe-{VERSION}.js"
    if not path.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        npm = require(shutil.which("npm"), "npm (for axe-core)")
        command = [npm, "pack", f"axe-core@{VERSION}", "--pack-destination", CACHE]
        done = subprocess.run(command, capture_output=True, cwd=CACHE, timeout=120)
        archive = CACHE / f"axe-core-{VERSION}.tgz"
        require(None if done.returncode else archive, "axe-core (npm's registry)")
        with tarfile.open(archive) as tar:
            path.write_bytes(tar.extractfile("package/axe.min.js").read())
    return path.read_text("utf-8")


def expect_accessible(page: Page, state: str) -> None:
    """No violation, and nothing wider than the screen."""
    page.evaluate(f"() => {{ {read_axe()} }}")
    violations = page.evaluate(RUN)
    width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if violations or width > 0:
        pytest.fail(f"{state}, {width} px too wide:\n" + "\n".join(violations))
