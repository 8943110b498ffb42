"""Whether a mended key may be put into a paper, for kinds that do not say so themselves."""

import pytest

from training.kinds import get_kind
from training.kinds.true_false import TrueFalse

KEY = {"right": True}


@pytest.mark.parametrize(
    ("shown", "new_shown", "fits"),
    [
        ({}, {}, True),
        (
            {"choices": [{"key": "a"}, {"key": "b"}]},
            {"choices": [{"key": "b"}, {"key": "a"}]},
            True,
        ),
        ({"choices": [{"key": "a"}]}, {"choices": [{"key": "a"}, {"key": "b"}]}, False),
        ({"choices": [{"key": "a"}, {"key": "b"}]}, {"choices": [{"key": "a"}]}, False),
        ({"matches": [{"id": "x"}]}, {"matches": [{"id": "y"}]}, False),
        ({"unit": "千円"}, {"unit": "円"}, False),
    ],
)
def test_a_paper_must_show_the_same_things(shown, new_shown, fits):
    assert TrueFalse().rekey(shown, new_shown, KEY) == (KEY if fits else None)


def test_right_choices_must_have_been_there_and_keep_the_order_of_the_paper():
    kind = get_kind("multiple_choice")
    shown = {"choices": [{"key": "c"}, {"key": "a"}, {"key": "b"}]}
    new_key = {"right": ["a", "c"], "feedback": {"a": "A", "d": "D"}, "partial_credit": True}
    assert kind.rekey(shown, {}, new_key) == {
        "right": ["c", "a"],
        "feedback": {"a": "A"},
        "partial_credit": True,
    }
    assert kind.rekey(shown, {}, new_key | {"right": ["a", "d"]}) is None
