import subprocess
import sys
from dataclasses import replace

import pytest

from certificates.rendering import fonts
from certificates.rendering.errors import FontMissing, UndrawableText
from certificates.rendering.fonts import check_fonts, find_undrawable, measure, split_runs


@pytest.mark.parametrize(
    "name",
    [
        "髙橋 𠮷江",
        "山﨑　太郎",
        "辻\U000e0100 一郎",
        "邉\U000e010f",
        "神\ufe00",
        "ジョン・スミス",
        "ｶﾞﾗ",
        "か\u3099",
        "Ｏ’Ｂｒｉｅｎ",
        "José",
        "",
    ],
)
def test_drawable_names(name):
    assert find_undrawable(name) == []


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("山田😀", ["😀"]),
        ("𓀀𓀀太郎", ["𓀀"]),
        ("外字\ue000", ["\ue000"]),
        ("右\u202eから左", ["\u202e"]),
        ("幅\u200bなし", ["\u200b"]),
        ("山\u0000田", ["\u0000"]),
        ("山田\n太郎", ["\n"]),
        ("山田\u00a0太郎", ["\u00a0"]),
        ("山\U000e01ef田", ["山\U000e01ef"]),
        ("\U000e0100田", ["\U000e0100"]),
        ("辻\U000e0100\U000e0101", ["辻\U000e0100\U000e0101"]),
        ("山\u3099田", ["山\u3099"]),
        ("\u3099田", ["\u3099"]),
        ("田\ud800", ["\ud800"]),
        ("𓀀😀𓀀", ["𓀀", "😀"]),
        # Adobe-Japan1 has this sequence, the chosen fonts have not: said, not drawn otherwise.
        ("邉\U000e0102", ["邉\U000e0102"]),
    ],
)
def test_undrawable_clusters_are_named(name, missing):
    assert find_undrawable(name) == missing


def test_each_cluster_gets_a_font_that_draws_it():
    assert split_runs("髙橋 𠮷江") == [("mincho", "髙橋 "), ("mj", "𠮷"), ("mincho", "江")]
    assert split_runs("辻\U000e0100辻\U000e0102") == [
        ("mincho", "辻\U000e0100"),
        ("mj", "辻\U000e0102"),
    ]
    assert split_runs("A𠮷", face="gothic") == [("gothic", "A"), ("mj", "𠮷")]


def test_space_is_never_a_run_of_its_own():
    assert split_runs("𠮷　𠮷 田") == [("mj", "𠮷　𠮷 "), ("mincho", "田")]


def test_runs_lose_and_change_nothing():
    name = "か\u3099 邉\U000e010f﨑 A\u0301 神\ufa19"
    assert "".join(run for _key, run in split_runs(name)) == name


def test_runs_of_undrawable_text_are_refused_without_naming_anybody():
    with pytest.raises(UndrawableText, match=r"^no font draws U\+1F600$") as raised:
        split_runs("山田😀")
    assert raised.value.clusters == ["😀"]


def test_width_is_that_of_the_chosen_glyphs():
    assert measure("山田𠮷") == 3
    assert 0 < measure("il") < 1


def test_forms_can_ask_without_loading_a_layout_engine():
    script = (
        "import sys; from certificates.rendering.fonts import find_undrawable;"
        "assert find_undrawable('髙橋 𠮷江𓀀') == ['𓀀'];"
        "assert not {'weasyprint', 'fontTools', 'segno'} & set(sys.modules), sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_operator_is_told_of_missing_and_of_other_fonts(monkeypatch, tmp_path):
    absent = replace(fonts.FONTS["mj"], file="truetype/absent.ttf", package="fonts-absent")
    other = replace(fonts.FONTS["gothic"], sha256="0" * 64)
    monkeypatch.setattr(fonts, "FONTS", {"mj": absent, "gothic": other})
    missing, different = check_fonts()
    assert missing == "IPAmjMincho is not installed: apt-get install fonts-absent"
    assert "another version of BIZ UDPGothic" in different
    with pytest.raises(FontMissing, match="apt-get install fonts-absent"):
        _ = absent.path
