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


@pytest.mark.django_db
def test_no_cross_access():
    assert check("S6")["requests"] > 4000


def test_memory_stays_flat():
    assert check("P1")["certificates"] == 40


def test_renderer_reads_and_calls_nothing():
    figures = check("S7")
    assert figures["printed"] >= 30
    assert figures["refused"] >= 15


@pytest.mark.services
def test_restorable():
    figures = check("R7")
    assert figures["refused_before"] > 0
    assert figures["rebuilt"] > 6
    assert figures["keys"] == 2


@pytest.mark.services
def test_never_double():
    figures = check("R3")
    assert figures["rounds"] == 10
    assert figures["acknowledged"] == 8 * 25


@pytest.mark.django_db
def test_no_forged_pdf_is_accepted():
    figures = check("S1")
    assert figures["mutations"] == 150
    assert figures["attacks"] > 20


@pytest.mark.django_db
def test_guessing_is_stopped_and_honest_people_are_not():
    assert check("S2")["throttled"] > 0


@pytest.mark.django_db
def test_unknown_number_and_wrong_name_are_one_answer():
    assert check("S3")["samples"] == 200


@pytest.mark.django_db
def test_no_hostile_upload_hurts():
    assert check("S4")["files"] == 3


@pytest.mark.django_db
def test_exports_are_inert():
    figures = check("S9")
    assert figures["exports"] == 7
    assert figures["cells"] > 500


@pytest.mark.django_db
def test_certificates_outlive_keys():
    figures = check("R8")
    assert figures["certificates"] == 10
    assert figures["forged"] > 60


@pytest.mark.journey
@pytest.mark.services
@pytest.mark.xdist_group("journeys")
def test_broker_may_die():
    assert check("R2")["blows"] == 3


@pytest.mark.journey
@pytest.mark.services
@pytest.mark.xdist_group("journeys")
def test_poisoned_queue_issues_nothing():
    assert check("S8")["messages"] == 88
