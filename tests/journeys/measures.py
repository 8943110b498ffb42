"""What a page is made of and what it does to who looks at it, from one visit in a browser."""

import os
import re
import subprocess
from collections import Counter
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, Response
from tinyhtml5.parser import HTMLParser

WATCH = """
window.moves = [];
new PerformanceObserver(list => {
  for (const each of list.getEntries())
    if (!each.hadRecentInput)
      moves.push(`${each.value.toFixed(4)}: ${each.sources.map(
        source => (source.node?.outerHTML ?? source.node?.textContent ?? "?").slice(0, 80))}`);
}).observe({ type: "layout-shift", buffered: true });
"""
# Fonts, and the scripts that change a page once it is there.
SETTLED = """async () => {
  await document.fonts.ready;
  for (let frame = 0; frame < 4; frame++) await new Promise(requestAnimationFrame);
  return moves;
}"""


def watch_moves(context: BrowserContext) -> None:
    """Before the first page is opened."""
    context.add_init_script(WATCH)


def find_moves(page: Page) -> list[str]:
    """What moved by itself: its share of CLS and the elements. Looked at again where something
    did: a busy machine may paint a page that is half read."""
    return page.evaluate(SETTLED) and (page.reload() and page.evaluate(SETTLED))


def watch_hosts(context: BrowserContext, base_url: str) -> list[str]:
    """A list that fills with every address of another host that is asked."""
    others: list[str] = []
    ours = (f"{base_url}/", base_url.replace("http", "ws", 1), "data:", "blob:", "about:")
    context.on(
        "request",
        lambda request: others.append(request.url) if not request.url.startswith(ours) else None,
    )
    return others


def find_html_errors(source: str) -> list[str]:
    """By the parser that WeasyPrint brings, strictly; and ids that stand twice."""
    parser = HTMLParser()
    parser.parse(source)
    ids = Counter(re.findall(r'<[^>]*\sid="([^"]+)"', source))
    return [
        *(f"line {line}: {code} {names or ''}" for (line, _at), code, names in parser.errors),
        *(f"id {name} stands {count} times" for name, count in ids.items() if count > 1),
    ]


def find_errors_with_vnu(folder: Path) -> str:
    """What the validator of the W3C says, where the environment says where its jar is; it needs
    Java, so that it is no part of every run."""
    jar = os.environ.get("KATSUYO_VNU")
    if not jar:
        return ""
    command = ["java", "-jar", jar, "--stdout", "--errors-only", *sorted(folder.glob("*.html"))]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return done.stdout or (done.stderr if done.returncode else "")


def weigh_code(responses: list[Response]) -> dict[str, int]:
    """Bytes of style sheets and scripts before compression, by file."""
    return {
        response.url.rpartition("/")[2]: len(response.body())
        for response in responses
        if re.search(r"\.(css|js)$", response.url)
    }
