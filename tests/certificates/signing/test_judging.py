import datetime as dt
import io
from dataclasses import replace

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.validation.status import SignatureCoverageLevel

from certificates.signing import pades
from certificates.signing.judging import judge_pdf
from certificates.signing.keys import fingerprint
from tests.certificates.signing.signers import NOW, YEAR, make_signer, sign
from tests.drills.s1_hidden import list_hidden


def is_confirmed(content, *certificates):
    return judge_pdf(content, certificates=list(certificates)).is_confirmed


def test_file_of_ours_is_confirmed_and_the_key_is_told(signed, signer):
    _, other = make_signer()
    judgement = judge_pdf(signed, certificates=[other, signer[1]])
    assert judgement.fingerprint == fingerprint(signer[1])


def test_lost_key_confirms_nothing(signed):
    assert not is_confirmed(signed)


def test_namesake_is_somebody_else(unsigned, signer):
    private_key, namesake = make_signer()
    content = sign(unsigned, private_key, namesake)
    assert is_confirmed(content, namesake)
    assert not is_confirmed(content, signer[1])


@pytest.mark.parametrize("own_first", [True, False])
def test_our_certificate_in_a_strangers_signature_helps_nothing(unsigned, signer, own_first):
    private_key, stranger = make_signer()
    chain = signer[1] + stranger if own_first else stranger + signer[1]
    assert not is_confirmed(sign(unsigned, private_key, chain), signer[1])


def test_every_byte_before_and_after_the_signature_counts(signed, signer):
    gap = signed.index(b"/Contents <")
    for at in [*range(0, gap, gap // 40), *range(len(signed) - 40, len(signed), 5)]:
        altered = bytearray(signed)
        altered[at] ^= 1
        assert not is_confirmed(bytes(altered), signer[1]), at


@pytest.mark.parametrize("more", [b"\n", b"%", b"%%EOF\n"])
def test_appended_bytes_are_not_signed(signed, signer, more):
    assert not is_confirmed(signed + more, signer[1])


def test_appended_page_change_is_found(signed, signer):
    writer = IncrementalPdfFileWriter(io.BytesIO(signed))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page["/Rotate"] = page["/Rotate"] if "/Rotate" in page else writer.root["/Pages"]["/Count"]
    writer.mark_update(writer.root["/Pages"]["/Kids"].raw_get(0).reference)
    output = io.BytesIO()
    writer.write(output)
    assert not is_confirmed(output.getvalue(), signer[1])


def test_second_signature_is_one_too_many(signed, signer, monkeypatch):
    """pyHanko refuses to make it; others do not."""
    monkeypatch.setattr(PdfSigner, "_enforce_certification_constraints", lambda *_: None)
    private_key, certificate = make_signer()
    document_signer = pades.DocumentSigner(chain=certificate, private_key=private_key)
    second = PdfSigner(
        PdfSignatureMetadata(field_name="Second", md_algorithm="sha256"), document_signer.described
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(signed))
    session = second.init_signing_session(writer)
    document = session.prepare_tbs_document(validation_info=None, bytes_reserved=4096)
    prepared, output = document.digest_tbs_document()
    prepared.fill_with_cms(output, document_signer.build_cms(prepared.document_digest))
    assert not is_confirmed(output.getvalue(), signer[1], certificate)


def test_signature_without_certification_is_not_as_we_make_them(unsigned, signer, monkeypatch):
    metadata = PdfSignatureMetadata(
        field_name=pades.FIELD, md_algorithm="sha256", subfilter=pades.SigSeedSubFilter.PADES
    )
    monkeypatch.setattr(pades, "METADATA", metadata)
    assert not is_confirmed(sign(unsigned, *signer), signer[1])


def test_certification_that_allows_changes_is_not_as_we_make_them(unsigned, signer, monkeypatch):
    metadata = PdfSignatureMetadata(
        field_name=pades.FIELD,
        md_algorithm="sha256",
        subfilter=pades.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.FILL_FORMS,
    )
    monkeypatch.setattr(pades, "METADATA", metadata)
    assert not is_confirmed(sign(unsigned, *signer), signer[1])


@pytest.mark.parametrize(
    ("at", "confirmed"),
    [
        (NOW - dt.timedelta(seconds=1), False),
        (NOW, True),
        (NOW + YEAR, True),
        (NOW + YEAR + dt.timedelta(seconds=1), False),
    ],
)
def test_time_of_signing_lies_within_the_keys_time(unsigned, at, confirmed):
    private_key, certificate = make_signer()
    assert is_confirmed(sign(unsigned, private_key, certificate, at), certificate) is confirmed


def test_expired_key_still_confirms_what_it_signed(unsigned):
    past = dt.datetime(2019, 1, 1, tzinfo=dt.UTC)
    private_key, certificate = make_signer(valid_from=past, valid_until=past + YEAR)
    assert is_confirmed(sign(unsigned, private_key, certificate, past), certificate)


def test_nothing_hides_around_a_signature_that_holds(signed, signer):
    confirmed = [name for name, forged in list_hidden(signed) if is_confirmed(forged, signer[1])]
    assert confirmed == []


@pytest.mark.parametrize("name", ["hidden in the gap", "attributes as content"])
def test_the_library_alone_would_confirm_what_is_hidden(signed, name):
    """Or the forgeries have gone blunt."""
    forged = dict(list_hidden(signed))[name]
    (signature,) = PdfFileReader(io.BytesIO(forged)).embedded_signatures
    signature.compute_integrity_info()
    assert signature.coverage == SignatureCoverageLevel.ENTIRE_FILE
    assert signature.summarise_integrity_info()["docmdp_ok"]


def test_another_kind_of_signature_is_not_as_we_make_them(unsigned, signer, monkeypatch):
    kind = pades.SigSeedSubFilter.ADOBE_PKCS7_DETACHED
    monkeypatch.setattr(pades, "METADATA", replace(pades.METADATA, subfilter=kind))
    assert not is_confirmed(sign(unsigned, *signer), signer[1])


def test_other_room_is_not_as_we_make_it(unsigned, signer, monkeypatch):
    monkeypatch.setattr(pades, "count_digits", lambda chain: 2 * 4096)
    assert not is_confirmed(sign(unsigned, *signer), signer[1])


def test_further_revision_is_not_as_we_make_them(unsigned, signer):
    writer = IncrementalPdfFileWriter(io.BytesIO(unsigned))
    writer.update_root()
    output = io.BytesIO()
    writer.write(output)
    assert not is_confirmed(sign(output.getvalue(), *signer), signer[1])


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\0" * 1000, b"%PDF-1.7\n" * 1000])
def test_what_is_no_pdf_is_not_confirmed(content, signer):
    assert not is_confirmed(content, signer[1])


def test_unsigned_file_is_not_confirmed(unsigned, signer):
    assert not is_confirmed(unsigned, signer[1])
