from dataclasses import replace

import pytest

from certificates.rendering.design import Design
from certificates.rendering.errors import RenderingError
from certificates.rendering.page import MAX_CHARACTERS, Page, format_duration
from tests.certificates.facts import FACTS, make_facts


@pytest.mark.parametrize(
    ("minutes", "text"), [(0, "0分"), (45, "45分"), (60, "1時間"), (200, "3時間20分")]
)
def test_duration(minutes, text):
    assert format_duration(minutes) == text


def test_identifier_follows_every_fact():
    others = [
        make_facts(full_name="髙橋 吉江"),
        make_facts(is_specimen=False),
        make_facts(study_minutes=121),
        make_facts(expires_on=FACTS.issued_on),
    ]
    assert (
        len({Page(facts, Design()).identifier for facts in [FACTS, replace(FACTS), *others]}) == 5
    )


def test_absurd_lengths_are_refused_before_layout():
    with pytest.raises(RenderingError, match=r"^wording is longer"):
        Page(make_facts(wording="文" * (MAX_CHARACTERS + 1)), Design())


def test_attempts_get_smaller():
    pages = list(Page(FACTS, Design()).attempts())
    assert len(set(pages)) == len(pages) > 3
    assert 'style="font-size: 10.00pt"' in pages[0]
