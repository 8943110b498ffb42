"""A finished page read once and written again, for what changes its texts."""

from html.parser import HTMLParser
from typing import Generic, TypeVar

State = TypeVar("State")
VOID = frozenset(
    (
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param"),
        *("source", "track", "wbr"),
    )
)


class Rewriter(HTMLParser, Generic[State]):
    """Writes down what it reads, as it was. Who inherits says what holds within an element
    (`enter`) and changes texts (`handle_data`) by the `state` of the innermost one."""

    def __init__(self, state: State) -> None:
        super().__init__(convert_charrefs=False)
        self.written: list[str] = []
        self._open: list[tuple[str, State]] = [("", state)]

    @property
    def tag(self) -> str:
        return self._open[-1][0]

    @property
    def state(self) -> State:
        return self._open[-1][1]

    def enter(self, tag: str, attrs: dict[str, str | None]) -> State:
        """Its start has been written already."""
        raise NotImplementedError

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.written.append(self.get_starttag_text() or "")
        if tag not in VOID:
            self._open.append((tag, self.enter(tag, dict(attrs))))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.written.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        self.written.append(f"</{tag}>")
        places = [place for place, each in enumerate(self._open) if each[0] == tag]
        if places:
            del self._open[places[-1] :]

    def handle_entityref(self, name: str) -> None:
        self.written.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.written.append(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self.written.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.written.append(f"<!{decl}>")
