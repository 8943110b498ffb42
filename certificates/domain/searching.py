"""What an editor types to find a certificate: its code or number, as printed or in part."""

import re
import unicodedata

from django.db.models import Q

from .codes import fold_code
from .verification import read_number

# Somebody who types less does not mean a part of a code.
LEAST_OF_CODE = 4
MAX_CHARACTERS = 100
NUMBER_ALONE = re.compile(r"第?\s?([0-9]{1,9})\s?号?")


def match_key(*, typed: str) -> Q:
    """A condition on certificates; it holds for none if nothing of a key was typed."""
    typed = typed[:MAX_CHARACTERS].strip()
    condition = Q(pk__in=[])
    code = fold_code(typed=typed)
    if len(code) >= LEAST_OF_CODE:
        condition |= Q(code__contains=code)
    if key := read_number(typed=typed):
        condition |= Q(fiscal_year=key[0], number=key[1])
    if alone := NUMBER_ALONE.fullmatch(unicodedata.normalize("NFKC", typed)):
        condition |= Q(number=int(alone[1]))
    return condition
