"""GIFT as other programs write it: taken over faithfully or refused in words."""

import pytest

from training.exchange import Unreadable, read_questions

GIFT = r"""
// a comment
$CATEGORY: $course$/制度

::Q1::首都は{=東京#よくできました ~大阪#[html]<b>商都</b>です ~[plain]<b>}です。

// [id:cap-2] [tag:地理] [tag:基礎]
[html]<p>二つ選ぶ</p>{~%50%甲 ~%50%乙 ~%-50%丙 ####<p>解説</p>}

二つ選ぶ{~%50%甲 ~%50%乙 ~丙}

富士山の高さは？{#3776:1}

円周率は？{#3.141..3.142}

地球は丸い。{T#丸いです}

色は？{=赤 =あか =%0%青#ちがいます}

半分だけ {=a =%50%b}

星 {=%0%*#no =a}

対{=日本->東京 =英国 -> ロンドン = -> パリ}

感想は？{}

説明だけです。

記号 \{ \} \= \~ \# \: \\ {=\= ~\~}

こわれた { =a
"""


def read(text):
    return read_questions(text.encode())


def test_gift_reads_what_fits_and_refuses_the_rest_with_reasons():
    found = read(GIFT)
    kinds = [each.draft.kind if each.draft else None for each in found]
    assert kinds == [
        "single_choice", "multiple_choice", None, "numeric", "numeric", "true_false", "short_text",
        None, None, "matching", None, None, "single_choice", None,
    ]  # fmt: skip
    assert all(each.problems for each in found if not each.draft)
    assert found[0].place == "question 1 (line 5)"


def test_gift_keeps_gaps_formats_keys_tags_and_feedback():
    first, second, *_rest = read(GIFT)
    assert first.draft.stem == "<p>首都は_____です。</p>"
    assert [c.text for c in first.draft.choices] == ["東京", "大阪", "<b>"]
    assert [c.feedback for c in first.draft.choices] == ["よくできました", "商都です", ""]
    assert (first.draft.tags, first.draft.key) == (("制度",), "")
    assert (second.draft.key, second.draft.explanation) == ("cap-2", "解説")
    assert second.draft.tags == ("制度", "地理", "基礎")


def test_gift_details():
    drafts = [each.draft for each in read(GIFT)]
    assert drafts[4].parameters == {"value": "3.1415", "tolerance": "0.0005", "units": []}
    assert drafts[5].explanation == "丸いです"
    assert [(c.text, c.is_right) for c in drafts[6].choices] == [
        ("赤", True),
        ("あか", True),
        ("青", False),
    ]
    assert [(c.text, c.match) for c in drafts[9].choices][-1] == ("", "パリ")
    assert drafts[12].stem == "<p>記号 { } = ~ # : \\</p>"


def test_gift_reads_the_question_right_after_a_category():
    found = read(
        "$CATEGORY: top/法\n海は青い。{T}\n"
        "$CATEGORY: top/地理\n// [id:k]\n空は青い。{T}\n\n丸い。{T}"
    )
    assert [(each.draft.stem, each.draft.key, each.draft.tags) for each in found] == [
        ("<p>海は青い。</p>", "", ("法",)),
        ("<p>空は青い。</p>", "k", ("地理",)),
        ("<p>丸い。</p>", "", ("地理",)),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "首都は{=東京 ~大阪}\n地球は丸い。{T}",
        "::一::首都は{=東京 ~大阪}\n::二::地球は丸い。{T}",
        "::一::首都は{=東京 ~大阪}\n // [id:k]\n  ::二::説明",
        "::一 首都は\n::二::地球は丸い。{T}",
        "首都は{=東京 ~大阪} です}",
    ],
)
def test_gift_questions_without_a_blank_line_between_are_refused(text):
    first, second = read(f"{text}\n\n海は青い。{{T}}")
    assert first.draft is None
    assert "missing" in first.problems[0]
    assert second.draft


def test_gift_escaped_braces_and_colons_are_text():
    (found,) = read("::題::集合\n\\:\\:a{T} \\{1\\}")
    assert found.draft.stem == "<p>集合<br/>::a_____ {1}</p>"


def test_gift_tags_may_hold_brackets():
    (found,) = read(r"// [tag:a[b\]] [tag:c] [id:k" + "\n海は青い。{T}")
    assert (found.draft.tags, found.draft.key) == (("a[b]", "c"), "")


def test_gift_in_shift_jis():
    assert read_questions("海は青い。{T}".encode("cp932"))[0].draft.stem == "<p>海は青い。</p>"


@pytest.mark.parametrize("text", ["丸い{true}", "丸い{False#いいえ}", "丸い{t}"])
def test_gift_truth_in_small_letters_is_not_taken_for_a_word(text):
    (found,) = read(text)
    assert found.draft is None
    assert "capitals" in found.problems[0]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("Où est l’élève né?{=ici ~là}", "cp1252"), ("海はあおい。{T}", "euc_jp")],
)
def test_gift_in_another_encoding_is_not_taken_for_shift_jis(text, encoding):
    with pytest.raises(Unreadable):
        read_questions(text.encode(encoding))
