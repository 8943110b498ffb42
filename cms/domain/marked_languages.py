"""Japanese text within a page in another language, marked so that it is read aloud as Japanese."""

import re

from cms.domain.rewriting import Rewriter

LETTER = "々-〇ぁ-ヿ㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff"
# What stands between letters without ending the Japanese.
BETWEEN = r"0-9０-９　、。・：（）「」『』〜－\ufe00-\ufe0f\U000e0100-\U000e01ef"
JAPANESE = re.compile(f"[{LETTER}]")
RUN = re.compile(f"[「『（]?[{LETTER}](?:[{LETTER}{BETWEEN}]| (?=[{LETTER}]))*")
LEFT_ALONE = frozenset(("script", "style", "template", "title"))
# They hold text only: the mark goes on themselves.
TEXT_ONLY = frozenset(("option", "text", "textarea"))
SAID = ("alt", "placeholder", "value")


def mark_japanese(html: str) -> str:
    """The page with `lang="ja"` around what is Japanese and not marked; all else stays as it is."""
    if not JAPANESE.search(html):
        return html
    page = _Page()
    page.feed(html)
    page.close()
    return "".join(page.written)


class _Page(Rewriter[tuple[bool, int]]):
    """The state of an element: whether it is Japanese, and where its start is written."""

    def __init__(self) -> None:
        super().__init__((False, 0))

    def enter(self, tag: str, attrs: dict[str, str | None]) -> tuple[bool, int]:
        is_japanese, _place = self.state
        if language := attrs.get("lang"):
            is_japanese = language.startswith("ja")
        return is_japanese, len(self.written) - 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        given = dict(attrs)
        if tag in ("img", "input") and "lang" not in given and not self.state[0]:
            said = "".join(given.get(name) or "" for name in SAID)
            self.written[-1] = _mark_tag(self.written[-1], said)

    def handle_data(self, data: str) -> None:
        is_japanese, place = self.state
        if is_japanese or self.tag in LEFT_ALONE or not JAPANESE.search(data):
            self.written.append(data)
        elif self.tag in TEXT_ONLY:
            if " lang=" not in self.written[place]:
                self.written[place] = _mark_tag(self.written[place], data)
            self.written.append(data)
        else:
            marked = RUN.sub(lambda found: f'<span lang="ja">{found[0]}</span>', data)
            # In one piece, as it was: of a flexible box each part would become a column.
            is_whole = RUN.fullmatch(data.strip())
            self.written.append(marked if is_whole else f"<span>{marked}</span>")


def _mark_tag(written: str, said: str) -> str:
    if not JAPANESE.search(said):
        return written
    name = re.match(r"<[\w-]+", written)
    return f'{written[: name.end()]} lang="ja"{written[name.end() :]}' if name else written
