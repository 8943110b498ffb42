"""Runs in a child process: the file is a stranger's."""

import io
import json

import zxingcpp
from PIL import Image, ImageOps, UnidentifiedImageError

# A code of 33 modules that fills a tenth of the picture's width still has six pixels to each.
LONGEST_SIDE = 2400
# 108 megapixels is what phones make at most.
Image.MAX_IMAGE_PIXELS = 110_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "MPO")


def read_codes(payload: bytes) -> bytes:
    """The texts of the QR codes in a photo, as a JSON list; null if it is no photo."""
    try:
        texts = _read(payload)
    # Pillow's readers fail in every way there is.
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        texts = None
    return json.dumps(texts).encode()


def _read(payload: bytes) -> list[str]:
    with Image.open(io.BytesIO(payload), formats=FORMATS) as photo:
        # JPEG is drawn smaller as it is read: a photo of 48 megapixels would fill the memory.
        photo.draft("L", (LONGEST_SIDE, LONGEST_SIDE))
        grey = ImageOps.exif_transpose(photo).convert("L")
    grey.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    found = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormat.QRCode)
    return [code.text for code in found]
