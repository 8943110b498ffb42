"""The short form of each drill. R1 and R5 are journeys of their own."""

import pytest

from .registry import DRILLS


def check(name):
    drill = DRILLS[name]
    figures = drill.go(long=False)
    assert drill.broken(figures) == [], figures
    return figures


@pytest.mark.django_db
def test_graded_on_what_was_shown():
    assert check("R4")["interleavings"] >= 300


@pytest.mark.django_db
def test_key_never_leaves():
    figures = check("S5")
    assert figures["responses"] > 500


@pytest.mark.services
def test_restorable():
    figures = check("R7")
    assert figures["refused_before"] > 0
    assert figures["rebuilt"] > 6


@pytest.mark.services
def test_never_double():
    figures = check("R3")
    assert figures["rounds"] == 10
    assert figures["acknowledged"] == 8 * 25
