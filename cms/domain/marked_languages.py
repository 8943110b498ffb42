"""Japanese text within a page in another language, marked so that it is read aloud as Japanese."""

import re
from html.parser import HTMLParser

from cms.domain.furigana import VOID

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


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.written: list[str] = []
        # Of each open element: its name, whether it is Japanese, where its start is written.
        self._open: list[tuple[str, bool, int]] = [("", False, 0)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        _tag, is_japanese, _place = self._open[-1]
        if language := given.get("lang"):
            is_japanese = language.startswith("ja")
        written = self.get_starttag_text() or ""
        if tag in VOID:
            said = "".join(given.get(name) or "" for name in SAID)
            if tag in ("img", "input") and "lang" not in given and not is_japanese:
                written = _mark_tag(written, said)
        else:
            self._open.append((tag, is_japanese, len(self.written)))
        self.written.append(written)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.written.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        self.written.append(f"</{tag}>")
        places = [place for place, each in enumerate(self._open) if each[0] == tag]
        if places:
            del self._open[places[-1] :]

    def handle_data(self, data: str) -> None:
        tag, is_japanese, place = self._open[-1]
        if is_japanese or tag in LEFT_ALONE or not JAPANESE.search(data):
            self.written.append(data)
        elif tag in TEXT_ONLY:
            if " lang=" not in self.written[place]:
                self.written[place] = _mark_tag(self.written[place], data)
            self.written.append(data)
        else:
            marked = RUN.sub(lambda found: f'<span lang="ja">{found[0]}</span>', data)
            # In one piece, as it was: of a flexible box each part would become a column.
            is_whole = RUN.fullmatch(data.strip())
            self.written.append(marked if is_whole else f"<span>{marked}</span>")

    def handle_entityref(self, name: str) -> None:
        self.written.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.written.append(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self.written.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.written.append(f"<!{decl}>")


def _mark_tag(written: str, said: str) -> str:
    if not JAPANESE.search(said):
        return written
    name = re.match(r"<[\w-]+", written)
    return f'{written[: name.end()]} lang="ja"{written[name.end() :]}' if name else written
