import io
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PIL import Image

from certificates import credentials
from certificates.credentials.baking import NAMESPACE, bake_png, bake_svg
from certificates.credentials.proofs import serialise

from .credentials import make_signed

ARTWORK = Path(credentials.__file__).parent / "artwork"
NAMES = ["badge", "badge-specimen"]


@pytest.mark.parametrize("name", NAMES)
def test_png_holds_the_credential_and_the_same_picture(name):
    plain = (ARTWORK / f"{name}.png").read_bytes()
    content = serialise(make_signed())
    with Image.open(io.BytesIO(bake_png(plain, content))) as baked:
        baked.load()
        assert baked.text["openbadgecredential"].encode() == content
        assert baked.size == (512, 512)
        with Image.open(io.BytesIO(plain)) as original:
            assert baked.convert("RGBA").tobytes() == original.convert("RGBA").tobytes()


@pytest.mark.parametrize("name", NAMES)
def test_svg_holds_the_credential_first(name):
    content = serialise(make_signed(course_title="<講座> & ]]> 表"))
    plain = (ARTWORK / f"{name}.svg").read_bytes()
    root = ET.fromstring(bake_svg(plain, content))
    assert root[0].tag == f"{{{NAMESPACE}}}credential"
    assert root[0].text.encode() == content
    assert [child.tag for child in root[1:]] == [child.tag for child in ET.fromstring(plain)]


@pytest.mark.parametrize("name", NAMES)
def test_artwork_has_a_title_and_loads_nothing(name):
    text = (ARTWORK / f"{name}.svg").read_text(encoding="utf-8")
    assert "<title>" in text
    assert "href" not in text
    assert "<text" not in text


def test_what_is_no_picture_is_refused():
    with pytest.raises(ValueError, match="PNG"):
        bake_png(b"GIF89a", b"{}")
    with pytest.raises(ValueError, match="picture"):
        bake_svg(b"<html>", b"{}")
    with pytest.raises(ValueError, match="credential"):
        bake_svg(b"<svg ></svg>", b"]]>")
