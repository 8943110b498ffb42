import pytest
from fontTools.ttLib import TTFont

from certificates.rendering.font_tables import FontTables
from certificates.rendering.fonts import FONTS


@pytest.mark.parametrize("key", ["mincho", "mj"])
def test_every_glyph_is_the_one_that_fonttools_finds(key):
    path = FONTS[key].path
    ours = FontTables(path)
    with TTFont(path, lazy=True) as font:
        number = font.getReverseGlyphMap()
        characters = {code: number[name] for code, name in font.getBestCmap().items()}
        variants = {
            (code, selector): number[name] if name else characters[code]
            for selector, entries in font["cmap"].getcmap(0, 5).uvsDict.items()
            for code, name in entries
        }
        widths = {glyph: font["hmtx"][name][0] / 2048 for name, glyph in number.items()}
    assert {code: ours.glyph(chr(code)) for code in characters} == characters
    found = {pair: ours.variant(chr(pair[0]), chr(pair[1])) for pair in variants}
    assert found == variants
    assert {glyph: ours.advance(glyph) for glyph in widths} == widths
    absent = [chr(code) for code in range(0x3000) if code not in characters]
    assert not any(map(ours.glyph, absent))


def test_sequences_that_the_font_does_not_list_are_unknown():
    tables = FontTables(FONTS["mj"].path)
    assert tables.variant("邉", "\U000e010f") == tables.glyph("邉")
    assert tables.variant("邉", "\U000e0110") not in (None, tables.glyph("邉"))
    assert tables.variant("邉", "\U000e0102") is None
    assert tables.variant("あ", "\U000e0110") is None
