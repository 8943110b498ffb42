"""The PDF as other people's programs see it: poppler, qpdf, pypdf, pikepdf, a QR reader."""

import datetime as dt
import io
import os
import subprocess
import sys

import pikepdf
import pypdf
import pytest
import zxingcpp

from certificates.rendering import engine, page, pdf
from certificates.rendering.design import Design
from certificates.rendering.errors import RenderingError, UndrawableText
from certificates.rendering.page import Page
from certificates.rendering.pdf import check_libraries, render_pdf, warm_up
from tests.certificates.facts import FACTS, make_facts
from tests.certificates.rendering.readers import (
    draw_page,
    poppler_lines,
    pypdf_text,
    run_on,
    text_boxes,
)

NAMES = [
    "髙橋 𠮷江",
    "山﨑 太郎",
    "辻\U000e0100 一郎",
    # The selector asks for the shape that the font draws anyway: one glyph, two texts.
    "辻\U000e0101 辻",
    "渡邉\U000e010f 渡邉\U000e0110",
    "神\ufe00谷 神谷",
    "か\u3099 が",
    "ジョン・スミス",
]
MOST = {
    "full_name": "長" * 100,
    "former_name": "旧" * 100,
    "course_title": "題" * 255,
    "wording": "文" * 400,
    "title": "証" * 50,
    "issuer_office": "局" * 100,
    "issuer_title": "職" * 100,
    "issuer_name": "名" * 100,
    "expires_on": dt.date(2031, 12, 31),
}


def test_nothing_is_missing_on_this_machine():
    assert check_libraries() == []


def test_slow_library_is_reported(monkeypatch):
    from weasyprint.text import ffi

    monkeypatch.setattr(ffi, "harfbuzz_subset", None)
    (warning,) = check_libraries()
    assert "apt-get install libharfbuzz-subset0" in warning


def test_warming_up_prints_nothing_for_anybody(capfd):
    warm_up()
    assert capfd.readouterr() == ("", "")


def test_same_facts_give_the_same_bytes_in_another_process():
    """One without Django's settings, in another time zone, language and hash order."""
    script = (
        "import sys; from certificates.rendering.pdf import render_pdf;"
        "from tests.certificates.facts import FACTS, make_facts;"
        "render_pdf(make_facts(number='1'));"
        "sys.stdout.buffer.write(render_pdf(FACTS))"
    )
    other = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        check=True,
        env={
            "TZ": "America/New_York",
            "PYTHONHASHSEED": "7",
            "LC_ALL": "C.UTF-8",
            "PATH": os.environ["PATH"],
        },
    )
    assert other.stdout == render_pdf(FACTS) == render_pdf(FACTS)


def test_other_facts_give_other_bytes():
    assert render_pdf(make_facts(number="令和8年度 第000124号")) != render_pdf(FACTS)


@pytest.mark.parametrize("name", NAMES)
def test_name_is_extracted_code_point_for_code_point(name):
    content = render_pdf(make_facts(full_name=name))
    assert f"{name} 殿" in poppler_lines(content)
    assert f"{name} 殿" in pypdf_text(content).split("\n")


def test_text_that_shares_glyphs_with_the_name_keeps_its_own():
    content = render_pdf(make_facts(full_name="辻\U000e0101 一郎", course_title="辻講座"))
    assert "辻講座" in poppler_lines(content)
    assert "辻講座" in pypdf_text(content).split("\n")


def test_every_fact_is_on_the_paper():
    facts = make_facts(
        is_specimen=False,
        former_name="佐藤",
        study_minutes=200,
        expires_on=dt.date(2031, 3, 31),
        completed_on=dt.date(2019, 5, 1),
        wording="一行目。\n二行目。",
        issuer_office="どこか省",
        issuer_title="課長",
        issuer_name="辻\U000e0100 花子",
    )
    lines = poppler_lines(render_pdf(facts))
    text = "\n".join(lines)
    assert "修了証書" in text.replace(" ", "")
    for expected in (
        "令和8年度 第000123号",
        "旧姓 佐藤",
        facts.course_title,
        "一行目。",
        "二行目。",
        "学習時間 3時間20分",
        "修了日 令和元年5月1日",
        "有効期限 令和13年3月31日",
        "令和8年11月23日",
        "どこか省",
        "課長 辻\U000e0100 花子",
        "katsuyo.example/v/",
        "確認用コード ABCD-EFGH-JKMNP",
    ):
        assert expected in text


def test_both_standards_are_declared():
    with pikepdf.open(io.BytesIO(render_pdf(FACTS))) as file, file.open_metadata() as xmp:
        assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("3", "A")
        assert xmp["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
        assert b"PDF/UA identification schema" in file.Root.Metadata.read_bytes()
        assert xmp["dc:title"] == str(file.docinfo.Title) == "修了証書（令和8年度 第000123号）"
        assert str(file.docinfo.CreationDate) == "D:20261123000000+09'00"
        assert bytes(file.trailer.ID[0]) == Page(FACTS, Design()).identifier
        assert str(file.Root.Lang) == "ja"
        assert bool(file.Root.ViewerPreferences.DisplayDocTitle)


def test_file_is_sound_tagged_and_embeds_its_fonts():
    content = render_pdf(FACTS)
    assert "No syntax or stream encoding errors" in run_on(content, "qpdf", "--check", "PDF")
    assert "Tagged:          yes" in run_on(content, "pdfinfo", "PDF")
    fonts = run_on(content, "pdffonts", "PDF").splitlines()[2:]
    assert len(fonts) == 3
    assert all(" yes yes yes " in line for line in fonts)


def _elements(element):
    yield element
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary):
            yield from _elements(kid)


def test_structure_begins_with_the_heading_and_describes_the_figure():
    with pikepdf.open(io.BytesIO(render_pdf(FACTS))) as file:
        elements = list(_elements(file.Root.StructTreeRoot.K[0]))
        assert [str(element.S) for element in elements[:2]] == ["/Document", "/H1"]
        assert str(elements[1].ActualText) == "修了証書"
        (figure,) = (element for element in elements if element.S == "/Figure")
        assert FACTS.verify_url in str(figure.Alt)
        left, bottom, right, top = (float(edge) * 25.4 / 72 for edge in figure.A.BBox)
        assert 25 < left < right < 60
        assert 16 < bottom < top < 60
        assert right - left == pytest.approx(top - bottom)


def test_all_content_is_tagged_or_artifact_and_nothing_is_transparent():
    with pikepdf.open(io.BytesIO(render_pdf(FACTS))) as file:
        depth = 0
        for operands, operator in pikepdf.parse_content_stream(file.pages[0]):
            if str(operator) in ("BDC", "BMC"):
                depth += 1
            elif str(operator) == "EMC":
                depth -= 1
            elif str(operator) in ("TJ", "Tj", "S", "f", "f*", "B", "Do", "sh"):
                assert depth == 1, (operands, operator)
        states = file.pages[0].Resources.ExtGState
        assert all(value == 1 for state in states.values() for value in state.values())


def test_qr_code_of_the_printed_page_leads_to_the_verification():
    (found,) = zxingcpp.read_barcodes(draw_page(render_pdf(FACTS)))
    assert found.text == FACTS.verify_url


def test_specimen_says_so_and_a_real_one_does_not():
    specimen = render_pdf(FACTS)
    assert poppler_lines(specimen).count("見本") == 1
    real = render_pdf(make_facts(is_specimen=False, issuer_name="発行者"))
    assert "見本" not in "".join(poppler_lines(real))

    def count_pale_red(content):
        colours = draw_page(content, dpi=30).getcolors(maxcolors=1 << 20)
        return sum(
            n for n, (r, g, b) in colours if r > 235 and r - 30 < g < r - 12 and abs(g - b) < 8
        )

    assert count_pale_red(specimen) > 5000
    assert count_pale_red(real) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"full_name": "長" * 40},
        {"full_name": "W" * 100, "former_name": "W" * 100},
        {"full_name": "𠮷" * 100},
        {"course_title": "題" * 255},
        {"wording": "文" * 400},
        {"wording": "\n".join("行" for _ in range(12))},
        {"issuer_office": "局" * 100, "issuer_title": "職" * 100, "issuer_name": "名" * 100},
        {"verify_host_text": "x" * 150},
        MOST,
    ],
    ids="+".join,
)
def test_whatever_the_lengths_one_page_holds_it_all(changes):
    content = render_pdf(make_facts(**changes))
    assert len(pypdf.PdfReader(io.BytesIO(content)).pages) == 1
    printed = "".join(poppler_lines(content)).replace(" ", "")
    for value in changes.values():
        if isinstance(value, str):
            letter = value.strip()[0]
            assert printed.count(letter) >= value.count(letter)
    boxes = text_boxes(content)
    for text, left, top, right, bottom in boxes:
        # Inside the frame.
        assert 18 < left < right < 279, text
        assert 18 < top < bottom < 192, text
    # What stands at the foot is not run over by what stands above.
    foot = min(
        top for text, _, top, _, _ in boxes if text.startswith(("この証書", "令和8年11月23日"))
    )
    details = max(bottom for text, *_, bottom in boxes if "学習時間" in text)
    assert details < foot


def test_usual_text_needs_no_second_layout(monkeypatch):
    monkeypatch.setattr(page, "SCALES", page.SCALES[:1])
    wording = (
        "あなたは、本講座に定める全ての単元を学び、各単元の確認テストに合格して、"
        "所定の課程を修めました。よって、ここにその修了を証します。"
    )
    render_pdf(make_facts(former_name="佐藤", wording=wording))


def test_forty_characters_stay_on_one_line():
    name = "寿限無" * 13 + "長"
    assert f"{name} 殿" in poppler_lines(render_pdf(make_facts(full_name=name)))


@pytest.mark.parametrize(
    "changes",
    [{"course_title": "題" * 1000, "wording": "文" * 1000}, {"issuer_office": "局" * 500}],
)
def test_what_cannot_fit_is_refused(changes):
    with pytest.raises(RenderingError):
        render_pdf(make_facts(**changes))


@pytest.mark.parametrize("name", ["山田😀", "\n名", "邉\U000e0102"])
def test_what_cannot_be_drawn_is_refused(name):
    with pytest.raises(UndrawableText):
        render_pdf(make_facts(full_name=name))


@pytest.fixture
def fetches(monkeypatch):
    urls = []
    fetcher = engine._fetcher()
    monkeypatch.setattr(type(fetcher), "fetch", lambda self, url, headers=None: urls.append(url))
    return urls


@pytest.mark.parametrize(
    "name",
    [
        "<img src=file:///etc/passwd>",
        "<link rel=attachment href=file:///etc/passwd>",
        "</title><style>@import url(file:///etc/passwd)</style>",
        '"><a href="https://example.com/">',
        "{{ facts.code }}{% debug %}",
        "&lt;b&gt;",
    ],
)
def test_markup_in_a_fact_is_only_printed(name, fetches):
    hostile = dict.fromkeys(
        ("full_name", "course_title", "wording", "issuer_office", "issuer_name", "title"), name
    )
    content = render_pdf(make_facts(**hostile, number=name[:40]))
    assert f"{name} 殿" in poppler_lines(content)
    assert fetches == []
    with pikepdf.open(io.BytesIO(content)) as file:
        assert not file.attachments
        assert "/Annots" not in file.pages[0]
        assert str(file.docinfo.Author) == name


def test_refused_fetch_does_not_take_the_worker_down(monkeypatch):
    monkeypatch.setattr(
        pdf.Page, "attempts", lambda self: ['<html lang="ja"><img alt="" src="file:///etc/passwd">']
    )
    with pytest.raises(RenderingError, match="file:///etc/passwd"):
        render_pdf(FACTS)
