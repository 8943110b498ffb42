import pytest

from certificates.rendering.errors import RenderingError
from certificates.rendering.fitting import fit, measure_mm

ROOM = {"width_mm": 100, "largest": 40, "smallest": 10}


def test_short_text_is_as_large_as_allowed():
    assert fit("山田", **ROOM) == 40
    assert fit("", **ROOM) == 40


def test_longer_text_shrinks_to_stay_on_one_line():
    size = fit("山" * 20, **ROOM)
    assert 14 < size < 14.2
    assert measure_mm([("山" * 20, size)]) <= 100.5


def test_text_too_long_for_one_line_fills_two():
    size = fit("山" * 40, **ROOM)
    assert 13 < size < 14


def test_text_beyond_its_place_is_refused():
    assert fit("山" * 56, **ROOM, most_lines=2) >= 10
    with pytest.raises(RenderingError, match="57 characters"):
        fit("山" * 57, **ROOM, most_lines=2)


def test_what_stands_beside_takes_its_share():
    assert fit("山" * 20, **ROOM, beside=2) < fit("山" * 20, **ROOM)
