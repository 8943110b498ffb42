"""did:web, the issuer's identity: its document lies below the verification pages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .multibase import encode_public_key
from .proofs import PURPOSE, format_moment

CONTEXTS = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]


def did_for(address: str) -> str:
    """did:web:host%3Aport:v for https://host:port/v/, whose document is at /v/did.json."""
    parts = urlsplit(address)
    path = [quote(unquote(segment), safe="") for segment in parts.path.split("/") if segment]
    return ":".join(["did:web", quote(parts.netloc, safe=""), *path])


def key_id_for(did: str, name: str) -> str:
    return f"{did}#{name}"


@dataclass(frozen=True)
class PublicKey:
    name: str
    key: Ed25519PublicKey
    revoked_at: datetime | None


def build_did_document(did: str, keys: list[PublicKey]) -> dict[str, Any]:
    """A retired key still verifies what it signed; a revoked one verifies nothing."""
    return {
        "@context": CONTEXTS,
        "id": did,
        "verificationMethod": [_describe(did, key) for key in keys],
        PURPOSE: [key_id_for(did, key.name) for key in keys if not key.revoked_at],
    }


def _describe(did: str, key: PublicKey) -> dict[str, str]:
    method = {
        "id": key_id_for(did, key.name),
        "type": "Multikey",
        "controller": did,
        "publicKeyMultibase": encode_public_key(key.key),
    }
    return method | ({"revoked": format_moment(key.revoked_at)} if key.revoked_at else {})
