"""Lists of revocations (W3C Bitstring Status List 1.0): one bit for each certificate, so that
asking about one does not tell which."""

import base64
import gzip
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from .linked_data import CREDENTIALS
from .proofs import format_moment

# The standard's minimum: a list of that length hides whom one asks about.
LENGTH = 131_072
# A list signed once could be shown again to hide a later revocation: not for longer than this.
LIFETIME = timedelta(days=7)


def encode_bits(indexes: Iterable[int]) -> str:
    """The first bit is the highest of the first byte."""
    bits = bytearray(LENGTH // 8)
    for index in indexes:
        bits[index // 8] |= 0x80 >> index % 8
    packed = gzip.compress(bytes(bits), mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def build_status_list(
    *, address: str, did: str, revoked: Iterable[int], at: datetime
) -> dict[str, Any]:
    """To be signed. `revoked` are the positions in this list."""
    return {
        "@context": [CREDENTIALS],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": did,
        "validFrom": format_moment(at),
        "validUntil": format_moment(at + LIFETIME),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encode_bits(revoked),
        },
    }
