import base64
import datetime as dt
import gzip

from certificates.credentials.status import LENGTH, build_status_list, encode_bits

from .credentials import ISSUER, STATUS_LIST


def read_bits(encoded):
    assert encoded[0] == "u"
    packed = base64.urlsafe_b64decode(encoded[1:] + "=" * (-(len(encoded) - 1) % 4))
    bits = gzip.decompress(packed)
    assert len(bits) * 8 == LENGTH
    return {
        index for index, bit in enumerate("".join(f"{byte:08b}" for byte in bits)) if bit == "1"
    }


def test_only_the_revoked_places_are_set():
    revoked = {0, 1, 7, 8, 94_567, LENGTH - 1}
    assert read_bits(encode_bits(revoked)) == revoked
    assert read_bits(encode_bits([])) == set()


def test_list_runs_out_after_a_week():
    at = dt.datetime(2026, 11, 23, 3, tzinfo=dt.UTC)
    document = build_status_list(address=STATUS_LIST, did=ISSUER.did, revoked=[5], at=at)
    assert document["validFrom"] == "2026-11-23T03:00:00Z"
    assert document["validUntil"] == "2026-11-30T03:00:00Z"
    assert document["issuer"] == ISSUER.did
    assert document["credentialSubject"]["statusPurpose"] == "revocation"
