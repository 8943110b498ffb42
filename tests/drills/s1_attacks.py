"""What a forger does to a certificate: each attack takes the genuine file and returns another."""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from unittest import mock

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from certificates.signing import pades
from certificates.signing.keys import FileKey, make_certificate
from tests import factories

# The subject of the genuine certificate: see tests.factories.
SUBJECT = {"name": "document-1", "organisation": "試験"}


def _rewrite(content: bytes, change: Callable[[pikepdf.Pdf], None]) -> bytes:
    """As an editor saves it: everything written anew."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        change(pdf)
        pdf.save(out)
    return out.getvalue()


def _append(content: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """As an incremental update, which leaves the signed bytes as they are."""
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _first_page(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    return writer.root["/Pages"]["/Kids"][0]


def _cover(writer: IncrementalPdfFileWriter) -> None:
    stream = generic.StreamObject(stream_data=b"1 1 1 rg 0 0 900 600 re f")
    page = _first_page(writer)
    page[pdf_name("/Contents")] = writer.add_object(stream)
    writer.update_container(page)


def _annotate(writer: IncrementalPdfFileWriter) -> None:
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 500, 500))),
            pdf_name("/Contents"): generic.pdf_string("別の 人"),
        }
    )
    page = _first_page(writer)
    page[pdf_name("/Annots")] = generic.ArrayObject([writer.add_object(note)])
    writer.update_container(page)


def _add_page(writer: IncrementalPdfFileWriter) -> None:
    pages = writer.root["/Pages"]
    pages["/Kids"].append(pages["/Kids"][0])
    pages[pdf_name("/Count")] = generic.NumberObject(2)
    writer.update_container(pages["/Kids"])
    writer.update_container(pages)


def _replace_pages(writer: IncrementalPdfFileWriter) -> None:
    """The shadow attack: what was prepared is shown in place of what was signed."""
    pages = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Pages"),
            pdf_name("/Count"): generic.NumberObject(0),
            pdf_name("/Kids"): generic.ArrayObject(),
        }
    )
    writer.root[pdf_name("/Pages")] = writer.add_object(pages)
    writer.update_root()


def _drop_form(writer: IncrementalPdfFileWriter) -> None:
    writer.root.pop(pdf_name("/AcroForm"), None)
    writer.update_root()


def _drop_permissions(writer: IncrementalPdfFileWriter) -> None:
    writer.root.pop(pdf_name("/Perms"), None)
    writer.update_root()


def _swap_attachment(pdf: pikepdf.Pdf) -> None:
    for name in list(pdf.attachments):
        del pdf.attachments[name]
    pdf.attachments["credential.json"] = b'{"forged": true}'


def _strip(pdf: pikepdf.Pdf) -> None:
    for key in ("/AcroForm", "/Perms"):
        if key in pdf.Root:
            del pdf.Root[key]
    for page in pdf.pages:
        if "/Annots" in page:
            del page.Annots


def _look_alike() -> pades.DocumentSigner:
    key = FileKey.generate("p256")
    chain = make_certificate(
        public_key=key.public_key,
        sign=key.sign,
        valid_from=factories.KEYS_FROM,
        valid_until=factories.KEYS_UNTIL,
        **SUBJECT,
    )
    return pades.DocumentSigner(chain=chain, private_key=key)


def _sign(content: bytes) -> bytes:
    return pades.sign_pdf(content, signer=_look_alike(), at=factories.NOW)


def _sign_again(content: bytes) -> bytes:
    """A second signature; the library refuses it in a certified file, so without its lock."""
    metadata = replace(pades.METADATA, field_name="Second", certify=False)
    spec = replace(pades.FIELD_SPEC, sig_field_name="Second")
    with mock.patch.multiple(pades, METADATA=metadata, FIELD_SPEC=spec):
        return _sign(content.replace(b"/Perms", b"/Permz"))


def _set_range(numbers: Callable[[list[int]], list[int]]) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        found = re.search(rb"/ByteRange ?\[([\d ]+)\]", content)
        told = numbers([int(each) for each in found[1].split()])
        text = " ".join(map(str, told)).encode().ljust(len(found[1]))
        return content[: found.start(1)] + text + content[found.end(1) :]

    return change


def _replace_contents(value: bytes) -> Callable[[bytes], bytes]:
    """Universal signature forgery: the signature is there and says nothing."""

    def change(content: bytes) -> bytes:
        found = re.search(rb"/Contents ?<[0-9A-Fa-f]+>", content)
        filled = b"/Contents " + value
        return content[: found.start()] + filled.ljust(len(found[0])) + content[found.end() :]

    return change


def _wrap(content: bytes) -> bytes:
    """Signature wrapping: another document before the second signed part, which moves down."""
    found = re.search(rb"/ByteRange ?\[([\d ]+)\]", content)
    start, first, second, length = (int(each) for each in found[1].split())
    evil = b"\n9999 0 obj\n<</Type /Catalog>>\nendobj\ntrailer<</Root 9999 0 R>>\n%%EOF\n"
    moved = content[:second] + evil + content[second:]
    text = f"{start} {first} {second + len(evil)} {length}".encode().ljust(len(found[1]))
    return moved[: found.start(1)] + text[: len(found[1])] + moved[found.end(1) :]


def list_attacks(content: bytes) -> Iterator[tuple[str, bytes]]:
    def shift(by: int) -> Callable[[list[int]], list[int]]:
        return lambda told: [told[0], told[1] - by, told[2], told[3]]

    appended = {
        "covered": _cover,
        "annotated": _annotate,
        "page added": _add_page,
        "pages replaced": _replace_pages,
        "form dropped": _drop_form,
        "permissions dropped": _drop_permissions,
        "touched": lambda writer: writer.update_root(),
    }
    for name, change in appended.items():
        yield name, _append(content, change)
    yield "attachment swapped", _rewrite(content, _swap_attachment)
    yield "saved anew", _rewrite(content, lambda pdf: None)
    yield "stripped", _rewrite(content, _strip)
    yield "page appended", _rewrite(content, lambda pdf: pdf.pages.append(pdf.pages[0]))
    yield "signed by a look-alike", _sign(_rewrite(content, _strip))
    yield "signed twice", _sign_again(content)
    yield "less signed", _set_range(shift(10))(content)
    yield "nothing signed", _set_range(lambda told: [0, 0, 0, 0])(content)
    yield "end unsigned", _set_range(lambda told: [*told[:3], told[3] - 20])(content)
    for value in (b"<>", b"null", b"<00>", b"()"):
        yield f"signature is {value.decode()}", _replace_contents(value)(content)
    yield "wrapped", _wrap(content)
    yield "tail", content + b"\n% more"
    yield "second end", content + b"\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"
    yield "head", b"% before\n" + content
    yield "twice", content + content


def mutate(content: bytes, rng: Random) -> bytes:
    """A few bytes changed, lost, doubled or moved anywhere: never the same file again."""
    made = content
    # A random byte may be the one that was there, and what is lost and doubled alike zeros.
    while made == content:
        made = _mutate(content, rng)
    return made


def _mutate(content: bytes, rng: Random) -> bytes:
    made = bytearray(content)
    for _ in range(rng.choice((1, 1, 1, 2, 5, 40))):
        place, length = rng.randrange(len(made)), rng.choice((1, 1, 4, 64))
        action = rng.randrange(6)
        if action <= 2:
            made[place] ^= 1 << rng.randrange(8)
        elif action == 3:
            made[place : place + length] = rng.randbytes(length)
        elif action == 4:
            del made[place : place + length]
        else:
            made[place:place] = made[(other := rng.randrange(len(made))) : other + length]
    return bytes(made)
