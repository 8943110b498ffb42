"""The signature as other people's programs see it."""

import datetime as dt
import io
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pikepdf
from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from tests.certificates.rendering.readers import pypdf_text, run_on
from tests.certificates.signing.signers import NOW, make_signer, sign


def parts(content):
    """What is signed, and the signature in DER."""
    numbers = re.search(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)", content).groups()
    start, end, begin, length = map(int, numbers)
    assert (start, begin + length) == (0, len(content))
    return content[:end] + content[begin:], bytes.fromhex(content[end + 1 : begin - 1].decode())


def test_poppler_confirms_the_whole_file(signed):
    told = run_on(signed, "pdfsig", "PDF")
    assert "Signature is Valid." in told
    assert "Total document signed" in told
    assert "ETSI.CAdES.detached" in told
    assert "CN=試験省 document-2026-1" in told
    assert told.count("Signature #") == 1


def test_openssl_confirms_the_signature_and_no_other_content(signed, signer, tmp_path):
    content, signature = parts(signed)
    (tmp_path / "content").write_bytes(content)
    (tmp_path / "altered").write_bytes(content.replace(b"/Type", b"/Typo", 1))
    (tmp_path / "signature").write_bytes(signature)
    (tmp_path / "key.pem").write_text(signer[1])
    command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "signature"]
    command += ["-CAfile", "key.pem", "-no_check_time", "-out", "/dev/null", "-content"]
    for name, status in (("content", 0), ("altered", 4)):
        done = subprocess.run([*command, name], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == status, done.stderr


def test_pyhanko_finds_a_certification_that_allows_no_changes(signed, signer):
    (signature,) = PdfFileReader(io.BytesIO(signed)).embedded_signatures
    root = x509.Certificate.load(pem_to_der(signer[1]))
    context = ValidationContext(trust_roots=[root], allow_fetching=False)
    with ThreadPoolExecutor() as pool:
        # It starts an event loop, and in the thread of browser tests one is running.
        validated = pool.submit(
            validate_pdf_signature, signature, signer_validation_context=context
        )
    status = validated.result()
    assert status.bottom_line
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    assert signature.docmdp_level == MDPPerm.NO_CHANGES
    kinds = [each["type"].native for each in signature.signer_info["signed_attrs"]]
    # PAdES: the time stands in the PDF, not here.
    assert sorted(kinds) == ["content_type", "message_digest", "signing_certificate_v2"]


def pem_to_der(text):
    return pem.unarmor(text.encode())[2]


def test_file_is_sound_and_still_says_what_it_is(unsigned, signed):
    assert "No syntax or stream encoding errors" in run_on(signed, "qpdf", "--check", "PDF")
    told = run_on(signed, "pdfinfo", "PDF")
    assert re.search(r"Tagged: +yes", told)
    assert re.search(r"PDF version: +1\.7", told)
    with (
        pikepdf.open(io.BytesIO(unsigned)) as before,
        pikepdf.open(io.BytesIO(signed)) as after,
    ):
        packet = after.Root.Metadata.read_bytes()
        assert packet == before.Root.Metadata.read_bytes()
        assert b"pdfaid" in packet
        assert b"pdfuaid" in packet
        assert after.docinfo == before.docinfo
    # Only added to: what was rendered is there byte for byte.
    assert signed.startswith(unsigned)
    assert pypdf_text(signed) == pypdf_text(unsigned)


def test_field_is_printable_out_of_the_page_and_has_a_name(signed):
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        (field,) = pdf.Root.AcroForm.Fields
        assert field.F == 4 + 128  # printed and locked, not hidden
        assert all(edge < 0 for edge in field.Rect)
        assert str(field.TU) == "発行者の電子署名"


def test_metadata_of_a_chain_is_embedded(unsigned):
    _, authority = make_signer(name="authority")
    private_key, own = make_signer()
    content = sign(unsigned, private_key, own + authority)
    (signature,) = PdfFileReader(io.BytesIO(content)).embedded_signatures
    assert signature.signer_cert.dump() == pem_to_der(own)
    assert [each.dump() for each in signature.other_embedded_certs] == [pem_to_der(authority)]
    assert "Signature is Valid." in run_on(content, "pdfsig", "PDF")


def test_signatures_of_every_length_fit(unsigned):
    """Those of ECDSA have 68 to 72 bytes, so that a tight estimate fails now and then."""
    private_key, certificate = make_signer()
    lengths = set()
    for second in range(60):
        content = sign(unsigned, private_key, certificate, NOW + dt.timedelta(seconds=second))
        lengths.add(len(parts(content)[1].rstrip(b"\0")))
    assert len(lengths) >= 2
