"""The credential within the PDF."""

import io
import os
import subprocess
import sys

import pikepdf
import pytest

from certificates.credentials.attachment import read_attachment
from certificates.rendering import engine
from certificates.rendering.pdf import render_pdf
from tests.certificates.facts import FACTS, make_facts
from tests.certificates.rendering.readers import run_on

CREDENTIAL = '{"name":"修了証"}'.encode()


@pytest.fixture(scope="module")
def content():
    return render_pdf(FACTS, credential=CREDENTIAL)


def test_credential_is_attached_once_as_data_of_the_document(content):
    with pikepdf.open(io.BytesIO(content)) as file:
        (entry,) = file.Root.AF
        assert file.Root.Names.EmbeddedFiles.Names[1].objgen == entry.objgen
        assert (str(entry.F), str(entry.UF)) == ("credential.json", "credential.json")
        assert entry.AFRelationship == "/Data"
        assert entry.EF.F.read_bytes() == CREDENTIAL
        assert entry.EF.F.Subtype == "/application/json"
        # The day of issue, in Japan.
        for moment in ("CreationDate", "ModDate"):
            assert str(entry.EF.F.Params[f"/{moment}"]) == "D:20261122150000Z"


def test_other_readers_find_it(content, tmp_path):
    run_on(content, "pdfdetach", "-saveall", "-o", str(tmp_path), "PDF")
    assert (tmp_path / "credential.json").read_bytes() == CREDENTIAL
    assert read_attachment(content) == CREDENTIAL


def test_both_standards_are_still_declared_and_the_file_is_sound(content):
    assert "No syntax or stream encoding errors" in run_on(content, "qpdf", "--check", "PDF")
    with pikepdf.open(io.BytesIO(content)) as file, file.open_metadata() as xmp:
        assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("3", "A")
        assert xmp["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"


def test_same_facts_and_credential_give_the_same_bytes_in_another_process(content):
    script = (
        "import sys; from certificates.rendering.pdf import render_pdf;"
        "from tests.certificates.facts import FACTS;"
        "sys.stdout.buffer.write(render_pdf(FACTS, credential=sys.stdin.buffer.read()))"
    )
    other = subprocess.run(
        [sys.executable, "-c", script],
        input=CREDENTIAL,
        capture_output=True,
        check=True,
        env={"TZ": "America/New_York", "PYTHONHASHSEED": "7", "PATH": os.environ["PATH"]},
    )
    assert other.stdout == content == render_pdf(FACTS, credential=CREDENTIAL)


def test_another_credential_makes_another_file(content):
    other = render_pdf(FACTS, credential=CREDENTIAL + b" ")
    with pikepdf.open(io.BytesIO(content)) as a, pikepdf.open(io.BytesIO(other)) as b:
        assert bytes(a.trailer.ID[0]) != bytes(b.trailer.ID[0])


def test_nothing_is_fetched_for_it(monkeypatch):
    urls = []
    fetcher = engine._fetcher()
    monkeypatch.setattr(type(fetcher), "fetch", lambda self, url, headers=None: urls.append(url))
    name = "<link rel=attachment href=file:///etc/passwd>"
    hostile = render_pdf(make_facts(full_name=name), credential=b"file:///etc/passwd")
    assert urls == []
    assert read_attachment(hostile) == b"file:///etc/passwd"
    with pikepdf.open(io.BytesIO(hostile)) as file:
        assert list(file.attachments) == ["credential.json"]


def test_file_without_a_credential_has_none():
    assert read_attachment(render_pdf(FACTS)) is None
    assert read_attachment(b"%PDF-1.7\n") is None
