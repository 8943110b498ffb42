"""axe-core, run inside a page."""

from functools import cache
from importlib.resources import files

import pytest
from playwright.sync_api import Page

RUN = """async () => (await axe.run({ resultTypes: ["violations"] })).violations.map(
  each => `${each.id}: ${each.nodes.map(node => node.target).join(" | ")}`)"""


@cache
def read_axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")


def expect_accessible(page: Page, state: str) -> None:
    """No violation, and nothing wider than the screen."""
    page.evaluate(f"() => {{ {read_axe()} }}")
    violations = page.evaluate(RUN)
    width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if violations or width > 0:
        pytest.fail(f"{state}, {width} px too wide:\n" + "\n".join(violations))
