import pytest

from cms.domain.folding import fold, fold_with_places, split_grams


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("スマホ", "すまほ"),
        ("ｽﾏﾎ", "スマホ"),
        ("ｶﾞｲﾄﾞ", "ガイド"),
        ("ＱＲコード", "qrコード"),
        ("e-Tax", "Ｅ－ＴＡＸ"),
        ("㈱", "(株)"),
    ],
)
def test_width_case_and_kana_make_no_difference(one, other):
    assert fold(one) == fold(other)


def test_places_lead_back_to_what_was_written():
    text = "ｶﾞイド㈱"
    folded, places = fold_with_places(text)
    assert folded == "がいど(株)"
    at = folded.index("いど")
    assert text[places[at] : places[at + 2]] == "イド"
    assert text[places[0] : places[1]] == "ｶﾞ"
    assert places[-1] == len(text)


def test_grams_do_not_reach_over_signs():
    assert split_grams("研修・講座 A") == {"研修", "講座", "a"}
