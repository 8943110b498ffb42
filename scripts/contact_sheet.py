"""Every type of page, from a site of its own, on one sheet; and what changed since last time."""

import argparse
import html
import shutil
import sys
import tempfile
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from PIL import Image, ImageChops
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.conftest import FLAGS, QUICK
from tests.journeys.page_types import PAGES, Cast, open_context, prepare_pages
from tests.services import Site, find_browser, site_process

LOOK = Path(__file__).resolve().parent.parent / "var" / "look"
WIDTHS = (360, 768, 1280)
THEMES = ("light", "dark")
# Dates, names of the cast and codes differ from run to run: a few letters of a page.
SHARE = 0.002
STEP = 24  # of 255; less is how a curve was smoothed
HEAD = """<!doctype html>
<html lang="ja"><head><meta charset="utf-8"><title>Katsuyo: every page</title>
<style>
body { margin: 1rem; font: 1rem/1.5 system-ui; }
section div { display: flex; gap: 1rem; align-items: start; overflow-x: auto; }
figure { margin: 0; }
figcaption { font-size: 0.8rem; }
img { display: block; border: 1px solid #767676; }
.changed img { border: 4px solid #ce0000; }
</style></head><body>
"""


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    names = [name for name, _who, _path in PAGES]
    parser.add_argument("pages", nargs="*", choices=[*names, []], help="all, if none is named")
    return parser.parse_args()


def take_pictures(browser: Browser, site: Site, cast: Cast, names: list[str]) -> Iterator[str]:
    """Yields what is wrong with a page whatever it looked like before."""
    wanted = sorted((p for p in cast.pages() if p[0] in names), key=itemgetter(1))
    for theme in THEMES:
        for width in WIDTHS:
            for who, pages in groupby(wanted, key=itemgetter(1)):
                context = open_context(browser, site, cast, who, width=width, theme=theme)
                page = context.new_page()
                for name, _who, path in pages:
                    page.goto(f"{site.base_url}{path}")
                    page.screenshot(
                        path=LOOK / "now" / f"{name}-{width}-{theme}.png", full_page=True
                    )
                    wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                    if wider > 0:
                        yield f"{name} at {width}: {wider} px too wide"
                context.close()


def find_changes() -> dict[str, str]:
    """By name of the picture; pictures that only one of the runs has are no change."""
    changes = {}
    for now in sorted((LOOK / "now").glob("*.png")):
        before = LOOK / "before" / now.name
        if before.exists() and (change := compare(before, now)):
            changes[now.stem] = change
    return changes


def compare(before: Path, now: Path) -> str:
    with Image.open(before) as old, Image.open(now) as new:
        if old.width != new.width or abs(old.height - new.height) > 8:
            return f"{old.width}×{old.height} became {new.width}×{new.height}"
        box = (0, 0, new.width, min(old.height, new.height))
        difference = ImageChops.difference(
            old.convert("L").crop(box), new.convert("L").crop(box)
        ).point([0] * STEP + [255] * (256 - STEP))
        share = difference.histogram()[255] / (box[2] * box[3])
    return f"{share:.1%} of it differs" if share > SHARE else ""


def write_sheet(names: list[str], changes: dict[str, str]) -> None:
    parts = [HEAD, "<h1>Every page</h1>"]
    if changes:
        parts.append("<h2>Changed since the last run</h2><ul>")
        parts += [f'<li><a href="#{each}">{each}</a>: {changes[each]}</li>' for each in changes]
        parts.append("</ul>")
    for name in names:
        parts.append(f"<section><h2>{html.escape(name)}</h2><div>")
        for theme in THEMES:
            for width in WIDTHS:
                stem = f"{name}-{width}-{theme}"
                mark = ' class="changed"' if stem in changes else ""
                parts.append(
                    f'<figure id="{stem}"{mark}><a href="now/{stem}.png"><img src="now/{stem}.png"'
                    f' width="{width // 3}" loading="lazy" alt="{stem}"></a>'
                    f"<figcaption>{width}, {theme}</figcaption></figure>"
                )
        parts.append("</div></section>")
    (LOOK / "index.html").write_text("\n".join([*parts, "</body></html>"]), "utf-8")


def main() -> int:
    names = read_arguments().pages or [name for name, _who, _path in PAGES]
    if (LOOK / "now").exists():
        shutil.rmtree(LOOK / "before", ignore_errors=True)
        (LOOK / "now").rename(LOOK / "before")
    (LOOK / "now").mkdir(parents=True)
    with (
        tempfile.TemporaryDirectory() as home,
        site_process(Path(home), QUICK) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        problems = list(take_pictures(browser, site, prepare_pages(site), names))
        browser.close()
    changes = find_changes()
    write_sheet(names, changes)
    for problem in problems:
        print(problem)
    for picture, change in changes.items():
        print(f"{picture}: {change}")
    print(f"{LOOK / 'index.html'}: {len(changes)} pictures changed")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
