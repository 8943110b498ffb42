"""Puts a credential into a picture, as Open Badges 3.0 describes it under "Baked badges"."""

from struct import pack, unpack_from
from zlib import crc32

NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
KEYWORD = b"openbadgecredential"
PNG = b"\x89PNG\r\n\x1a\n"
# Signature, then the header chunk: length, type, thirteen bytes, checksum.
HEADER_END = len(PNG) + 4 + 4 + 13 + 4


def bake_png(picture: bytes, credential: bytes) -> bytes:
    """One uncompressed iTXt chunk behind the header."""
    if not picture.startswith(PNG) or unpack_from(">I4s", picture, len(PNG)) != (13, b"IHDR"):
        raise ValueError("not a PNG")
    # Not compressed, method 0, no language, no translated keyword.
    content = b"iTXt" + KEYWORD + b"\0" + b"\0\0" + b"\0" + b"\0" + credential
    chunk = pack(">I", len(content) - 4) + content + pack(">I", crc32(content))
    return picture[:HEADER_END] + chunk + picture[HEADER_END:]


def bake_svg(picture: bytes, credential: bytes) -> bytes:
    """One element with the credential as CDATA, the first within the picture."""
    if b"]]>" in credential or picture.count(b"<svg ") != 1:
        raise ValueError("the credential or the picture is not as expected")
    start = picture.index(b"<svg ") + len(b"<svg ")
    end = picture.index(b">", start) + 1
    return b"".join(
        [
            picture[:start],
            f'xmlns:openbadges="{NAMESPACE}" '.encode(),
            picture[start:end],
            b"<openbadges:credential><![CDATA[",
            credential,
            b"]]></openbadges:credential>",
            picture[end:],
        ]
    )
