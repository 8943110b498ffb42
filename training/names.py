"""Folding of names, for finding and comparing only (rule R8). Without Django."""

import re
import unicodedata

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
VOICED = "\u3099"


def _is_selector(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _is_seen(character: str) -> bool:
    return not (character.isspace() or unicodedata.category(character) in ("Cc", "Cf"))


def narrow(name: str) -> str:
    """Spaces, width and what nobody sees away."""
    # Twice: a voiced mark of its own (゛) brings a space along, and joins once that is gone.
    once = "".join(filter(_is_seen, unicodedata.normalize("NFKC", name)))
    return unicodedata.normalize("NFKC", once)


def _repeat(found: re.Match[str]) -> str:
    mark = VOICED if found[2] in "ゞヾ" else ""
    return found[1] + unicodedata.normalize("NFC", found[1] + mark)


def fold_name(name: str) -> str:
    """Forms of one character, width, spaces, case and accents away; kana stay what they are. Nobody
    types variation selectors."""
    visible = "".join(c for c in name if not _is_selector(c))
    kana = narrow(visible).translate(EVERYDAY).translate(KANA)
    letters = unicodedata.normalize("NFD", REPEATED.sub(_repeat, kana).casefold())
    plain = unicodedata.normalize("NFC", DIACRITICS.sub("", letters).translate(LATIN))
    return SEPARATORS.sub("", LONG_VOWEL.sub("ー", plain))
