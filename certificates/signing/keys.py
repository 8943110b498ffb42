"""Keys as they are used and made: P-256 for documents, Ed25519 for credentials."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol, Self

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

Kind = Literal["p256", "ed25519"]
PublicKey = EllipticCurvePublicKey | Ed25519PublicKey
# RFC 9336
DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")

# As cryptography counts X.520's bound of a name.
NAME_BYTES = 64


class PrivateKeyMissing(Exception):
    """Neither the folder nor the token holds the private key of this name."""


class UnsuitableKey(ValueError):
    """What was given cannot sign our documents; says why."""


class PrivateKey(Protocol):
    """Signs P-256 with SHA-256, in DER, or Ed25519 in 64 bytes."""

    @property
    def public_key(self) -> PublicKey: ...

    def sign(self, data: bytes) -> bytes: ...


@dataclass(frozen=True)
class FileKey:
    _key: EllipticCurvePrivateKey | Ed25519PrivateKey

    @classmethod
    def generate(cls, kind: Kind) -> Self:
        if kind == "ed25519":
            return cls(Ed25519PrivateKey.generate())
        return cls(generate_private_key(SECP256R1()))

    @classmethod
    def from_pem(cls, pem: bytes) -> Self:
        """Raises UnsuitableKey."""
        try:
            key = load_pem_private_key(pem, password=None)
        except (TypeError, ValueError) as error:
            raise UnsuitableKey(f"the private key cannot be read: {error}") from error
        if not isinstance(key, Ed25519PrivateKey) and not (
            isinstance(key, EllipticCurvePrivateKey) and isinstance(key.curve, SECP256R1)
        ):
            raise UnsuitableKey("the private key is neither P-256 nor Ed25519")
        return cls(key)

    @property
    def public_key(self) -> PublicKey:
        return self._key.public_key()

    def sign(self, data: bytes) -> bytes:
        if isinstance(self._key, Ed25519PrivateKey):
            return self._key.sign(data)
        # Deterministic (RFC 6979): a bad random number would give the key away.
        return self._key.sign(data, ECDSA(hashes.SHA256(), deterministic_signing=True))

    def write(self, path: Path) -> None:
        """Never over another key. Raises FileExistsError."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        pem = self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())


def file_of(folder: Path, name: str) -> Path:
    return folder / f"{name}.pem"


def _cut(text: str, size: int) -> str:
    return text.encode()[:size].decode(errors="ignore")


def make_certificate(
    *,
    public_key: PublicKey,
    sign: Callable[[bytes], bytes],
    name: str,
    organisation: str,
    valid_from: datetime,
    valid_until: datetime,
) -> str:
    """A self-signed X.509 certificate in PEM, for a private key that only signs."""
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _cut(organisation, NAME_BYTES)),
            # The key's own name is never cut: it tells which key it is.
            x509.NameAttribute(
                NameOID.COMMON_NAME, f"{_cut(organisation, NAME_BYTES - len(name) - 1)} {name}"
            ),
        ]
    )
    key_usage = dict.fromkeys(
        (
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    usages = [DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid_from)
        .not_valid_after(valid_until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=True, content_commitment=True, **key_usage),
            critical=True,
        )
        .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )
    # The builder insists on a private key in memory; a token's never is. So somebody else's
    # signature is made first and replaced by ours.
    draft = builder.sign(generate_private_key(SECP256R1()), hashes.SHA256())
    certificate = asn1_x509.Certificate.load(draft.public_bytes(Encoding.DER))
    certificate["signature_value"] = sign(draft.tbs_certificate_bytes)
    signed = x509.load_der_x509_certificate(certificate.dump())
    return signed.public_bytes(Encoding.PEM).decode()


def check_chain(*, pem: str, public_key: PublicKey) -> x509.Certificate:
    """The first certificate of a chain, if it belongs to the key and may sign documents.

    Raises UnsuitableKey.
    """
    try:
        first = x509.load_pem_x509_certificates(pem.encode())[0]
    except ValueError as error:
        raise UnsuitableKey(f"the certificate cannot be read: {error}") from error
    if first.public_key() != public_key:
        raise UnsuitableKey("the first certificate of the chain belongs to another key")
    try:
        usage = first.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return first
    if not (usage.digital_signature or usage.content_commitment):
        raise UnsuitableKey("the certificate may not be used for signatures")
    return first


def public_pem(public_key: PublicKey) -> str:
    return public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def read_public_key(pem: str) -> PublicKey:
    """Of a certificate (the first of a chain) or a bare public key."""
    if "BEGIN CERTIFICATE" in pem:
        key = x509.load_pem_x509_certificates(pem.encode())[0].public_key()
    else:
        key = load_pem_public_key(pem.encode())
    assert isinstance(key, EllipticCurvePublicKey | Ed25519PublicKey)  # noqa: S101 nothing else is kept
    return key


def fingerprint(pem: str) -> str:
    """SHA-256 in hex: of the certificate, as openssl prints it, or of the bare key's DER."""
    if "BEGIN CERTIFICATE" in pem:
        first = x509.load_pem_x509_certificates(pem.encode())[0]
        return first.fingerprint(hashes.SHA256()).hex()
    digest = hashes.Hash(hashes.SHA256())
    digest.update(
        read_public_key(pem).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    )
    return digest.finalize().hex()
