"""Moodle XML as other programs write it: taken over faithfully or refused in words."""

import pytest

from training.exchange import read_questions


def read(text):
    return read_questions(text.encode())


def moodle(kind, inner, text="<![CDATA[<p>問い &amp; <em>答え</em></p>]]>"):
    return read(
        f'<quiz><question type="category"><category><text>$course$/top/法</text></category>'
        f'</question><question type="{kind}"><name><text>題</text></name>'
        f'<questiontext format="html"><text>{text}</text></questiontext>{inner}</question></quiz>'
    )[0]


def answers(*pairs):
    return "".join(
        f'<answer fraction="{weight}" format="html"><text>{text}</text>'
        f"<feedback><text>f</text></feedback></answer>"
        for text, weight in pairs
    )


def test_moodle_single_choice():
    found = moodle("multichoice", "<single>true</single>" + answers(("a", 100), ("b", 0)))
    assert found.draft.stem == "<p>問い &amp; 答え</p>"
    assert [(c.text, c.is_right, c.feedback) for c in found.draft.choices] == [
        ("a", True, "f"),
        ("b", False, "f"),
    ]
    assert found.draft.tags == ("法",)


@pytest.mark.parametrize(
    ("weights", "fits"),
    [
        ((50, 50, -50), True),
        ((33.33333, 33.33333, 33.33333, -33.33333), True),
        ((100, -100), True),
        ((50, 50, 0), False),
        ((50, 50, -100), False),
        ((60, 40, -50), False),
        ((0, 0), False),
    ],
)
def test_moodle_weights_are_taken_over_exactly_or_refused(weights, fits):
    pairs = [(f"c{place}", weight) for place, weight in enumerate(weights)]
    found = moodle("multichoice", "<single>false</single>" + answers(*pairs))
    assert bool(found.draft) is fits
    assert bool(found.problems) is not fits


@pytest.mark.parametrize(
    ("kind", "inner"),
    [
        ("multichoice", "<single>true</single>" + answers(("a", 100), ("b", 50))),
        ("essay", ""),
        ("description", ""),
        ("cloze", ""),
        ("calculated", ""),
        ("ddimageortext", ""),
        ("", ""),
        ("shortanswer", "<usecase>1</usecase>" + answers(("Abc", 100))),
        ("shortanswer", answers(("a*", 100))),
        ("numerical", answers(("1", 100), ("2", 100))),
        ("numerical", answers(("*", 100))),
        ("truefalse", answers(("maybe", 100))),
        ("multichoice", answers(("&lt;img src='x'&gt;", 100), ("b", 0))),
        ("multichoice", '<file name="a">eA==</file>' + answers(("a", 100), ("b", 0))),
        ("multichoice", answers(("a", "abc"), ("b", 0))),
        ("ordering", "<gradingtype>LONGEST_ORDERED_SUBSET</gradingtype>" + answers(("a", 1))),
    ],
)
def test_moodle_questions_without_an_equal_here_are_refused(kind, inner):
    found = moodle(kind, inner)
    assert found.draft is None
    assert found.problems[0]


def test_moodle_leaves_hints_behind_and_says_so():
    hint = "<hint><text>x</text></hint>"
    found = moodle("multichoice", hint + answers(("a", 100), ("b", 0)))
    assert found.draft
    assert found.problems == ("Hints and feedback on the whole answer are left behind.",)


@pytest.mark.parametrize(
    ("kind", "words"),
    [("ddwtos", "gaps"), ("ddmarker", "on a picture"), ("coderunner", "kind “coderunner”")],
)
def test_moodle_s_plugins_are_refused_in_words(kind, words):
    (found,) = read_questions(f'<quiz><question type="{kind}"/></quiz>'.encode())
    assert words in found.problems[0]


@pytest.mark.parametrize(
    ("html", "stem"),
    [
        ("<pre>if a:\n    b\n</pre>", "<p>if a:<br/>\u00a0\u00a0\u00a0\u00a0b</p>"),
        ("10<sup>6</sup>個 H<sub>2</sub>O", "<p>10⁶個 H₂O</p>"),
        ("<ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>", "<p>漢字（かんじ）</p>"),
        ("<q>はい</q>と<font color='red'>言う</font><o:p></o:p>", "<p>“はい”と言う</p>"),
    ],
)
def test_html_keeps_what_changes_the_meaning(html, stem):
    found = moodle("multichoice", answers(("a", 100), ("b", 0)), f"<![CDATA[{html}]]>")
    assert found.draft.stem == stem


@pytest.mark.parametrize(
    "html",
    [
        "2<sup>ab</sup>",
        "<s>旧</s>新",
        "型は List<String> です",
        r"\(x^2\) は",
        "$$x^2$$ は",
        '<span lang="en" class="multilang">a</span><span lang="ja" class="multilang">b</span>',
        "{mlang en}a{mlang}{mlang ja}b{mlang}",
    ],
)
def test_html_that_plain_text_cannot_say_is_refused(html):
    found = moodle("multichoice", answers(("a", 100), ("b", 0)), f"<![CDATA[{html}]]>")
    assert found.draft is None
    assert found.problems[0]


def test_moodle_choice_without_a_format_has_the_one_of_the_question():
    (found,) = read(
        '<quiz><question type="multichoice"><questiontext format="plain_text"><text>a&lt;b</text>'
        '</questiontext><answer fraction="100"><text>&lt;b&gt;</text></answer>'
        '<answer fraction="0"><text>c</text></answer></question></quiz>'
    )
    assert [c.text for c in found.draft.choices] == ["<b>", "c"]


def test_markdown_is_read_only_where_it_is_plain_paragraphs():
    plain, marked, listed = read(
        "[markdown]一つ目\\n\\n二つ目{T}\n\n[markdown]これは *正しい*{T}\n\n"
        "[markdown]次のうち\\n\\n- あ\\n- い{T}"
    )
    assert plain.draft.stem == "<p>一つ目</p><p>二つ目</p>"
    assert [marked.draft, listed.draft] == [None, None]


@pytest.mark.parametrize(
    ("inner", "notes"),
    [
        ("<defaultgrade>1.0000000</defaultgrade><shuffleanswers>true</shuffleanswers>", 0),
        ("<defaultgrade>2.5000000</defaultgrade>", 1),
        ("<defaultgrade>much</defaultgrade>", 1),
        ("<shuffleanswers>false</shuffleanswers>", 1),
        ("<defaultgrade>0</defaultgrade><shuffleanswers>0</shuffleanswers>", 2),
    ],
)
def test_moodle_points_and_fixed_order_are_told_not_dropped_unseen(inner, notes):
    found = moodle("multichoice", "<single>true</single>" + answers(("a", 100), ("b", 0)) + inner)
    assert found.draft
    assert len(found.problems) == notes
    assert all("This is not kept" in each for each in found.problems)
