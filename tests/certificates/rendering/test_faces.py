from weasyprint import HTML

from certificates.rendering import engine, faces
from certificates.rendering.pdf import render_pdf
from tests.certificates.facts import FACTS


def test_same_bytes_without_copying_whole_fonts(monkeypatch):
    lean = render_pdf(FACTS)
    monkeypatch.setattr(faces, "_file_sizes", frozenset)
    assert render_pdf(FACTS) == lean


def test_documents_of_others_are_read_as_before():
    document = HTML(string="<p>髙橋 𠮷江").render(font_config=engine._fonts())
    plain = document.write_pdf(uncompressed_pdf=True)
    render_pdf(FACTS)
    assert document.write_pdf(uncompressed_pdf=True) == plain
    assert not faces._is_ours.get()
