"""Texts that learners type: what may be kept of them, and when two count as the same."""

import unicodedata

import jaconv
from django.http import QueryDict

DASHES = str.maketrans(dict.fromkeys("-‐‑‒–—―−ー", "ー"))
TRAILING = "。.、,!?・:;"


def read_text(data: QueryDict, field: str, *, limit: int) -> str | None:
    """As typed, without what a database refuses (NUL, lone surrogates) and other control
    characters; "" if it was emptied, None if the form did not hold it."""
    value = data.get(field)
    if not isinstance(value, str):
        return None
    kept = [char for char in value[: limit * 2] if unicodedata.category(char) not in ("Cc", "Cs")]
    return "".join(kept).strip()[:limit].rstrip()


def _is_visible(char: str) -> bool:
    is_variation = "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"
    return not (char.isspace() or is_variation or unicodedata.category(char) in ("Cc", "Cf"))


def fold_text(text: str) -> str:
    """For comparing only: without differences of width, kana, case, spaces, dashes, variant forms
    and a mark at the end."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    # Again: what is composed of two may have been apart before.
    folded = unicodedata.normalize("NFKC", "".join(filter(_is_visible, folded)))
    return jaconv.hira2kata(folded).translate(DASHES).rstrip(TRAILING)
