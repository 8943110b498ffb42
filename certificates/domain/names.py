"""Comparing a typed name with the certificate's. Folding is for matching only (rule R8)."""

import re
import unicodedata
from enum import Enum

from .name_forms import EVERYDAY

# Latin letters that no normalisation takes apart.
LATIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
DIACRITICS = re.compile("(?<=[a-z])[\u0300-\u036f]+")
# What is typed for the long-vowel mark; between Latin letters the same signs are hyphens.
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2500\u2501"
LONG_VOWEL = re.compile(f"(?<=[ァ-ヺー])[{DASHES}]")
# Between the parts of a foreign name, or left out.
SEPARATORS = re.compile(f"[{DASHES}'’‘`´ʻʼ.,・·•゠=]")
# Letters out of use, which keyboards hardly offer, and the small ones in 三ヶ田.
KANA = str.maketrans("ゐゑヰヱヶヵ", "いえイエケカ")
REPEATED = re.compile("(.)([々ゝヽゞヾ])")
COMPATIBILITY = re.compile("[\uf900-\ufaff\U0002f800-\U0002fa1f]")
VOICED = "\u3099"
# As the paper has it behind the name.
HONORIFIC = re.compile(r"\s*[殿様]\s*$")


class NameMatch(Enum):
    SAME = "match"
    VARIANT = "variant"
    DIFFERENT = "mismatch"


def _is_selector(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _is_seen(character: str) -> bool:
    return not (character.isspace() or unicodedata.category(character) in ("Cc", "Cf"))


def _narrow(name: str) -> str:
    """Spaces, width and what nobody sees away."""
    # Twice: a voiced mark of its own (゛) brings a space along, and joins once that is gone.
    once = "".join(filter(_is_seen, unicodedata.normalize("NFKC", name)))
    return unicodedata.normalize("NFKC", once)


def _repeat(found: re.Match[str]) -> str:
    mark = VOICED if found[2] in "ゞヾ" else ""
    return found[1] + unicodedata.normalize("NFC", found[1] + mark)


def _fold(name: str) -> str:
    """Nobody types variation selectors."""
    visible = "".join(c for c in name if not _is_selector(c))
    kana = _narrow(visible).translate(EVERYDAY).translate(KANA)
    letters = unicodedata.normalize("NFD", REPEATED.sub(_repeat, kana).casefold())
    plain = unicodedata.normalize("NFC", DIACRITICS.sub("", letters).translate(LATIN))
    return SEPARATORS.sub("", LONG_VOWEL.sub("ー", plain))


def compare_names(*, typed: str, printed: str) -> NameMatch:
    """SAME whatever the spaces and width; VARIANT if only forms of characters differ."""
    match = _compare(typed, printed)
    if match is NameMatch.DIFFERENT and (bare := HONORIFIC.sub("", typed)) != typed:
        return _compare(bare, printed)
    return match


def _compare(typed: str, printed: str) -> NameMatch:
    folded = _fold(typed)
    if not folded or folded != _fold(printed):
        return NameMatch.DIFFERENT
    without_spaces = ("".join(name.split()) for name in (typed, printed))
    if len(set(without_spaces)) == 1:
        return NameMatch.SAME
    # Normalising would make 神 of its older form, which the paper tells apart.
    is_whole = not COMPATIBILITY.search(typed + printed)
    if is_whole and _narrow(typed) == _narrow(printed):
        return NameMatch.SAME
    return NameMatch.VARIANT
