import io
import re

import pikepdf
import pytest

from certificates.rendering.design import Design, contrast_on_white
from certificates.rendering.errors import RenderingError, SealRefused
from certificates.rendering.pdf import render_pdf
from certificates.rendering.seal import clean_seal
from certificates.rendering.svg_values import write_path, write_transform
from tests.certificates.facts import FACTS, make_facts
from tests.certificates.rendering.readers import draw_page

SEAL = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">'
    '<path d="M1 1h8v8h-8z" fill="#c8102e"/></svg>'
)


def picture(inside, attributes='viewBox="0 0 10 10"'):
    return f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{inside}</svg>'


def count_red(content):
    colours = draw_page(content, dpi=50).getcolors(maxcolors=1 << 20)
    return sum(n for n, (r, g, b) in colours if r > 180 and g < 60 and b < 80)


def test_seal_is_printed_beside_the_issuer_with_its_title():
    facts = make_facts(is_specimen=False, issuer_office="総務省 <局>")
    content = render_pdf(facts, design=Design(seal=SEAL))
    assert count_red(content) > 1000
    assert count_red(render_pdf(facts)) == 0
    with pikepdf.open(io.BytesIO(content)) as file:
        titles = [
            str(item.Alt)
            for item in file.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure"
        ]
    assert "総務省 <局>の印" in titles


def test_what_drawing_programs_leave_in_a_file_is_dropped_and_nothing_else():
    left_overs = (
        '<?xml version="1.0"?><!-- made by hand --><svg xmlns="http://www.w3.org/2000/svg" '
        'xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" width="24mm" height="24mm" '
        'id="a" version="1.1" data-name="b"><title>印</title><metadata>作</metadata><defs/>'
        '<inkscape:grid/><g inkscape:label="層" style="fill:#ff0000;opacity:1;font-size:3px">'
        '<path class="c" d="m1,1h8a1 1 0 01.5.5z"/></g></svg>'
    )
    clean = clean_seal(left_overs)
    assert clean == (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><g fill="#ff0000">'
        '<path d="m 1 1 h 8 a 1 1 0 0 1 0.5 0.5 z"/></g></svg>'
    )
    assert clean_seal(clean) == clean


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "broken"),
        ("<svg", "broken"),
        ("<html/>", "no_svg"),
        ('<!DOCTYPE a [<!ENTITY b "c">]>' + SEAL, "broken"),
        ('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>' + picture("&b;"), "broken"),
        (picture(""), "empty"),
        (picture("<g/>"), "empty"),
        (picture('<path d="M0 0"/>', ""), "no_size"),
        (picture('<path d="M0 0"/>', 'viewBox="0 0 100 10"'), "no_size"),
        (picture('<path d="M0 0"/>', 'viewBox="0 0 nan 10"'), "no_size"),
        (picture("<script>alert(1)</script>"), "element"),
        (picture("<style>*{fill:url(file:///etc/passwd)}</style>"), "element"),
        (picture("<foreignObject/>"), "element"),
        (picture('<image href="file:///etc/passwd"/>'), "element"),
        (picture('<use href="#a"/>'), "element"),
        (picture("<text>印</text>"), "element"),
        (picture('<a xmlns="http://www.w3.org/1999/xhtml"/>'), "element"),
        (picture('<b xmlns=""/>'), "element"),
        (picture('<defs><path id="a" d="M0 0"/></defs>'), "element"),
        (picture('<path d="M0 0" onload="alert(1)"/>'), "value"),
        (
            picture(
                '<path xmlns:x="http://www.w3.org/1999/xlink" x:href="http://a.example/" d="M0 0"/>'
            ),
            "value",
        ),
        (picture('<path d="M0 0" fill="url(#a)"/>'), "value"),
        (picture('<path d="M0 0" style="fill:url(http://a.example/)"/>'), "value"),
        (picture('<path d="M0 0" style="fill:#f00;opacity:.5"/>'), "value"),
        (picture('<path d="M0 0" clip-path="url(#a)"/>'), "value"),
        (picture('<path d="M0 0" transform="translate(1,2,3)"/>'), "value"),
        (picture('<path d="L0 0"/>'), "value"),
        (picture('<path d="M0"/>'), "value"),
        (picture('<circle r="1e9"/>'), "value"),
        (picture('<circle r="9"/>' * 501), "too_large"),
        (picture("<g>" * 30 + '<circle r="9"/>' + "</g>" * 30), "too_large"),
        (picture(" " * 100_000 + '<circle r="9"/>'), "too_large"),
    ],
)
def test_what_is_no_plain_picture_is_refused(text, reason):
    with pytest.raises(SealRefused) as refused:
        clean_seal(text)
    assert refused.value.reason == reason


def test_hostile_seal_in_the_database_stops_the_certificate():
    with pytest.raises(RenderingError):
        render_pdf(FACTS, design=Design(seal=picture('<image href="file:///etc/passwd"/>')))


@pytest.mark.parametrize("digits", [20, 2_000, 20_000])
def test_numbers_without_end_take_no_time(digits):
    with pytest.raises(ValueError, match=r"no |too large"):
        write_transform(f"rotate({'1' * digits}!)")
    with pytest.raises(ValueError, match=r"no path|too large"):
        write_path(f"M{'1' * digits}!")


@pytest.mark.parametrize(
    "shape",
    [
        '<path d="M0 0A0 0 0 0 0 0 0z" stroke="red"/>',
        '<path d="M1 1T2 2z"/>',
        '<path d="M1 1S2 2 3 3Z m 1 1 z z"/>',
        '<g transform="scale(0)"><circle r="5"/></g>',
        '<g transform="matrix(0 0 0 0 0 0)"><rect width="5" height="5" rx="9"/></g>',
        '<polygon points=""/><polyline points="1 1"/><line/><ellipse rx="1"/><rect/>',
        '<circle cx="-1e5" r="1e5" stroke-width="1e5" stroke="red"/>',
    ],
)
def test_odd_pictures_are_drawn_or_refused_and_break_nothing(shape):
    try:
        content = render_pdf(FACTS, design=Design(seal=picture(shape)))
    except RenderingError:
        return
    assert content.startswith(b"%PDF")


def test_accent_colour_is_that_of_heading_and_frame():
    def colours(content):
        found = draw_page(content, dpi=50).getcolors(maxcolors=1 << 20)
        return {colour for _n, colour in found}

    green = render_pdf(make_facts(is_specimen=False), design=Design(accent_colour="#0b5d3b"))
    assert (0x0B, 0x5D, 0x3B) in colours(green)
    assert not {(0x1A, 0x2B, 0x5C), (0x1A, 0x2B, 0x5B)} & colours(green)


@pytest.mark.parametrize("colour", ["", "red", "#fff", "#12345g", "#1a2b5c;background:url(a)"])
def test_what_is_no_colour_never_reaches_the_paper(colour):
    with pytest.raises(RenderingError):
        Design(accent_colour=colour)


@pytest.mark.parametrize(
    ("colour", "contrast"), [("#000000", 21), ("#ffffff", 1), ("#767676", 4.54), ("#777777", 4.48)]
)
def test_contrast_is_that_of_the_guidelines(colour, contrast):
    assert contrast_on_white(colour) == pytest.approx(contrast, abs=0.01)


def test_design_is_part_of_the_identifier():
    def identify(design):
        return re.search(rb"/ID ?\[(.*?)\]", render_pdf(FACTS, design=design), re.DOTALL)[1]

    assert len({identify(Design()), identify(Design(seal=SEAL))}) == 2
