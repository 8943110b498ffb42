"""Every kanji of JIS X 0213, and shapes asked for by a selector, drawn and read out again."""

import io
import re
import unicodedata
from functools import cache

import pikepdf
import pytest
from fontTools.ttLib import TTFont

from certificates.rendering.fonts import FONTS, find_glyph, find_undrawable, split_runs
from certificates.rendering.pdf import render_pdf
from tests.certificates.facts import make_facts
from tests.certificates.rendering.readers import poppler_lines

PER_SHEET = 800
# Families that the offices of family registers know well.
BASES = "邉邊辻葛芦飴祇榊樋蓮逗溢餅鯖噌薩鰯龍齋斎齊髙﨑曽祖神福祥"


@cache
def jis_kanji():
    """Level 1 to 4 by Python's own tables. The EUC codec would mix in those of JIS X 0212."""
    # The first rows hold 仝, which the standard counts among the marks.
    leads = [*range(0x82, 0xA0), *range(0xE0, 0xFD)]
    codes = [bytes([lead, trail]) for lead in leads for trail in range(0x40, 0xFD)]
    found = []
    for code in codes:
        try:
            text = code.decode("shift_jis_2004")
        except UnicodeDecodeError:
            continue
        if unicodedata.name(text[0], "").startswith("CJK "):
            found.append(text)
    return found


@cache
def sequences():
    """Those that a font of the set knows, each with the glyph of the first font that does."""
    found = {}
    for key in ("mincho", "mj"):
        with TTFont(FONTS[key].path, lazy=True) as font:
            numbers = font.getReverseGlyphMap()
            default = font.getBestCmap()
            for selector, entries in font["cmap"].getcmap(0, 5).uvsDict.items():
                for code, name in entries:
                    if chr(code) in BASES:
                        glyph = numbers[name or default[code]]
                        found.setdefault(chr(code) + chr(selector), (key, glyph))
    return found


def sheets(clusters, size=PER_SHEET):
    return [clusters[start : start + size] for start in range(0, len(clusters), size)]


def test_list_is_that_of_the_standard():
    kanji = jis_kanji()
    assert len(kanji) == len(set(kanji)) == 10_050
    assert {"亜", "熙", "俱", "𠀋", "𪚲"} <= set(kanji)


def test_every_kanji_of_the_standard_has_a_glyph():
    assert find_undrawable("".join(jis_kanji())) == []


@pytest.mark.parametrize("number", range(-(-10_050 // PER_SHEET)))
def test_every_kanji_of_the_standard_is_printed_and_read_out_again(number):
    text = "".join(sheets(jis_kanji())[number])
    content = render_pdf(make_facts(wording=text, is_specimen=False))
    assert text in "".join(poppler_lines(content))


def test_list_of_sequences_holds_the_known_families():
    found = sequences()
    assert len(found) > 100
    families = {cluster[0] for cluster in found}
    assert set("邉邊辻葛芦飴祇") <= families
    assert sum(cluster[0] == "邉" for cluster in found) >= 15


def test_selected_shape_is_the_one_printed_and_its_selector_is_read_out():
    clusters = list(sequences())
    for sheet in sheets(clusters, 300):
        text = "".join(sheet)
        content = render_pdf(make_facts(wording=text, is_specimen=False))
        assert text in "".join(poppler_lines(content))
        drawn = drawn_glyphs(content)
        for cluster in sheet:
            key, glyph = sequences()[cluster]
            assert split_runs(cluster) == [(key, cluster)]
            assert find_glyph(key, cluster) == glyph
            assert drawn[cluster] == {(FONTS[key].family, glyph)}


def drawn_glyphs(content):
    """What the page draws for which text, by its fonts' own maps: {text: {(family, glyph)}}."""
    found = {}
    with pikepdf.open(io.BytesIO(content)) as file:
        fonts = {}
        for name, font in file.pages[0].Resources.Font.items():
            pairs = re.findall(rb"<([0-9a-f]+)> <([0-9a-f]+)>", font.ToUnicode.read_bytes())
            texts = {int(code, 16): bytes.fromhex(to.decode()) for code, to in pairs}
            family = str(font.DescendantFonts[0].FontDescriptor.FontFamily)
            fonts[name] = (family, texts)
        family, texts = "", {}
        for operands, operator in pikepdf.parse_content_stream(file.pages[0]):
            if str(operator) == "Tf":
                family, texts = fonts[str(operands[0])]
            elif str(operator) == "TJ":
                for piece in operands[0]:
                    if not isinstance(piece, pikepdf.String):
                        continue
                    codes = bytes(piece)
                    for at in range(0, len(codes), 2):
                        glyph = int.from_bytes(codes[at : at + 2], "big")
                        text = texts[glyph].decode("utf-16-be")
                        found.setdefault(text, set()).add((family, glyph))
    return found
