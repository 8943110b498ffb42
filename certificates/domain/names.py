"""Comparing a typed name with the certificate's. Folding is for matching only (rule R8)."""

import re
from enum import Enum

from training.names import fold_name, narrow

COMPATIBILITY = re.compile("[\uf900-\ufaff\U0002f800-\U0002fa1f]")
# As the paper has it behind the name.
HONORIFIC = re.compile(r"\s*[殿様]\s*$")


class NameMatch(Enum):
    SAME = "match"
    VARIANT = "variant"
    DIFFERENT = "mismatch"


def compare_names(*, typed: str, printed: str) -> NameMatch:
    """SAME whatever the spaces and width; VARIANT if only forms of characters differ."""
    match = _compare(typed, printed)
    if match is NameMatch.DIFFERENT and (bare := HONORIFIC.sub("", typed)) != typed:
        return _compare(bare, printed)
    return match


def _compare(typed: str, printed: str) -> NameMatch:
    folded = fold_name(typed)
    if not folded or folded != fold_name(printed):
        return NameMatch.DIFFERENT
    without_spaces = ("".join(name.split()) for name in (typed, printed))
    if len(set(without_spaces)) == 1:
        return NameMatch.SAME
    # Normalising would make 神 of its older form, which the paper tells apart.
    is_whole = not COMPATIBILITY.search(typed + printed)
    if is_whole and narrow(typed) == narrow(printed):
        return NameMatch.SAME
    return NameMatch.VARIANT
