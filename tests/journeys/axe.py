"""axe-core, run inside a page."""

from functools import cache
from importlib.resources import files

import pytest
from playwright.sync_api import Page

# Without fetching style sheets again, which no rule that is run here looks at: axe asks for what
# they import at the address of the page.
RUN = """async rules => (await axe.run(
  { resultTypes: ["violations"], preload: false, ...rules })).violations.map(
  each => `${each.id}: ${each.nodes.map(node => node.target).join(" | ")}`)"""


@cache
def read_axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")


def expect_accessible(page: Page, state: str) -> None:
    """No violation, and nothing wider than the screen."""
    violations = find_violations(page)
    width = too_wide(page)
    if violations or width > 0:
        pytest.fail(f"{state}, {width} px too wide:\n" + "\n".join(violations))


def find_violations(page: Page, *rules: str) -> list[str]:
    """By all rules, if none is named."""
    page.evaluate(f"() => {{ {read_axe()} }}")
    return page.evaluate(RUN, {"runOnly": list(rules)} if rules else {})


def too_wide(page: Page) -> int:
    """How many pixels of the page are beyond the side of the screen."""
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")
