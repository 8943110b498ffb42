"""Keys made for a test."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from certificates.models import SigningKey
from tests import factories


def make_credential_key(name="badges-1", **fields):
    """The row of a credential key that is now the active one, and its private part."""
    SigningKey.objects.filter(purpose="credential", retired_at=None, revoked_at=None).update(
        retired_at=factories.NOW
    )
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    row = SigningKey.objects.create(
        **{
            "name": name,
            "purpose": SigningKey.Purpose.CREDENTIAL,
            "public": public.decode(),
            "created_at": factories.NOW,
            "valid_until": factories.NOW.replace(year=2099),
        }
        | fields
    )
    return row, private
