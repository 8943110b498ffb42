"""Data Integrity proofs with the cryptosuite eddsa-rdfc-2022 (W3C VC Data Integrity EdDSA 1.0)."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from . import multibase
from .linked_data import canonicalise

SUITE = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022"}
PURPOSE = "assertionMethod"


def format_moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def sign_credential(
    document: dict[str, Any], *, key_id: str, sign: Callable[[bytes], bytes], at: datetime
) -> dict[str, Any]:
    """The document with its proof. `sign` is Ed25519. Raises NotAllCovered: nothing in the document
    stays unsigned."""
    proof = {
        **SUITE,
        "created": format_moment(at),
        "verificationMethod": key_id,
        "proofPurpose": PURPOSE,
    }
    signature = sign(_digest(document, proof))
    return document | {"proof": proof | {"proofValue": multibase.encode(signature)}}


def verify_credential(document: dict[str, Any], *, public_key: Ed25519PublicKey) -> bool:
    """Whether this key signed all of the document. Whose key it is, whether it may sign and whether
    the credential was revoked is for the caller to know."""
    try:
        proof = dict(document["proof"])
        signature = multibase.decode(proof.pop("proofValue"))
        if proof["proofPurpose"] != PURPOSE or any(proof[key] != SUITE[key] for key in SUITE):
            return False
        unsigned = {key: value for key, value in document.items() if key != "proof"}
        public_key.verify(signature, _digest(unsigned, proof))
    except (InvalidSignature, KeyError, TypeError, ValueError, RecursionError):
        return False
    return True


def serialise(document: dict[str, Any]) -> bytes:
    """The one spelling in which a credential goes out, wherever it is embedded."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    # Ends the CDATA section of a baked SVG; outside a string it cannot occur.
    return text.replace("]]>", "]]\\u003e").encode()


def _digest(document: dict[str, Any], proof: dict[str, Any]) -> bytes:
    options = {"@context": document["@context"], **proof}
    return sha256(canonicalise(options)).digest() + sha256(canonicalise(document)).digest()
