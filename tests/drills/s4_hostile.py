"""Files that mean harm. Each is told by its name, the page it goes to, and its bytes."""

import io
import struct
import zlib
from collections.abc import Iterator
from random import Random

from PIL import Image


def _pdf(*objects: bytes, trailer: bytes = b"<</Root 1 0 R>>") -> bytes:
    """With a right table of its objects, which are numbered from 1."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, each in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (trailer, start))


def _stream(data: bytes, extra: bytes = b"") -> bytes:
    return b"<</Length %d %s>>\nstream\n%s\nendstream" % (len(data), extra, data)


def _bomb(megabytes: int) -> bytes:
    packer = zlib.compressobj(9)
    block = bytes(1_000_000)
    return b"".join(packer.compress(block) for _ in range(megabytes)) + packer.flush()


def _signed(range_: bytes, contents: bytes, more: bytes = b"") -> bytes:
    catalog = b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[3 0 R]/SigFlags 3>>>>"
    field = b"<</FT/Sig/T(a)/V 4 0 R>>"
    value = b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange[%s]%s"
    value += b"/Contents %s>>"
    return _pdf(catalog, b"<</Type/Pages/Kids[]/Count 0>>", field, value % (range_, more, contents))


def list_documents(original: bytes) -> Iterator[tuple[str, bytes]]:
    """The worst ones first: the short form takes those only."""
    bomb = _bomb(600)
    yield (
        "bomb of objects",
        _pdf(b"<</Type/Catalog/Pages 2 0 R/AcroForm 9 0 R>>", _stream(bomb, b"/Filter/FlateDecode"))
        + b"9 0 obj 2 0 R endobj",
    )
    yield "deep", b"%PDF-1.7\n1 0 obj\n" + b"[" * 3_000_000 + b"\nendobj\nstartxref\n9\n%%EOF\n"
    table = b"<</Type/XRef/W[1 2 1]/Size 200000000/Index[0 200000000]/Root 1 0 R/Filter/FlateDecode"
    packed = table + b"/Length %d>>\nstream\n%s\nendstream\nendobj\n" % (len(bomb), bomb)
    yield "bomb as a table", b"%PDF-1.7\n1 0 obj\n" + packed + b"startxref\n9\n%%EOF\n"
    yield (
        "table that leads to itself",
        b"%PDF-1.7\nxref\n0 0\ntrailer<</Prev 9>>\nstartxref\n9\n%%EOF",
    )
    yield "huge table", b"%PDF-1.7\nxref\n0 999999999\n" + b"0000000000 00000 n \n" * 400_000
    yield (
        "pages in a circle",
        _pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Kids[2 0 R]/Parent 2 0 R>>"),
    )
    fields = b"<</Type/Catalog/AcroForm<</Fields[2 0 R]>>>>"
    yield "fields in a circle", _pdf(fields, b"<</T(a)/Kids[2 0 R 2 0 R]/Parent 2 0 R>>")
    yield "object that is itself", _pdf(b"1 0 R")
    yield (
        "many signatures",
        _pdf(
            b"<</Type/Catalog/AcroForm<</Fields[%s]>>>>" % (b"2 0 R " * 500_000),
            b"<</FT/Sig/T(a)/V<</ByteRange[0 1 2 3]/Contents<00>>>>>",
        ),
    )
    for name, numbers in {
        "negative": b"-1 -1 -1 -1",
        "endless": b"0 99999999999 99999999999 99999999999",
        "words": b"a b c d",
        "many": b"0 1 " * 100_000,
        "null": b"null null null null",
    }.items():
        yield f"range: {name}", _signed(numbers, b"<3080>")
    for name, contents in {
        "endless asn.1": b"<" + b"3080" * 100_000 + b">",
        "long asn.1": b"<3084FFFFFFFF>",
        "odd": b"<0>",
        "name": b"/Name",
    }.items():
        yield f"signature: {name}", _signed(b"0 10 20 10", contents)
    yield (
        "encrypted",
        _pdf(b"<</Type/Catalog>>", trailer=b"<</Root 1 0 R/Encrypt<</Filter/Standard/V 5/R 6>>>>"),
    )
    yield "long number", _pdf(b"9" * 1_000_000)
    yield "long name", _pdf(b"/" + b"a" * 5_000_000)
    yield "long text", _pdf(b"(" + b"(" * 2_000_000)
    yield "nothing but a head", b"%PDF-"
    yield "zeros", b"%PDF-1.7" + bytes(9_000_000)
    yield "longer than allowed", b"%PDF-1.7" + bytes(10_000_001)
    yield "half", original[: len(original) // 2]
    yield "end only", b"%PDF-1.7\n" + original[len(original) // 2 :]


def list_photos() -> Iterator[tuple[str, bytes]]:
    def png(width: int, height: int, data: bytes) -> bytes:
        def chunk(kind: bytes, body: bytes) -> bytes:
            sum_ = zlib.crc32(kind + body)
            return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", sum_)

        head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
        parts = chunk(b"IHDR", head), chunk(b"IDAT", data), chunk(b"IEND", b"")
        return b"\x89PNG\r\n\x1a\n" + b"".join(parts)

    yield "picture of 100 megapixels", png(10_000, 10_000, _bomb(300))
    yield "picture of a gigapixel", png(30_000, 30_000, _bomb(9))
    yield "picture without end", png(2**31 - 1, 2**31 - 1, b"")
    out = io.BytesIO()
    frames = [Image.new("P", (400, 400), n) for n in range(200)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    yield "many frames", out.getvalue()
    out = io.BytesIO()
    Image.effect_noise((3000, 3000), 100).save(out, "JPEG")
    yield "noise", out.getvalue()
    yield "half a picture", out.getvalue()[: len(out.getvalue()) // 2]
    yield "svg", b"<svg xmlns='http://www.w3.org/2000/svg'><image href='http://127.0.0.1/'/></svg>"
    yield "postscript", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n(x) run\n"
    yield "tiff", b"II*\x00\x08\x00\x00\x00\xff\xff" + bytes(1000)
    yield "long comment", b"\xff\xd8" + b"\xff\xfe\xff\xff" * 100_000
    yield "zip", b"PK\x03\x04" + bytes(1000)
    yield "no bytes", b""


def invent_document(original: bytes, rng: Random) -> bytes:
    """Nonsense made of what a parser knows."""
    words = [b"obj", b"endobj", b"<<", b">>", b"[", b"]", b"stream\n", b"\nendstream", b"R", b"0"]
    words += [b"1", b"/Root", b"/Prev", b"/Kids", b"/Length", b"xref", b"trailer", b"startxref"]
    words += [b"%%EOF", b"/ByteRange", b"/Contents", b"/Fields", b"/V", b"-1", b"99999999999", b"("]
    if rng.random() < 0.5:
        cut, length = rng.randrange(len(original)), rng.choice((10, 1000, 100_000))
        soup = b" ".join(rng.choices(words, k=rng.randrange(200)))
        return original[:cut] + soup + original[cut + length :]
    soup = b" ".join(rng.choices(words, k=rng.choice((10, 1000, 100_000))))
    return b"%PDF-1.7\n" + soup + rng.randbytes(rng.choice((0, 100, 100_000)))


def invent_photo(rng: Random) -> bytes:
    out = io.BytesIO()
    kind = rng.choice(("PNG", "JPEG", "GIF", "WEBP", "BMP"))
    Image.effect_noise((rng.randrange(1, 600), rng.randrange(1, 600)), 60).save(out, kind)
    made = bytearray(out.getvalue())
    for _ in range(rng.choice((1, 5, 100))):
        made[rng.randrange(min(len(made), rng.choice((60, 10**9))))] = rng.randrange(256)
    return bytes(made)
