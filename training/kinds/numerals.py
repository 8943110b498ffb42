"""Numbers as people in Japan type them: １，２００ · −3.5 · ▲5 · 十二 · 1億2,000万."""

import re
from decimal import Context, Decimal

# Far more than a number of MAX_LENGTH characters has, so that nothing is ever rounded.
EXACT = Context(prec=200)
MAX_LENGTH = 40

FOLD = str.maketrans(
    "０１２３４５６７８９〇零一二三四五六七八九．。｡，、､＋−－‐‑‒–—―ーｰ▲△\u3000",
    "012345678900123456789...,,,+------------ ",
)
SMALL = {"千": 1000, "百": 100, "十": 10, "": 1}
LARGE = {"兆": 10**12, "億": 10**8, "万": 10**4, "": 1}

# [0-9], never \d, which takes the digits of every script.
PLAIN = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+"
SECTION = rf"(?=[0-9.千百十])(?:{PLAIN}|(?:[1-9]?千)?(?:[1-9]?百)?(?:[1-9]?十)?[0-9]?)"
NUMBER = re.compile("([-+]?) *" + "".join(rf"(?:({SECTION}){each})?" for each in LARGE))


def _read_section(text: str) -> Decimal:
    if re.fullmatch(PLAIN, text):
        return Decimal(text.replace(",", ""))
    parts = re.findall("([0-9]?)([千百十])|([0-9])", text)
    return Decimal(sum(int(digit or one or 1) * SMALL[place] for digit, place, one in parts))


def read_number(text: str) -> Decimal | None:
    """None for what is not a plain number: no exponent, no NaN, no infinity, no other script's
    digits, no comma that separates other than thousands."""
    folded = text.translate(FOLD).strip(" ")
    match = NUMBER.fullmatch(folded) if len(folded) <= MAX_LENGTH else None
    if not match or not any(match.groups()[1:]):
        return None
    sign, *sections = match.groups()
    value = Decimal(0)
    for section, factor in zip(sections, LARGE.values(), strict=True):
        if section:
            value = EXACT.add(value, EXACT.multiply(_read_section(section), Decimal(factor)))
    return EXACT.minus(value) if sign == "-" else value
