from io import BytesIO

NAME = "credential.json"


def read_attachment(pdf: bytes) -> bytes | None:
    """The credential embedded in a certificate of ours, to the byte; None if there is none."""
    # Heavy, and few requests need it.
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        root = PdfFileReader(BytesIO(pdf)).root
        names = root["/Names"]["/EmbeddedFiles"]["/Names"]
        # It is the only file that is ever attached.
        if names[0] != NAME:
            return None
        content: bytes = names[1]["/EF"]["/F"].data
    except (PdfError, LookupError):
        return None
    return content
