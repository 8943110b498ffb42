"""The register's lines as pages to be kept: PDF/A-3a, the same fonts as the certificates."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from django.template import Context, Engine, Template

from .fonts import find_undrawable, split_clusters
from .page import TEMPLATES
from .typesetting import Typesetter

if TYPE_CHECKING:
    from weasyprint import CSS


@cache
def _template() -> Template:
    return Engine(dirs=[str(TEMPLATES)]).get_template("register.html")


@cache
def _stylesheet() -> "CSS":
    from weasyprint import CSS

    from .engine import _fetcher, _fonts

    text = (TEMPLATES / "register.css").read_text(encoding="utf-8")
    return CSS(string=text, font_config=_fonts(), url_fetcher=_fetcher())


def _drawable(text: str) -> str:
    """A font that is gone must not hide the register."""
    missing = set(find_undrawable(text))
    if not missing:
        return text
    return "".join("〓" if cluster in missing else cluster for cluster in split_clusters(text))


def render_register(
    *,
    headings: Sequence[str],
    lines: Sequence[Sequence[str]],
    ending: Sequence[tuple[str, str]],
    written_at: datetime,
) -> bytes:
    from weasyprint import HTML

    from .engine import VARIANT, _fetcher, _fonts

    typeset = Typesetter(labels=_template().source).set

    def place(text: str) -> str:
        return typeset(_drawable(text), face="gothic")

    html = _template().render(
        Context(
            {
                "timestamp": written_at.isoformat(timespec="seconds"),
                "headings": [place(heading) for heading in headings],
                "lines": [[place(cell) for cell in line] for line in lines],
                "ending": [(place(label), place(value)) for label, value in ending],
            }
        )
    )
    seed = json.dumps([list(map(list, lines)), list(map(list, ending))]).encode()
    content: bytes = HTML(string=html, url_fetcher=_fetcher()).write_pdf(
        font_config=_fonts(),
        stylesheets=[_stylesheet()],
        pdf_variant=VARIANT,
        pdf_identifier=hashlib.sha256(seed).hexdigest()[:32].encode(),
    )
    return content
