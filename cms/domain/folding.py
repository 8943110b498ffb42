"""Texts made alike for finding: width, case and the two kana. Never for storing or showing."""

import re
import unicodedata

# A letter with the sounding marks that follow it: in half width they are letters of their own.
CLUSTER = re.compile("[\\s\\S][\\u3099\\u309a\\uff9e\\uff9f]?")
KATAKANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
# Letters, digits and the long vowel sign belong together, whatever else parts.
WORD = re.compile(r"[\wー]+")


def _fold_cluster(cluster: str) -> str:
    return unicodedata.normalize("NFKC", cluster).casefold().translate(KATAKANA)


def fold(text: str) -> str:
    return "".join(_fold_cluster(each) for each in CLUSTER.findall(text))


def fold_with_places(text: str) -> tuple[str, list[int]]:
    """Also where each letter of the folded text comes from; one place more at the end."""
    letters: list[str] = []
    places: list[int] = []
    for match in CLUSTER.finditer(text):
        folded = _fold_cluster(match.group())
        letters.append(folded)
        places += [match.start()] * len(folded)
    return "".join(letters), [*places, len(text)]


def split_grams(text: str) -> set[str]:
    """Pairs of neighbouring letters, folded."""
    grams: set[str] = set()
    for word in WORD.findall(fold(text)):
        grams |= {word[at : at + 2] for at in range(len(word) - 1)} if len(word) > 1 else {word}
    return grams
