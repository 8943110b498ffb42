"""docs/access.csv is kept: who meets with what at which address. The short form; the whole is
`scripts/drill S6 --long`."""

import pytest

from tests.access import matrix, routes
from tests.access.matrix import compare, read_matrix
from tests.access.observe import VERBS, observe
from tests.access.world import make_world

pytestmark = pytest.mark.django_db
# What the administration shows to anybody; none of it says anything.
OPEN_TO_ALL = {
    "editor/jsi18n/": ("allowed",),
    "editor/password_reset/": ("allowed",),
    "editor/sprite/": ("allowed",),
}


def test_address_without_a_row_fails_with_the_line_to_add(monkeypatch):
    route = routes.Route("learn/new/", (), "learn/new/")
    seen = {(route.pattern, "", "GET"): dict.fromkeys(matrix.ROLES, "allowed")}
    (wrong,) = compare(expected=read_matrix(), seen=seen)
    assert "learn/new/,,GET,allowed,allowed" in wrong


def test_every_pattern_is_walked_and_none_is_left_in_the_file():
    known = {address for address, _whose, _verb in read_matrix()}
    assert known == {route.pattern for route in routes.list_routes()}


def test_row_that_says_otherwise_is_found(monkeypatch):
    route = next(each for each in routes.list_routes() if each.pattern == "learn/reports/")
    expected = read_matrix()
    expected["learn/reports/", "", "GET"]["learner"] = "allowed"
    seen = observe(make_world(), routes=[route])
    assert len(seen) == len(VERBS)
    assert compare(expected=expected, seen=seen) == [
        "learn/reports/  GET for learner: refused, not allowed"
    ]


def test_no_learner_and_no_officer_reaches_the_editor():
    for (address, whose, verb), row in read_matrix().items():
        if address.startswith("editor/"):
            for role in ("learner", "town", "prefecture"):
                assert row[role] in ("refused", "no verb", *OPEN_TO_ALL.get(address, ())), (
                    address,
                    whose,
                    verb,
                    role,
                )


def test_answers_are_seen_by_question_keepers_and_approvers_only():
    for (address, _whose, _verb), row in read_matrix().items():
        if "lms_training/question" in address or "lms_training/quiz" in address:
            for role in ("anonymous", "learner", "town", "editor", "register", "support"):
                assert row[role] != "allowed", (address, role)
                assert row[role] != "open", (address, role)
