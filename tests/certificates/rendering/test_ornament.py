import re

from certificates.rendering.ornament import draw_background


def test_everything_is_an_artifact_and_leaves_no_trace():
    for is_specimen in (True, False):
        lines = (
            draw_background(is_specimen=is_specimen, accent_colour="#1a2b5c").decode().split("\n")
        )
        words = [word for line in lines for word in line.split()]
        assert words.count("q") == words.count("Q")
        assert words.count("BDC") == words.count("EMC") == lines.count("EMC")
        inside = False
        for line in lines:
            if line.startswith("/Artifact"):
                inside = True
            elif line == "EMC":
                inside = False
            else:
                assert inside, line


def test_watermark_is_drawn_and_not_written():
    drawing = draw_background(is_specimen=True, accent_colour="#1a2b5c").decode()
    assert "/Subtype /Watermark" in drawing
    assert "Watermark" not in draw_background(is_specimen=False, accent_colour="#1a2b5c").decode()
    # Neither text (BT, Tf) nor a graphics state, which alone could make it transparent (gs).
    assert not re.search(r"\b(BT|Tf|Tj|TJ|gs|Do)\b", drawing)
