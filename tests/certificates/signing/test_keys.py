import datetime as dt
import stat

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from certificates.signing.keys import (
    FileKey,
    UnsuitableKey,
    check_chain,
    file_of,
    make_certificate,
)
from tests.certificates.signing.signers import NOW, YEAR, make_signer


def pem_of(key):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def test_certificate_says_that_it_signs_documents():
    private_key, pem = make_signer()
    certificate = x509.load_pem_x509_certificate(pem.encode())
    certificate.verify_directly_issued_by(certificate)
    extensions = certificate.extensions
    usage = extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert usage.content_commitment
    assert not usage.key_cert_sign
    purposes = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert [each.dotted_string for each in purposes] == ["1.3.6.1.5.5.7.3.36", "1.3.6.1.5.5.7.3.4"]
    assert certificate.subject.rfc4514_string() == "CN=試験省 document-2026-1,O=試験省,C=JP"
    assert certificate.not_valid_after_utc == NOW + YEAR
    assert certificate.public_key() == private_key.public_key


def test_subject_longer_than_the_standard_allows_is_cut():
    private_key = FileKey.generate("p256")
    pem = make_certificate(
        public_key=private_key.public_key,
        sign=private_key.sign,
        name="document-2026-1",
        organisation="省" * 100,
        valid_from=NOW,
        valid_until=NOW + YEAR,
    )
    subject = x509.load_pem_x509_certificate(pem.encode()).subject.rfc4514_string()
    assert subject == f"CN={'省' * 16} document-2026-1,O={'省' * 21},C=JP"


def test_file_is_for_its_owner_only_and_never_overwritten(tmp_path):
    path = file_of(tmp_path / "keys", "document-2026-1")
    key = FileKey.generate("p256")
    key.write(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    with pytest.raises(FileExistsError):
        FileKey.generate("p256").write(path)
    assert FileKey.from_pem(path.read_bytes()).public_key == key.public_key


@pytest.mark.parametrize("kind", ["p256", "ed25519"])
def test_same_data_gives_the_same_signature(kind):
    key = FileKey.generate(kind)
    assert key.sign(b"data") == key.sign(b"data")
    assert key.sign(b"data") != key.sign(b"other")


@pytest.mark.parametrize(
    "pem",
    [
        b"no key",
        pem_of(rsa.generate_private_key(65537, 2048)),
        pem_of(ec.generate_private_key(ec.SECP384R1())),
    ],
    ids=["junk", "RSA", "P-384"],
)
def test_other_keys_are_refused(pem):
    with pytest.raises(UnsuitableKey):
        FileKey.from_pem(pem)


def test_chain_of_another_key_is_refused():
    private_key, own = make_signer()
    _, other = make_signer()
    assert (
        check_chain(pem=own + other, public_key=private_key.public_key).not_valid_before_utc == NOW
    )
    with pytest.raises(UnsuitableKey, match="another key"):
        check_chain(pem=other + own, public_key=private_key.public_key)
    with pytest.raises(UnsuitableKey, match="cannot be read"):
        check_chain(pem="none", public_key=private_key.public_key)


def test_certificate_for_other_uses_is_refused():
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([])
    usage = dict.fromkeys(
        (
            "digital_signature",
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "crl_sign",
            "encipher_only",
            "decipher_only",
            "key_cert_sign",
        ),
        False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + dt.timedelta(days=1))
        .add_extension(x509.KeyUsage(key_agreement=True, **usage), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(Encoding.PEM).decode()
    with pytest.raises(UnsuitableKey, match="may not be used"):
        check_chain(pem=pem, public_key=key.public_key())
