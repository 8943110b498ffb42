import pytest

from certificates.domain.codes import ALPHABET, display_code, make_code, read_code


def test_made_codes_are_read_however_they_are_typed():
    for _ in range(200):
        code = make_code()
        shown = display_code(code=code)
        wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in shown)
        for typed in (code, shown, shown.lower(), wide, f" {shown} ", shown.replace("-", "ー")):
            assert read_code(typed=typed) == code


def test_lookalikes_are_forgiven():
    code = next(c for c in iter(make_code, None) if "0" in c and "1" in c)
    assert read_code(typed=code.replace("0", "O").replace("1", "l")) == code


def test_every_single_wrong_character_is_noticed():
    code = make_code()
    for position, right in enumerate(code):
        for wrong in set(ALPHABET) - {right}:
            assert read_code(typed=code[:position] + wrong + code[position + 1 :]) is None


@pytest.mark.parametrize("typed", ["", "ABC", "U" * 13, "<script>", "０" * 14, "\u0000" * 13])
def test_malformed_codes_are_none(typed):
    assert read_code(typed=typed) is None
