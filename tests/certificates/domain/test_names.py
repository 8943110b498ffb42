import unicodedata

import pytest

from certificates.domain.names import NameMatch, compare_names
from training import name_forms


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("髙橋 𠮷江", "髙橋 𠮷江"),
        ("髙橋𠮷江", "髙橋　𠮷江"),
        # As the paper has it behind the name, or as one speaks.
        ("髙橋 𠮷江 殿", "髙橋 𠮷江"),
        ("髙橋𠮷江様", "髙橋 𠮷江"),
        ("ｼﾞｮﾝ ｽﾐｽ", "ジョン スミス"),
        ("パク ミンジ", "ﾊﾟｸ ﾐﾝｼﾞ"),
        ("がく", "か゛く"),
        ("か\u3099く", "がく"),
        ("\u200b髙橋\u200e 𠮷江\ufeff", "髙橋 𠮷江"),
        ("Ｊｏｈｎ　Ｓｍｉｔｈ", "John Smith"),
        ("渡邉󠄏 花子", "渡邉󠄏　花子"),
        # Copied from a PDF: a radical that looks like the character.
        ("\u2fbc橋 太郎", "高橋 太郎"),
    ],
)
def test_spaces_width_and_what_nobody_sees_do_not_matter(typed, printed):
    assert compare_names(typed=typed, printed=printed) is NameMatch.SAME


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("高橋吉江", "髙橋 𠮷江"),
        ("山崎太郎", "山﨑 太郎"),
        ("山崎太郎", "山嵜 太郎"),
        ("渡辺花子", "渡邉󠄏 花子"),
        ("渡辺花子", "渡邊 花子"),
        ("渡邉花子", "渡邊 花子"),
        ("斎藤一郎", "齋藤 一郎"),
        ("斉藤一郎", "齋藤 一郎"),
        ("斎藤一郎", "齊藤 一郎"),
        ("斎藤一郎", "⻫藤 一郎"),
        ("浜田", "濵田"),
        ("浜田", "濱田"),
        ("徳永", "德永"),
        ("神田", "\ufa19田"),
        ("福田", "\ufa1b田"),
        ("羽田", "\ufa1e田"),
        ("塚田", "\ufa10田"),
        ("葛󠄀城", "葛城"),
        ("辻󠄀 次郎", "辻 次郎"),
        ("桜沢広", "櫻澤 廣"),
        ("竜之介", "龍之介"),
        ("滝沢国子", "瀧澤 國子"),
        ("富永", "冨永"),
        ("中島", "中嶋"),
        ("岳", "嶽"),
        ("黒沢", "黑澤"),
        ("真由美", "眞由美"),
        ("恵", "惠"),
        ("高橋清", "髙𣘺 淸"),
        ("土屋", "圡屋"),
        ("佐佐木", "佐々木"),
        ("いすず", "いすゞ"),
        ("みすず", "みすゞ"),
        ("三ケ田", "三ヶ田"),
        ("トシエ", "トシヱ"),
        ("ケ-タ", "ケータ"),
        ("ケ－タ", "ケータ"),
        ("ケ―タ", "ケータ"),
        ("マリアガルシア", "マリア・ガルシア"),
        ("マリア･ガルシア", "マリア＝ガルシア"),
        ("john smith", "John Smith"),
        ("JOSE NUNEZ", "José Núñez"),
        ("Nguyen Van Dung", "Nguyễn Văn Dũng"),
        ("Soren Oestergaard", "Søren Œstergaard"),
        ("Anne Marie", "Anne-Marie"),
        ("OBrien", "O’Brien"),
        ("O'Brien", "O’Brien"),
        ("長谷川", "\u2ed1谷川"),
    ],
)
def test_forms_of_one_character_are_a_variant(typed, printed):
    assert compare_names(typed=typed, printed=printed) is NameMatch.VARIANT
    assert compare_names(typed=printed, printed=typed) is NameMatch.VARIANT


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("高橋 太郎", "髙橋 𠮷江"),
        ("", "髙橋 𠮷江"),
        ("　", "髙橋 𠮷江"),
        ("・", "・"),
        ("\U000e0100", "髙橋 𠮷江"),
        # Another character, however alike it sounds or looks.
        ("山崎", "山埼"),
        ("山崎", "山碕"),
        ("大田", "太田"),
        ("井之上", "井ノ上"),
        ("川野", "河野"),
        ("渡部", "渡辺"),
        ("阿部", "安部"),
        ("伊東", "伊藤"),
        ("みどり", "ミドリ"),
        ("カヲル", "カオル"),
        ("ひろこ", "ひろこう"),
        ("ばん", "はん"),
        ("パク", "バク"),
        ("スズキ一", "スズキー"),
        ("土田", "士田"),
        ("末広", "未広"),
        ("佐々木", "佐木"),
        ("ユミ", "ユミー"),
        ("ショウ", "シヨウ"),
        ("Jon Smith", "John Smith"),
        # Cyrillic а in place of the Latin one.
        ("Аnna", "Anna"),
    ],
)
def test_other_names_are_different(typed, printed):
    assert compare_names(typed=typed, printed=printed) is NameMatch.DIFFERENT
    assert compare_names(typed=printed, printed=typed) is NameMatch.DIFFERENT


def test_every_form_leads_to_one_everyday_form():
    rows = [
        row
        for table in ("COMMON_USE", "GIVEN_NAMES", "PRINTED", "REGISTERS", "RADICALS")
        for row in getattr(name_forms, table).split()
    ]
    forms = [form for row in rows for form in row[1:]]
    assert len(forms) == len(set(forms))
    everyday = {row[0] for row in rows}
    assert not everyday & set(forms)
    # What normalisation knows would never be met here.
    assert [form for form in forms if unicodedata.normalize("NFKC", form) != form] == []
