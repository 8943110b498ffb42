"""The Open Badge that goes with a certificate, and who vouches for it."""

from collections.abc import Callable
from pathlib import Path
from typing import cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.urls import reverse

from certificates import credentials
from certificates.conf import base_url
from certificates.credentials.achievement import Issuer, build_credential
from certificates.credentials.attachment import read_attachment
from certificates.credentials.baking import bake_png, bake_svg
from certificates.credentials.identifiers import (
    PublicKey,
    build_did_document,
    did_for,
    key_id_for,
)
from certificates.credentials.proofs import serialise, sign_credential
from certificates.credentials.status import LENGTH
from certificates.models import Certificate, SigningKey
from certificates.rendering.facts import CertificateFacts

ARTWORK = Path(credentials.__file__).parent / "artwork"


def describe_issuer() -> Issuer:
    address = base_url() + reverse("verification:form")
    return Issuer(did=did_for(address), address=address)


def status_list_address(*, number: int) -> str:
    return base_url() + reverse("verification:status_list", args=[number])


def make_credential(
    *, certificate: Certificate, key: SigningKey, sign: Callable[[bytes], bytes]
) -> bytes:
    """The signed credential as it is embedded and handed out: the same bytes for the same row and
    key. Raises NotAllCovered."""
    issuer = describe_issuer()
    number, index = divmod(certificate.pk, LENGTH)
    document = build_credential(
        CertificateFacts.from_json(certificate.facts),
        issuer=issuer,
        status_list=status_list_address(number=number),
        status_index=index,
        course_key=f"course-{certificate.enrolment.course_id}",
    )
    return serialise(
        sign_credential(
            document,
            key_id=key_id_for(issuer.did, key.name),
            sign=sign,
            # Not the present: a second try must give the same bytes.
            at=certificate.created_at,
        )
    )


def make_did_document() -> dict[str, object]:
    keys = SigningKey.objects.filter(purpose=SigningKey.Purpose.CREDENTIAL).order_by("pk")
    return build_did_document(
        describe_issuer().did,
        [
            PublicKey(
                name=key.name,
                key=cast(Ed25519PublicKey, load_pem_public_key(key.public.encode())),
                revoked_at=key.revoked_at,
            )
            for key in keys
        ],
    )


def read_credential(*, certificate: Certificate) -> bytes | None:
    """What was handed out, read from the file that was handed out: no second copy can differ,
    and no private key is asked. None before there is a file, and for those without a badge."""
    if not certificate.file or not certificate.credential_key_id:
        return None
    with certificate.file.open("rb") as file:
        return read_attachment(file.read())


def bake_badge(*, certificate: Certificate, form: str) -> bytes | None:
    """The picture, `form` png or svg, with the credential in it."""
    credential = read_credential(certificate=certificate)
    if credential is None:
        return None
    name = "badge-specimen" if certificate.facts["is_specimen"] else "badge"
    picture = (ARTWORK / f"{name}.{form}").read_bytes()
    return {"png": bake_png, "svg": bake_svg}[form](picture, credential)
