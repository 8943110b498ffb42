from io import BytesIO

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

NAME = "credential.json"


def read_attachment(pdf: bytes) -> bytes | None:
    """The credential embedded in a certificate of ours, to the byte; None if there is none."""
    try:
        root = PdfFileReader(BytesIO(pdf)).root
        names = root["/Names"]["/EmbeddedFiles"]["/Names"]
        found = dict(zip(names[::2], names[1::2], strict=True))
        content: bytes = found[NAME]["/EF"]["/F"].data
    except (PdfError, KeyError):
        return None
    return content
