"""Multibase base58-btc, as Data Integrity proofs and Multikeys write bytes."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
# Multicodec ed25519-pub, 0xed as a varint.
ED25519_PUBLIC = b"\xed\x01"


def encode(content: bytes) -> str:
    number = int.from_bytes(content)
    digits = ""
    while number:
        number, digit = divmod(number, 58)
        digits = ALPHABET[digit] + digits
    return "z" + "1" * (len(content) - len(content.lstrip(b"\0"))) + digits


def decode(text: str) -> bytes:
    """Raises ValueError."""
    if text[:1] != "z":
        raise ValueError("not base58-btc")
    number = 0
    for character in text[1:]:
        number = number * 58 + ALPHABET.index(character)
    zeros = len(text) - 1 - len(text[1:].lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)


def encode_public_key(key: Ed25519PublicKey) -> str:
    return encode(ED25519_PUBLIC + key.public_bytes_raw())
