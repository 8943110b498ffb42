import pytest

from certificates.domain.names import NameMatch, compare_names


@pytest.mark.parametrize(
    ("typed", "printed", "expected"),
    [
        ("髙橋 𠮷江", "髙橋 𠮷江", NameMatch.SAME),
        ("髙橋𠮷江", "髙橋　𠮷江", NameMatch.SAME),
        ("高橋吉江", "髙橋 𠮷江", NameMatch.VARIANT),
        ("山崎太郎", "山﨑 太郎", NameMatch.VARIANT),
        ("ｼﾞｮﾝ ｽﾐｽ", "ジョン スミス", NameMatch.SAME),
        ("渡辺花子", "渡邉󠄏 花子", NameMatch.VARIANT),
        ("john smith", "John Smith", NameMatch.VARIANT),
        ("高橋 太郎", "髙橋 𠮷江", NameMatch.DIFFERENT),
        ("", "髙橋 𠮷江", NameMatch.DIFFERENT),
        ("　", "髙橋 𠮷江", NameMatch.DIFFERENT),
    ],
)
def test_names_are_compared_kindly(typed, printed, expected):
    assert compare_names(typed=typed, printed=printed) is expected
