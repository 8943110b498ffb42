import pytest
import zxingcpp
from PIL import Image, ImageDraw

from certificates.rendering.qr import draw_qr

URL = "https://katsuyo.example/v/ABCD-EFGH-JKMNP"


def paint(parts, module=6):
    side = int(parts["modules"]) * module
    image = Image.new("L", (side, side), 255)
    draw = ImageDraw.Draw(image)
    for stroke in parts["path"].split("M")[1:]:
        point, length = stroke.split("h")
        x, y = (float(number) for number in point.split())
        left, top = x * module, (y - 0.5) * module
        draw.rectangle((left, top, left + int(length) * module - 1, top + module - 1), fill=0)
    return image


@pytest.mark.parametrize("content", [URL, URL + "?" + "x" * 200])
def test_code_is_read_back(content):
    (found,) = zxingcpp.read_barcodes(paint(draw_qr(content)))
    assert found.text == content
    assert found.ec_level == "M"


def test_quiet_zone_is_four_modules_wide():
    image = paint(draw_qr(URL), module=1)
    dark = image.point(lambda value: 255 - value).getbbox()
    assert dark == (4, 4, image.width - 4, image.height - 4)


@pytest.mark.parametrize("content", ["x", URL, URL * 4])
def test_symbol_without_its_quiet_zone_is_never_under_25_mm(content):
    parts = draw_qr(content)
    modules = int(parts["modules"])
    assert float(parts["mm"]) * (modules - 8) / modules >= 25
