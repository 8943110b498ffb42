"""The PDF as other people's programs see it: poppler, qpdf, pypdf, pikepdf, a QR reader."""

import io
import subprocess
import sys

import pikepdf
import pypdf
import pytest
import zxingcpp
from PIL import Image

from certificates.rendering.pdf import check_libraries, render_pdf
from tests.certificates.facts import FACTS, make_facts


def run(tmp_path, content, *command):
    path = tmp_path / "certificate.pdf"
    path.write_bytes(content)
    words = [str(path) if word == "PDF" else word for word in command]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def image_of(tmp_path, content, dpi=150):
    run(tmp_path, content, "pdftoppm", "-r", str(dpi), "-png", "-singlefile", "PDF", str(tmp_path / "page"))
    return Image.open(tmp_path / "page.png")


def test_nothing_is_missing_on_this_machine():
    assert check_libraries() == []


def test_same_facts_give_the_same_bytes_in_another_process(tmp_path):
    script = (
        "import sys; from certificates.rendering.pdf import render_pdf;"
        "from tests.certificates.facts import FACTS; sys.stdout.buffer.write(render_pdf(FACTS))"
    )
    other = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        check=True,
        env={"TZ": "America/New_York", "PYTHONHASHSEED": "7", "PATH": "/usr/bin:/bin"},
    )
    assert other.stdout == render_pdf(FACTS)


def test_other_facts_give_other_bytes():
    assert render_pdf(make_facts(number="令和8年度 第000124号")) != render_pdf(FACTS)


@pytest.mark.parametrize("name", ["髙橋 𠮷江", "山﨑 太郎", "辻󠄀 一郎", "渡邉󠄏 花子", "ジョン・スミス"])
def test_name_is_extracted_code_point_for_code_point(tmp_path, name):
    content = render_pdf(make_facts(full_name=name))
    assert f"{name} 殿" in run(tmp_path, content, "pdftotext", "PDF", "-")
    assert name in pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()


def test_both_standards_are_declared():
    with pikepdf.open(io.BytesIO(render_pdf(FACTS))) as pdf, pdf.open_metadata() as xmp:
        assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("3", "A")
        assert xmp["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
        assert b"PDF/UA identification schema" in pdf.Root.Metadata.read_bytes()
        assert str(pdf.Root.Lang) == "ja"
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)


def test_file_is_sound_tagged_and_embeds_its_fonts(tmp_path):
    content = render_pdf(FACTS)
    assert "No syntax or stream encoding errors" in run(tmp_path, content, "qpdf", "--check", "PDF")
    assert "Tagged:          yes" in run(tmp_path, content, "pdfinfo", "PDF")
    fonts = run(tmp_path, content, "pdffonts", "PDF").splitlines()[2:]
    assert len(fonts) == 3
    assert all(" yes yes yes " in line for line in fonts)


def test_qr_code_of_the_printed_page_leads_to_the_verification(tmp_path):
    (found,) = zxingcpp.read_barcodes(image_of(tmp_path, render_pdf(FACTS)))
    assert found.text == FACTS.verify_url


def test_specimen_says_so_and_a_real_one_does_not(tmp_path):
    assert "見本" in run(tmp_path, render_pdf(FACTS), "pdftotext", "PDF", "-")
    real = make_facts(is_specimen=False, issuer_name="発行者")
    assert "見本" not in run(tmp_path, render_pdf(real), "pdftotext", "PDF", "-")


@pytest.mark.parametrize(
    "changes",
    [
        {"full_name": "長" * 100, "former_name": "旧" * 100},
        {"course_title": "題" * 255},
        {"wording": "文" * 400},
        {"issuer_office": "局" * 100, "issuer_title": "長" * 100, "issuer_name": "名" * 100},
        {"full_name": "\n" * 50 + "名"},
    ],
)
def test_whatever_the_lengths_there_is_one_page(changes):
    reader = pypdf.PdfReader(io.BytesIO(render_pdf(make_facts(**changes))))
    assert len(reader.pages) == 1


@pytest.mark.parametrize(
    "name",
    [
        "<img src=file:///etc/passwd>",
        "<link rel=attachment href=file:///etc/passwd>",
        "</title><style>@import url(file:///etc/passwd)</style>",
        "{{ facts.code }}{% debug %}",
        "&lt;b&gt;",
    ],
)
def test_markup_in_a_name_is_only_printed(tmp_path, name):
    content = render_pdf(make_facts(full_name=name, course_title=name, wording=name))
    text = "".join(run(tmp_path, content, "pdftotext", "-raw", "PDF", "-").split())
    assert "".join(name.split()) in text
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert not pdf.attachments
