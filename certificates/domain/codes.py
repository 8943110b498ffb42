"""Verification codes: 12 random characters of Crockford's base 32 and a check character."""

import secrets
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
# What people write for what is not in the alphabet. U has no double and stays wrong.
LOOKALIKES = str.maketrans("OIL", "011")


def _check_character(body: str) -> str:
    """Luhn modulo 32: finds every wrong character and nearly all neighbours swapped."""
    total = 0
    for position, character in enumerate(reversed(body)):
        value = ALPHABET.index(character) * (2 if position % 2 == 0 else 1)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]


def make_code() -> str:
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return body + _check_character(body)


def read_code(*, typed: str) -> str | None:
    """The code that someone typed or scanned, or None if it cannot be one.

    Width, case, spaces, punctuation of any kind and O/0, I/L/1 do not matter.
    """
    # Of an address that was pasted whole, the code is the last part.
    last = typed.rstrip("/").rpartition("/")[2]
    folded = unicodedata.normalize("NFKC", last).upper().translate(LOOKALIKES)
    # Spaces, invisible characters, brackets, and every dash of a Japanese keyboard, the long-vowel
    # mark included.
    code = "".join(
        c for c in folded if not (c.isspace() or unicodedata.category(c)[0] in "PCS" or c in "ー−")
    )
    if len(code) != LENGTH + 1 or any(character not in ALPHABET for character in code):
        return None
    return code if _check_character(code[:-1]) == code[-1] else None


def display_code(*, code: str) -> str:
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"
