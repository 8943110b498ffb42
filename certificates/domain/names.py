"""Comparing a typed name with the certificate's. Folding is for matching only (rule R8)."""

import unicodedata
from enum import Enum

import jaconv

# Forms that keyboards and registers use for one another. Each maps to the everyday one.
VARIANTS = str.maketrans(
    "髙﨑𠮷邉邊濵濱齋齊斉冨德曻舘嶋嶌澤廣櫻國圓榮惠壽縣眞將來",
    "高崎吉辺辺浜浜斎斎斎富徳昇館島島沢広桜国円栄恵寿県真将来",
)


class NameMatch(Enum):
    SAME = "match"
    VARIANT = "variant"
    DIFFERENT = "mismatch"


def _narrow(name: str) -> str:
    """Spaces and width away."""
    return "".join(unicodedata.normalize("NFKC", jaconv.h2z(name, kana=True)).split())


def _strip(name: str) -> str:
    """Variation selectors away too: nobody types those."""
    return "".join(c for c in _narrow(name) if not _is_selector(c))


def _is_selector(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _fold(name: str) -> str:
    return _strip(name.translate(VARIANTS)).translate(VARIANTS).casefold()


def compare_names(*, typed: str, printed: str) -> NameMatch:
    """SAME whatever the spaces and width; VARIANT if only forms of characters differ."""
    if not _strip(typed):
        return NameMatch.DIFFERENT
    without_spaces = ("".join(name.split()) for name in (typed, printed))
    if len(set(without_spaces)) == 1:
        return NameMatch.SAME
    if _narrow(typed) == _narrow(printed) and unicodedata.normalize("NFC", printed) == printed:
        return NameMatch.SAME
    return NameMatch.VARIANT if _fold(typed) == _fold(printed) else NameMatch.DIFFERENT
