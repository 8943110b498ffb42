"""The CMS object of a PAdES B-B signature (RFC 5652, 5035, ETSI EN 319 142-1) by P-256 and SHA-256.

Two values change from one to the next. Building it with asn1crypto takes 30 ms, so the rest is
encoded once for each key.
"""

from collections.abc import Callable
from hashlib import sha256

from asn1crypto import pem, x509

# Beside the certificates, in bytes. A tight estimate fails at random: signatures differ in length.
# Files keep the room they were made with: judging knows no other.
ROOM = 1024

SEQUENCE, SET, INTEGER, OCTET_STRING, FIRST = 0x30, 0x31, 0x02, 0x04, 0xA0


def encode(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    size = (length.bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + length.to_bytes(size, "big") + content


def _identify(dotted: str) -> bytes:
    encoded: bytes = x509.ExtensionId(dotted).dump()
    return encoded


SHA256 = encode(SEQUENCE, _identify("2.16.840.1.101.3.4.2.1"))
ECDSA_SHA256 = encode(SEQUENCE, _identify("1.2.840.10045.4.3.2"))
DATA, SIGNED_DATA = _identify("1.2.840.113549.1.7.1"), _identify("1.2.840.113549.1.7.2")
VERSION_1 = encode(INTEGER, b"\x01")


def _attribute(kind: str, value: bytes) -> bytes:
    return encode(SEQUENCE, _identify(kind), encode(SET, value))


def read_chain(text: str) -> list[x509.Certificate]:
    blocks = pem.unarmor(text.encode(), multiple=True)
    return [x509.Certificate.load(der) for _, _, der in blocks]


def count_digits(chain: list[x509.Certificate]) -> int:
    """The room for a signature in the file, where it is written in hexadecimal."""
    return 2 * (sum(len(each.dump()) for each in chain) + ROOM)


def make_builder(
    *, chain: list[x509.Certificate], sign: Callable[[bytes], bytes]
) -> Callable[[bytes], bytes]:
    """A function from the document's SHA-256 to its detached signature in DER."""
    certificate = chain[0]
    issuer_and_serial = encode(
        SEQUENCE,
        certificate.issuer.dump(),
        certificate["tbs_certificate"]["serial_number"].dump(),
    )
    content_type = _attribute("1.2.840.113549.1.9.3", DATA)
    # SHA-256 is the default of its hash algorithm and left out, as DER demands.
    certificate_hash = encode(SEQUENCE, encode(OCTET_STRING, sha256(certificate.dump()).digest()))
    signing_certificate = _attribute(
        "1.2.840.113549.1.9.16.2.47", encode(SEQUENCE, encode(SEQUENCE, certificate_hash))
    )
    certificates = encode(FIRST, *sorted(each.dump() for each in chain))

    def build(digest: bytes) -> bytes:
        message_digest = _attribute("1.2.840.113549.1.9.4", encode(OCTET_STRING, digest))
        attributes = sorted([content_type, message_digest, signing_certificate])
        signature = sign(encode(SET, *attributes))
        signer_info = encode(
            SEQUENCE,
            VERSION_1,
            issuer_and_serial,
            SHA256,
            encode(FIRST, *attributes),
            ECDSA_SHA256,
            encode(OCTET_STRING, signature),
        )
        signed_data = encode(
            SEQUENCE,
            VERSION_1,
            encode(SET, SHA256),
            encode(SEQUENCE, DATA),
            certificates,
            encode(SET, signer_info),
        )
        return encode(SEQUENCE, SIGNED_DATA, encode(FIRST, signed_data))

    return build
