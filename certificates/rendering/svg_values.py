"""The little languages inside SVG attributes, written again in their plainest form."""

import re

NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,2})?"
# How many numbers follow each letter of a path.
PATH_ARGUMENTS = {
    "M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0,
}  # fmt: skip
# The two flags of an arc may be written without a space: 0 01.5 means 0, 0, 1.5.
ARC_FLAGS = (3, 4)
TRANSFORMATIONS = {
    "matrix": (6,),
    "translate": (1, 2),
    "scale": (1, 2),
    "rotate": (1, 3),
    "skewX": (1,),
    "skewY": (1,),
}
_GAP = re.compile(r"[\s,]*")
_NUMBER = re.compile(NUMBER)
_FLAG = re.compile("[01]")
_CALL = re.compile(r"\s*,?\s*([a-zA-Z]+)\s*\(([^()]*)\)\s*")


def write_path(text: str) -> str:
    """Raises ValueError."""
    text = text.strip()
    written: list[str] = []
    position = 0
    while position < len(text):
        letter = text[position]
        count = PATH_ARGUMENTS.get(letter.upper())
        if count is None or (not written and letter not in "Mm"):
            raise ValueError(f"no path: {text[:20]}")
        position = _GAP.match(text, position + 1).end()  # type: ignore[union-attr]
        written.append(letter)
        first = True
        while count and (first or (position < len(text) and not text[position].isalpha())):
            for index in range(count):
                is_flag = count == 7 and index in ARC_FLAGS
                found = (_FLAG if is_flag else _NUMBER).match(text, position)
                if not found:
                    raise ValueError(f"no path: {text[:20]}")
                written.append(_plain(found[0]))
                position = _GAP.match(text, found.end()).end()  # type: ignore[union-attr]
            first = False
    return " ".join(written)


def write_points(text: str) -> str:
    """Raises ValueError."""
    numbers = _numbers(text)
    if len(numbers) % 2:
        raise ValueError("points come in pairs")
    return " ".join(numbers)


def write_transform(text: str) -> str:
    """Raises ValueError."""
    written = []
    position = 0
    while position < len(text):
        found = _CALL.match(text, position)
        if not found or found[1] not in TRANSFORMATIONS:
            raise ValueError(f"no transformation: {text[:20]}")
        numbers = _numbers(found[2])
        if len(numbers) not in TRANSFORMATIONS[found[1]]:
            raise ValueError(f"no transformation: {text[:20]}")
        written.append(f"{found[1]}({' '.join(numbers)})")
        position = found.end()
    return " ".join(written)


def write_number(text: str) -> str:
    """Raises ValueError."""
    text = text.removesuffix("px")
    if not re.fullmatch(NUMBER, text):
        raise ValueError(f"no number: {text[:20]}")
    return _plain(text)


def _numbers(text: str) -> list[str]:
    position = _GAP.match(text, 0).end()  # type: ignore[union-attr]
    numbers = []
    while position < len(text):
        found = _NUMBER.match(text, position)
        if not found:
            raise ValueError(f"no numbers: {text[:20]}")
        numbers.append(_plain(found[0]))
        position = _GAP.match(text, found.end()).end()  # type: ignore[union-attr]
    return numbers


def _plain(number: str) -> str:
    value = float(number)
    if abs(value) > 1e6:
        raise ValueError(f"too large: {number[:20]}")
    return f"{value:.4f}".rstrip("0").rstrip(".") if value else "0"
