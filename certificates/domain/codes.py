"""Verification codes: 12 random characters of Crockford's base 32 and a check character."""

import re
import secrets
import unicodedata
from collections.abc import Callable
from enum import Enum

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
# What people write for what is not in the alphabet. U has no double and stays wrong.
LOOKALIKES = str.maketrans("OIL", "011")
# What stands before the code on the paper and on the holder's page is copied along with it.
LABEL = re.compile(r"^\s*確認用?コード")


class CodeProblem(Enum):
    """Why what was typed cannot be a code."""

    LENGTH = "length"
    CHARACTER = "character"
    CHECK = "check"


def _check_character(body: str) -> str:
    """Luhn modulo 32: finds every wrong character and nearly all neighbours swapped."""
    total = 0
    for position, character in enumerate(reversed(body)):
        value = ALPHABET.index(character) * (2 if position % 2 == 0 else 1)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]


def make_code(*, choose: Callable[[str], str] = secrets.choice) -> str:
    body = "".join(choose(ALPHABET) for _ in range(LENGTH))
    return body + _check_character(body)


def fold_code(*, typed: str) -> str:
    """The characters that count: width, case, spaces, punctuation of any kind, O/0, I/L/1 and the
    label before it do not matter."""
    # Of an address that was pasted whole, the code is the last part of the path.
    last = re.split("[?#]", typed, maxsplit=1)[0].rstrip("/").rpartition("/")[2]
    folded = LABEL.sub("", unicodedata.normalize("NFKC", last)).upper().translate(LOOKALIKES)
    # Spaces, invisible characters, brackets, and every dash of a Japanese keyboard, the long-vowel
    # mark included.
    return "".join(
        c for c in folded if not (c.isspace() or unicodedata.category(c)[0] in "PCS" or c in "ー−")
    )


def find_code_problem(*, typed: str) -> CodeProblem | None:
    code = fold_code(typed=typed)
    if any(character not in ALPHABET for character in code):
        return CodeProblem.CHARACTER
    if len(code) != LENGTH + 1:
        return CodeProblem.LENGTH
    return None if _check_character(code[:-1]) == code[-1] else CodeProblem.CHECK


def read_code(*, typed: str) -> str | None:
    """The code that someone typed or scanned, or None if it cannot be one."""
    return None if find_code_problem(typed=typed) else fold_code(typed=typed)


def display_code(*, code: str) -> str:
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"
