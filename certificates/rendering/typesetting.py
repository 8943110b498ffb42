"""Text as HTML in which every cluster has its font, and every glyph of a font one meaning.

WeasyPrint maps a glyph back to the text it first stood for. Where two different clusters share a
glyph (辻 and 辻 with a default selector, 一 and the radical ⼀), the second would be extracted as
the first. So the second is set in a copy of the font: an unknown variation axis makes Pango and
WeasyPrint treat the same file as another font.
"""

from functools import cache
from itertools import groupby
from operator import itemgetter

from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString

from .fonts import SPACES, find_glyph, split_clusters, split_runs

SPAN = '<span class="{}" style="font-variation-settings:\'COPY\' {}">{}</span>'

# Font and glyph, and the clusters that this glyph stands for, each in its own copy of the font.
Meanings = dict[tuple[str, int | None], tuple[str, ...]]


class Typesetter:
    """One document's text. `labels` is text that stands in the template itself."""

    def __init__(self, *, labels: str) -> None:
        self._meanings = _meanings_in(labels).copy()

    def set(self, text: str, *, face: str = "mincho") -> SafeString:
        """Raises UndrawableText."""
        runs = split_runs(text, face=face)
        return format_html_join("", "{}", ((self._mark(run, key, face),) for key, run in runs))

    def _mark(self, run: str, key: str, face: str) -> SafeString:
        placed: list[tuple[int, str]] = []
        for cluster in split_clusters(run):
            copy = placed[-1][0] if placed and cluster in SPACES else self._copy_of(cluster, key)
            placed.append((copy, cluster))
        pieces = [
            (copy, "".join(cluster for _, cluster in group))
            for copy, group in groupby(placed, key=itemgetter(0))
        ]
        if key == face and not any(copy for copy, _ in pieces):
            return escape(run)
        return format_html_join("", SPAN, ((key, copy, piece) for copy, piece in pieces))

    def _copy_of(self, cluster: str, key: str) -> int:
        place = (key, find_glyph(key, cluster))
        meanings = self._meanings.setdefault(place, (cluster,))
        if cluster not in meanings:
            meanings = self._meanings[place] = (*meanings, cluster)
        return meanings.index(cluster)


@cache
def _meanings_in(labels: str) -> Meanings:
    return {
        (face, find_glyph(face, cluster)): (cluster,)
        for face in ("mincho", "gothic")
        for cluster in split_clusters(labels)
    }
