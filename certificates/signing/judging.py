"""Whether a file bears our signature and nothing was changed since. The register's SHA-256 is the
first judge; this is the second, which knows a file that we signed but not the exact one we issued.
"""

import io
from collections.abc import Coroutine
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeVar

from asn1crypto import cms, x509
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import load_der_x509_certificate
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, read_certification_data
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from .cms import count_digits, make_builder, read_chain

T = TypeVar("T")


@dataclass(frozen=True)
class Judgement:
    """`fingerprint` is that of the certificate which signed the file, None if it is not confirmed;
    `reason` says for engineers why not; `is_encrypted`: it opens with a password only."""

    fingerprint: str | None
    reason: str = ""
    is_encrypted: bool = False

    @property
    def is_confirmed(self) -> bool:
        return self.fingerprint is not None


class NotConfirmed(Exception):
    pass


class Encrypted(NotConfirmed):
    pass


def judge_pdf(content: bytes, *, certificates: list[str]) -> Judgement:
    """`certificates` are the signers we trust, each in PEM: those themselves, whoever issued them.

    Run it in a child process: the file is a stranger's.
    """
    try:
        return Judgement(_judge(content, certificates))
    except NotConfirmed as error:
        return Judgement(None, str(error), is_encrypted=isinstance(error, Encrypted))
    # Parsers fail in every way there is, and no failure of theirs may confirm a file.
    except Exception as error:
        return Judgement(None, f"{type(error).__name__}: {error}")


def _judge(content: bytes, certificates: list[str]) -> str:
    signature = _only_signature(content)
    signer = signature.signer_cert
    # Two certificates may share a subject: only the same bytes are the same signer.
    chains = [chain for chain in map(read_chain, certificates) if chain[0].dump() == signer.dump()]
    if not chains:
        raise NotConfirmed("signed by somebody else")
    _check_bytes(content, signature, chains[0])
    _check_certification(signature)
    claimed = signature.self_reported_timestamp
    # A certificate outlives the end of its key. That the time is only claimed would matter if the
    # key were lost, and then it is none of `certificates` any more.
    if claimed is None or not signer.not_valid_before <= claimed <= signer.not_valid_after:
        raise NotConfirmed("not signed while the key was valid")
    context = ValidationContext(trust_roots=[signer], allow_fetching=False, moment=claimed)
    status = _run(async_validate_pdf_signature(signature, signer_validation_context=context))
    if status.coverage != SignatureCoverageLevel.ENTIRE_FILE:
        raise NotConfirmed("not the whole file is signed")
    if not status.bottom_line:
        raise NotConfirmed(f"the signature does not hold: {status.summary()}")
    return signer.sha256_fingerprint.replace(" ", "").lower()


def _run(judging: Coroutine[Any, Any, T]) -> T:
    """Without asyncio, whose loop opens sockets that the child may not have: where nothing is
    fetched, nothing is waited for."""
    try:
        judging.send(None)
    except StopIteration as done:
        return done.value
    raise NotConfirmed("something had to be waited for")


def _only_signature(content: bytes) -> EmbeddedPdfSignature:
    reader = PdfFileReader(io.BytesIO(content))
    # No certificate of ours is.
    if reader.encrypted:
        raise Encrypted("protected by a password")
    signatures = reader.embedded_signatures
    if len(signatures) != 1:
        raise NotConfirmed(f"{len(signatures)} signatures")
    return signatures[0]


def _check_bytes(
    content: bytes, signature: EmbeddedPdfSignature, chain: list[x509.Certificate]
) -> None:
    """Lenient readers find another document in the one gap that no signature covers, and signed
    content in a CMS that we never made. So the file must be, byte for byte, what our signer writes:
    what is signed tells where the gap is, and the gap is made once more."""
    told = [int(number) for number in signature.byte_range]
    if content.count(b"/ByteRange") != 1 or b"/ByteRange [%d %d %d %d]" % (*told,) not in content:
        raise NotConfirmed("the signed ranges are not the only ones")
    start, first, second, rest = told
    if start != 0 or not 0 < first < second or second + rest != len(content):
        raise NotConfirmed("the signed ranges are not the whole file")
    # What we rendered and what signing it added.
    if signature.reader.total_revisions != 2 or content.count(b"startxref") != 2:
        raise NotConfirmed("saved by somebody else")
    if signature.sig_object["/SubFilter"] != SigSeedSubFilter.PADES.value:
        raise NotConfirmed("another kind of signature")
    digest = sha256(content[:first] + content[second:]).digest()
    digits = _sign_again(signature.pkcs7_content, digest, chain).hex().upper().encode()
    if content[first:second] != b"<" + digits.ljust(count_digits(chain), b"0") + b">":
        raise NotConfirmed("the signature is not as we write it")


def _sign_again(found: bytes, digest: bytes, chain: list[x509.Certificate]) -> bytes:
    """Our CMS for this digest with the value of the one that was found, which must be right."""
    (info,) = cms.ContentInfo.load(found)["content"]["signer_infos"]
    value = info["signature"].native
    key = load_der_x509_certificate(chain[0].dump()).public_key()
    assert isinstance(key, EllipticCurvePublicKey)  # noqa: S101 or nothing was signed by it

    def confirm(attributes: bytes) -> bytes:
        key.verify(value, attributes, ECDSA(SHA256()))
        return value

    return make_builder(chain=chain, sign=confirm)(digest)


def _check_certification(signature: EmbeddedPdfSignature) -> None:
    certification = read_certification_data(signature.reader)
    if certification is None or certification.permission != MDPPerm.NO_CHANGES:
        raise NotConfirmed("not certified against changes")
    if certification.author_sig.get_object() is not signature.sig_object:
        raise NotConfirmed("another signature certifies the file")
