"""100 completions while worker children and whole workers are killed: 100 certificates."""

import pytest

from tests.drills.r1_exactly_once import complete_and_kill

pytestmark = [
    pytest.mark.journey,
    pytest.mark.services,
    pytest.mark.xdist_group("journeys"),
]


def test_one_certificate_per_completion_whatever_dies(tmp_path):
    figures = complete_and_kill(tmp_path, completions=100, kills=20)
    assert figures["issued"] == 100
    assert (figures["lost"], figures["duplicates"], figures["orphans"]) == (0, 0, 0)
