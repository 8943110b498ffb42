"""A hand on the keyboard: it sees where the focus is at every stop, and says when it does not."""

from dataclasses import dataclass, field

from playwright.sync_api import Page

MOST_STOPS = 120
# Where the focus is, and what is wrong with how it is shown there.
LOOK = """() => {
  const at = document.activeElement;
  if (!at || at === document.body || at === document.documentElement)
    return { name: "", lost: true, problems: [] };
  const labels = [...(at.labels ?? [])];
  const name = (at.getAttribute("aria-label") || labels.map(each => each.innerText).join(" ")
    || at.innerText || at.value || at.name || at.tagName).trim().replace(/\\s+/g, " ");
  const shown = [at, ...labels, at.nextElementSibling].filter(Boolean);
  const ring = shown.find(each => {
    const style = getComputedStyle(each);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  });
  const problems = [];
  if (!ring && at.tagName !== "MAIN") problems.push("no focus to be seen");
  const box = (ring ?? at).getBoundingClientRect();
  const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth);
  const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
  if (right - left < 1 || bottom - top < 1) {
    problems.push("outside of the screen");
  } else if (at.tagName !== "MAIN") {
    // Any of nine points will do: WCAG 2.4.11 forbids what is covered entirely.
    const free = [0.1, 0.5, 0.9].some(x => [0.1, 0.5, 0.9].some(y => {
      const found = document.elementFromPoint(left + (right - left) * x, top + (bottom - top) * y);
      return found && (shown.some(each => each.contains(found))
        || (found.contains(at) && found !== document.body));
    }));
    if (!free) problems.push("covered");
  }
  return { name, lost: false, problems, tag: at.tagName, type: at.type ?? "" };
}"""

CHOSEN = "document.activeElement.selectedOptions[0].text"


@dataclass
class Keyboard:
    page: Page
    problems: list[str] = field(default_factory=list)

    def look(self) -> dict:
        seen = self.page.evaluate(LOOK)
        place = f"{self.page.title()}, {seen['name'][:40]}"
        self.problems += [f"{place}: {problem}" for problem in seen["problems"]]
        return seen

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def tab_to(self, name: str, *, tag: str = "", backwards: bool = False) -> dict:
        """To the next thing that is called so."""
        passed = []
        for _stop in range(MOST_STOPS):
            self.press("Shift+Tab" if backwards else "Tab")
            seen = self.look()
            if name in seen["name"] and tag in ("", seen.get("tag")):
                return seen
            passed.append(seen["name"][:30])
        raise AssertionError(f"no way to {name} on {self.page.url}: {passed}")

    def follow(self, name: str, *, tag: str = "", key: str = "Enter") -> None:
        self.tab_to(name, tag=tag)
        with self.page.expect_navigation():
            self.press(key)

    def write(self, label: str, text: str) -> None:
        self.tab_to(label, tag="INPUT")
        self.page.keyboard.type(text)

    def choose(self, option: str) -> None:
        """In the list that has the focus."""
        for _step in range(MOST_STOPS):
            self.press("ArrowDown")
            if self.page.evaluate(CHOSEN) == option:
                return
        raise AssertionError(f"no {option} in the list")
