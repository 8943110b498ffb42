"""The pictures of the handbooks: which screen, what of it, and where to press."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Browser, BrowserContext, Page

from tests.english import english_in
from tests.services import ROOT, Site

from .handbook_shots import SHOTS, Shot
from .sessions import carry_session, run_in_site

MANIFEST = ROOT / "cms/data/handbooks.json"
PICTURES = ROOT / "cms/static/cms/handbooks"
# Wagtail takes the system's font, which need not have one for Japanese.
STYLE = """:root { --w-font-sans: "BIZ UDPGothic", "Noto Sans CJK JP", sans-serif !important; }
*, *::before, *::after { animation: none !important; transition: none !important;
  caret-color: transparent !important; }"""
PRESS = Path(__file__).with_name("handbook.js")
COARSE = (48, 48)
# Of 255, on the mean: another font moves lines by less than this, another screen by more.
TOLERANCE = 14.0
# Of the height: another font's lines.
STRETCH = 0.15


@dataclass(frozen=True)
class Taken:
    """`english` is what of the whole page is not in Japanese."""

    picture: bytes
    width: int
    height: int
    words: list[str]
    english: list[str]


def prepare_handbooks(site: Site) -> dict[str, Any]:
    """By "sessions" and "numbers", as prepare_handbooks.py prints them."""
    return run_in_site(site, "prepare_handbooks.py")


def take_all(
    browser: Browser, base_url: str, cast: dict[str, Any], shots: tuple[Shot, ...] = SHOTS
) -> Iterator[tuple[str, Taken]]:
    """Shots of one page stand beside each other and share it: the editor's form takes a while."""
    contexts: dict[str, BrowserContext] = {}
    for (who, path), group in groupby(shots, key=lambda shot: (shot.who, shot.path)):
        if who not in contexts:
            contexts[who] = _open(browser, base_url, cast, who)
        page = contexts[who].new_page()
        page.goto(base_url + path.format(**cast["numbers"]))
        for shot in group:
            page.set_viewport_size({"width": shot.width, "height": shot.height})
            yield shot.name, _take(page, shot, cast["numbers"])
            page.evaluate("() => handbook.tidy()")
            page.keyboard.press("Escape")
        page.close()
    for context in contexts.values():
        context.close()


def _open(browser: Browser, base_url: str, cast: dict[str, Any], who: str) -> BrowserContext:
    context = browser.new_context(
        locale="ja-JP",
        reduced_motion="reduce",
        color_scheme="light",
        # For the style and the rings; the site's own journeys look at its policy.
        bypass_csp=True,
    )
    context.set_default_timeout(10_000)
    if who:
        carry_session(context, base_url, cast["sessions"][who])
    return context


def _take(page: Page, shot: Shot, numbers: dict[str, Any]) -> Taken:
    page.add_style_tag(content=STYLE)
    if shot.act:
        shot.act(page, numbers)
        # Maybe on another page now.
        page.add_style_tag(content=STYLE)
    page.add_script_tag(path=PRESS)
    page.evaluate("() => document.fonts.ready")
    english = english_in(page.evaluate("() => handbook.readPage()").encode())
    page.evaluate("() => handbook.steady()")
    parts = list(shot.parts)
    words = page.evaluate("parts => handbook.readWords(parts)", list(shot.words) or parts)
    clip = page.evaluate(
        "([parts, press]) => handbook.mark(parts, press)", [parts, list(shot.press)]
    )
    picture = page.screenshot(clip=clip)
    with Image.open(io.BytesIO(picture)) as image:
        return Taken(picture, image.width, image.height, words, english)


def shrink(png: bytes) -> bytes:
    """As WebP: without loss in 64 colours, unless photographs make that large."""
    with Image.open(io.BytesIO(png)) as image:
        full = image.convert("RGB")
    made = []
    few = full.quantize(64, dither=Image.Dither.NONE).convert("RGB")
    for picture, options in ((few, {"lossless": True}), (full, {"quality": 70})):
        file = io.BytesIO()
        picture.save(file, "WEBP", method=6, **options)
        made.append(file.getvalue())
    return min(made, key=len)


def read_manifest() -> dict[str, Any]:
    return json.loads(MANIFEST.read_text("utf-8"))


def find_changes(name: str, taken: Taken, kept: dict[str, Any]) -> list[str]:
    """What the reader of the handbook would see otherwise than on the screen."""
    row = kept.get(name)
    if row is None:
        return ["is new"]
    found = [f"no longer says “{each}”" for each in row["words"] if each not in taken.words]
    found += [f"says “{each}”, too" for each in taken.words if each not in row["words"]]
    if not found and row["words"] != taken.words:
        found.append("says the same in another order")
    if abs(taken.height - row["height"]) > STRETCH * row["height"]:
        found.append(f"was {row['height']} px high and is {taken.height}")
    elif (difference := compare(PICTURES / f"{name}.webp", taken.picture)) > TOLERANCE:
        found.append(f"looks otherwise ({difference:.0f} of 255)")
    return found


def compare(before: Path, now: bytes) -> float:
    with Image.open(before) as old, Image.open(io.BytesIO(now)) as new:
        pair = [each.convert("L").resize(COARSE, Image.Resampling.BOX) for each in (old, new)]
    return float(ImageStat.Stat(ImageChops.difference(*pair)).mean[0])


def write_all(taken: dict[str, Taken]) -> None:
    PICTURES.mkdir(exist_ok=True)
    for path in PICTURES.glob("*.webp"):
        path.unlink()
    rows = {}
    for name, each in sorted(taken.items()):
        (PICTURES / f"{name}.webp").write_bytes(shrink(each.picture))
        rows[name] = {"width": each.width, "height": each.height, "words": each.words}
    MANIFEST.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", "utf-8")
