import pytest

from training.viewsets.figures import round_half_up, write_percent


@pytest.mark.parametrize(
    ("share", "percent"),
    [(0.125, "13%"), (0.5, "50%"), (0.005, "1%"), (0.115, "12%"), (1 / 3, "33%"), (1, "100%")],
)
def test_percentages_round_half_up(share, percent):
    assert write_percent(share) == percent


def test_means_round_half_up():
    assert round_half_up(87.65, digits=1) == "87.7"
    assert round_half_up(1.005, digits=2) == "1.01"
