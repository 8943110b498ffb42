import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.training.exchange.drafts import question_drafts
from training.exchange import FORMATS, LeftOut, read_questions
from training.exchange.drafts import ChoiceDraft, QuestionDraft

pytestmark = pytest.mark.parametrize("name", list(FORMATS))
QUICK = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@given(drafts=st.lists(question_drafts(), min_size=1, max_size=4, unique_by=lambda d: d.key))
@QUICK
def test_what_was_written_is_read_back_equal(name, drafts):
    target = FORMATS[name]
    held = [draft for draft in drafts if not target.find_obstacle(draft)]
    left_out = [LeftOut(d.key, target.find_obstacle(d)) for d in drafts if d not in held]
    if not held:
        return
    found = read_questions(target.write(held, left_out))

    assert [each.problems for each in found] == [()] * len(held)
    for each, draft in zip(found, held, strict=True):
        assert each.draft.key == draft.key
        for field in each.fields:
            assert getattr(each.draft, field) == getattr(draft, field), field


@pytest.mark.parametrize("count", [3, 6, 7, 9])
def test_point_that_is_shared_by_many_is_still_one(name, count):
    choices = [ChoiceDraft(text=f"選択肢{n}", is_right=n < count) for n in range(count + 1)]
    draft = QuestionDraft(
        kind="multiple_choice",
        stem="<p>問い</p>",
        key="shared",
        choices=tuple(choices),
        parameters={"partial_credit": True},
    )
    target = FORMATS[name]
    if not target.find_obstacle(draft):
        (found,) = read_questions(target.write([draft], []))
        assert found.problems == ()


@given(draft=question_drafts())
@QUICK
def test_what_a_format_does_not_say_it_does_not_change(name, draft):
    """Explanation and tags may be missing from a file only where they are empty."""
    target = FORMATS[name]
    if target.find_obstacle(draft):
        return
    (found,) = read_questions(target.write([draft], []))
    if draft.explanation:
        assert "explanation" in found.fields
    if draft.tags and name != "qti":
        assert "tags" in found.fields
    assert {"kind", "stem", "choices", "parameters"} <= found.fields
