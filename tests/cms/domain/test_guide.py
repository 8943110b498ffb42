"""The rules of the guide beside a table that was written from the notice's text alone."""

import pytest

from cms.domain.guide import (
    REASONS,
    TYPES,
    VERDICTS,
    Situation,
    answer,
    list_situations,
    read_guide,
)

# Area, own classes, level, for whom; then what the notice says of the regional type under the
# budgets of R4 (第2号) and R5 (第1号), and of the nationwide type under either.
# 「携帯ショップがない地域を対象とし」「自治体において独自に講習会が実施されている地域については、
# 応用講座を対象」「障害者を対象とした講習会については……携帯ショップがある地域も対象とし、……
# 基本講座も対象」; the field 「携帯ショップ実施」 of the figure.
TABLE = """
shop own   applied everybody yes no  yes
shop own   applied disabled  yes yes yes
shop own   basic   everybody yes no  shops
shop own   basic   disabled  yes yes shops
shop none  applied everybody yes no  yes
shop none  applied disabled  yes yes yes
shop none  basic   everybody yes no  shops
shop none  basic   disabled  yes yes shops
none own   applied everybody yes yes no
none own   applied disabled  yes yes no
none own   basic   everybody yes no  no
none own   basic   disabled  yes yes no
none none  applied everybody yes yes no
none none  applied disabled  yes yes no
none none  basic   everybody yes yes no
none none  basic   disabled  yes yes no
"""
WORDS = {"yes": "covered", "no": "not_covered", "shops": "by_shops"}
ROWS = [line.split() for line in TABLE.strip().splitlines()]


@pytest.mark.parametrize("row", ROWS, ids=" ".join)
def test_every_combination_is_answered_as_the_notice_says(row):
    shop, own, level, who, regional_r4, regional_r5, nationwide = row
    situation = Situation(shop == "shop", own == "own", level, who == "disabled")
    verdicts = {
        (each.budget, each.type): each.verdict
        for answers in answer(situation=situation).values()
        for each in answers
    }
    assert verdicts == {
        ("r4", "nationwide"): WORDS[nationwide],
        ("r5", "nationwide"): WORDS[nationwide],
        ("r4", "regional"): WORDS[regional_r4],
        ("r5", "regional"): WORDS[regional_r5],
        ("r4", "dispatch"): "not_stated",
        ("r5", "dispatch"): "not_stated",
    }


def test_table_has_every_combination_once():
    assert len({tuple(row[:4]) for row in ROWS}) == len(list(list_situations())) == 16


def test_every_rule_is_used_and_has_its_words():
    used = {
        (each.type, each.reason)
        for situation in list_situations()
        for answers in answer(situation=situation).values()
        for each in answers
    }
    rules = read_guide().rules
    assert used == {(rule["type"], rule["reason"]) for rule in rules}
    assert {rule["reason"] for rule in rules} == REASONS.keys()
    assert {rule["verdict"] for rule in rules} == VERDICTS.keys()
    assert {rule["type"] for rule in rules} == TYPES.keys()
