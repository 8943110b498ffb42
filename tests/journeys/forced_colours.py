"""What is still to be seen where not the page but its reader chooses the colours."""

import io

from PIL import Image
from playwright.sync_api import Page

# Of the area: soft edges have some of every colour between two.
SHARE = 0.03
AROUND = 8
EDGES = """selectors => {
  const clear = (color) => /^rgba.*, 0\\)$/.test(color);
  const ground = getComputedStyle(document.body).backgroundColor;
  return selectors.flatMap((selector) => {
    const all = [...document.querySelectorAll(selector)].filter((each) => each.checkVisibility());
    if (!all.length) return [`${selector}: not on the page`];
    const bare = all.filter((each) => {
      const style = getComputedStyle(each);
      return ["Top", "Right", "Bottom", "Left"].some((side) => {
        const color = style[`border${side}Color`];
        return parseFloat(style[`border${side}Width`]) < 1 || clear(color) || color === ground
          || style[`border${side}Style`] === "none";
      });
    });
    return bare.map((each) => `${selector} “${each.innerText?.trim().slice(0, 20)}”: no edge`);
  });
}"""
RING = """() => {
  const at = document.activeElement;
  const shown = [at, ...(at.labels ?? []), at.nextElementSibling].filter(Boolean);
  const ground = getComputedStyle(document.body).backgroundColor;
  const seen = shown.some((each) => {
    const style = getComputedStyle(each);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
      && style.outlineColor !== ground && !/^rgba.*, 0\\)$/.test(style.outlineColor);
  });
  return seen || ["BODY", "MAIN"].includes(at.tagName) ? "" : at.outerHTML.slice(0, 80);
}"""


def find_bare_edges(page: Page, *selectors: str) -> list[str]:
    return page.evaluate(EDGES, list(selectors))


def find_hidden_focus(page: Page, *, stops: int) -> list[str]:
    found = []
    for _stop in range(stops):
        page.keyboard.press("Tab")
        if problem := page.evaluate(RING):
            found.append(f"no focus to be seen: {problem}")
    return found


def count_colours(page: Page, selector: str) -> int:
    """Those that more than a few pixels have, of the first such element and close around it."""
    thing = page.locator(selector).first
    thing.scroll_into_view_if_needed()
    box = thing.bounding_box()
    clip = {name: box[name] - AROUND for name in ("x", "y")}
    clip |= {name: box[name] + 2 * AROUND for name in ("width", "height")}
    with Image.open(io.BytesIO(page.screenshot(clip=clip))) as image:
        counts = image.convert("RGB").getcolors(image.width * image.height)
        return sum(count >= SHARE * image.width * image.height for count, _colour in counts)
