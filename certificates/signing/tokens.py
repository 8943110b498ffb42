"""Keys that never leave a PKCS#11 token: a smart card, an HSM, SoftHSM in tests."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pkcs11
from asn1crypto.core import OctetString, PrintableString
from asn1crypto.keys import NamedCurve
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
from pkcs11.util.ec import encode_ecdsa_signature, encode_named_curve_parameters

from .keys import Kind, PrivateKeyMissing, PublicKey, UnsuitableKey

KEY_TYPES = {"p256": KeyType.EC, "ed25519": KeyType.EC_EDWARDS}


# Signing in holds for the whole process, so there is one session to a token. It is opened by the
# first use, after a worker was forked.
_sessions: dict["Token", pkcs11.Session] = {}
_lock = threading.RLock()


@dataclass(frozen=True)
class Token:
    module: str
    label: str
    pin: str = field(repr=False)

    @contextmanager
    def session(self) -> Iterator[pkcs11.Session]:
        """Opened anew after a failure: an HSM that was away for a minute asks for no restart."""
        with _lock:
            if self not in _sessions:
                token = pkcs11.lib(self.module).get_token(token_label=self.label)
                _sessions[self] = token.open(rw=True, user_pin=self.pin)
            try:
                yield _sessions[self]
            except pkcs11.PKCS11Error:
                _forget(self)
                raise


def _forget(token: Token) -> None:
    with suppress(pkcs11.PKCS11Error):
        _sessions.pop(token).close()


@dataclass
class TokenKey:
    token: Token
    name: str
    kind: Kind

    def _get(self, session: pkcs11.Session, object_class: ObjectClass) -> Any:
        try:
            return session.get_key(
                object_class=object_class, key_type=KEY_TYPES[self.kind], label=self.name
            )
        except pkcs11.NoSuchKey as error:
            raise PrivateKeyMissing(self.name) from error

    def sign(self, data: bytes) -> bytes:
        with self.token.session() as session:
            key = self._get(session, ObjectClass.PRIVATE_KEY)
            if self.kind == "ed25519":
                signature: bytes = key.sign(data, mechanism=Mechanism.EDDSA)
                return signature
            # Hashed here: not every token knows ECDSA_SHA256.
            digest = hashlib.sha256(data).digest()
            return encode_ecdsa_signature(key.sign(digest, mechanism=Mechanism.ECDSA))

    @cached_property
    def public_key(self) -> PublicKey:
        with self.token.session() as session:
            key = self._get(session, ObjectClass.PUBLIC_KEY)
            point = bytes(OctetString.load(key[Attribute.EC_POINT]))
        if self.kind == "ed25519":
            return Ed25519PublicKey.from_public_bytes(point)
        return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)


def holds(token: Token, *, name: str) -> bool:
    template = {Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.LABEL: name}
    with token.session() as session:
        return bool(list(session.get_objects(template)))


def generate(token: Token, *, name: str, kind: Kind) -> TokenKey:
    """Raises UnsuitableKey if the token cannot make such a key."""
    if kind == "ed25519":
        key_type, mechanism = KeyType.EC_EDWARDS, Mechanism.EC_EDWARDS_KEY_PAIR_GEN
        curve = PrintableString("edwards25519").dump()
    else:
        key_type, mechanism = KeyType.EC, Mechanism.EC_KEY_PAIR_GEN
        curve = encode_named_curve_parameters(NamedCurve.unmap("secp256r1"))
    try:
        with token.session() as session:
            parameters = session.create_domain_parameters(
                key_type, {Attribute.EC_PARAMS: curve}, local=True
            )
            parameters.generate_keypair(
                label=name,
                id=name.encode(),
                store=True,
                mechanism=mechanism,
                public_template={Attribute.VERIFY: True},
                private_template={
                    Attribute.SENSITIVE: True,
                    Attribute.EXTRACTABLE: False,
                    Attribute.SIGN: True,
                },
            )
    except (pkcs11.MechanismInvalid, pkcs11.exceptions.FunctionNotSupported) as error:
        raise UnsuitableKey(f"the token makes no {kind} keys") from error
    return TokenKey(token=token, name=name, kind=kind)
