import pytest

from certificates.rendering.fonts import find_undrawable, split_runs


@pytest.mark.parametrize("name", ["髙橋 𠮷江", "山﨑　太郎", "辻󠄀", "邉󠄏", "ジョン・スミス", "Ｏ’Ｂｒｉｅｎ"])
def test_drawable_names(name):
    assert find_undrawable(name) == []


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("山田😀", ["😀"]),
        ("𓀀𓀀太郎", ["𓀀"]),
        ("外字\ue000", ["\ue000"]),
        ("右\u202eから左", ["\u202e"]),
        ("山\u0000田", ["\u0000"]),
        ("山\U000e01ef田", ["山\U000e01ef"]),
        ("\U000e0100田", ["\U000e0100"]),
        # Adobe-Japan1 has this sequence, the chosen fonts have not: said, not drawn otherwise.
        ("邉\U000e0102", ["邉\U000e0102"]),
    ],
)
def test_undrawable_clusters_are_named(name, missing):
    assert find_undrawable(name) == missing


def test_each_cluster_gets_a_font_that_draws_it():
    assert split_runs("髙橋 𠮷江") == [("mincho", "髙橋 "), ("mj", "𠮷"), ("mincho", "江")]


def test_runs_lose_and_change_nothing():
    name = "か\u3099 邉󠄏﨑 A"
    assert "".join(run for _key, run in split_runs(name)) == name
