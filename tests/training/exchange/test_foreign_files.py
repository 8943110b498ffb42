"""Files as other programs write them; ours, but shaped like what those publish."""

import io
import zipfile

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


def qti(interaction, declaration, processing='template="http://x/rptemplates/match_correct"'):
    return read(
        '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="x">'
        f'<responseDeclaration identifier="R" {declaration}</responseDeclaration><itemBody>'
        f"<p>前</p>{interaction}<p>後</p></itemBody><responseProcessing {processing}/>"
        "</assessmentItem>"
    )[0]


def choose(*names):
    choices = "".join(f'<simpleChoice identifier="{n}">{n}</simpleChoice>' for n in names)
    return (
        '<choiceInteraction responseIdentifier="R" maxChoices="0"><prompt>どれ<b>か</b></prompt>'
        f"{choices}</choiceInteraction>"
    )


def correct(cardinality, *names, mapping=""):
    values = "".join(f"<value>{name}</value>" for name in names)
    return f'cardinality="{cardinality}"><correctResponse>{values}</correctResponse>{mapping}'


MAP = 'template="http://x/rptemplates/map_response"'


def test_qti_prompt_stands_between_what_is_around_it():
    found = qti(choose("a", "b"), correct("single", "a"))
    assert found.draft.stem == "<p>前</p><p>どれ<b>か</b></p><p>後</p>"
    assert [c.is_right for c in found.draft.choices] == [True, False]


def test_qti_all_or_nothing_and_partial_credit():
    whole = qti(choose("a", "b", "c"), correct("multiple", "a", "b"))
    assert whole.draft.parameters == {"partial_credit": False}
    mapping = (
        '<mapping lowerBound="0" upperBound="2" defaultValue="-1">'
        '<mapEntry mapKey="a" mappedValue="1"/><mapEntry mapKey="b" mappedValue="1"/></mapping>'
    )
    partial = qti(choose("a", "b", "c"), correct("multiple", "a", mapping=mapping), MAP)
    assert partial.draft.parameters == {"partial_credit": True}
    uneven = mapping.replace('"b" mappedValue="1"', '"b" mappedValue="2"')
    assert qti(choose("a", "b", "c"), correct("multiple", "a", mapping=uneven), MAP).draft is None
    unbounded = mapping.replace('lowerBound="0"', "")
    assert (
        qti(choose("a", "b", "c"), correct("multiple", "a", mapping=unbounded), MAP).draft is None
    )


@pytest.mark.parametrize(
    ("interaction", "declaration"),
    [
        ("", correct("single", "a")),
        (choose("a", "b") * 2, correct("single", "a")),
        (choose("a", "b"), correct("single")),
        (choose("a", "b"), correct("single", "z")),
        ('<img src="a.png"/>' + choose("a", "b"), correct("single", "a")),
        ('<gapMatchInteraction responseIdentifier="R"/>', correct("single", "a")),
    ],
)
def test_qti_items_without_an_equal_here_are_refused(interaction, declaration):
    found = qti(interaction, declaration)
    assert found.draft is None
    assert found.problems[0]


def test_qti_rules_are_taken_only_where_the_point_goes_to_the_right_answer():
    def score(mark):
        return (
            f'<setOutcomeValue identifier="SCORE"><baseValue baseType="float">{mark}</baseValue>'
            "</setOutcomeValue>"
        )

    def rules(right, wrong):
        return (
            "><responseCondition><responseIf>"
            '<match><variable identifier="R"/><correct identifier="R"/></match>'
            f"{score(right)}</responseIf><responseElse>{score(wrong)}</responseElse>"
            "</responseCondition></responseProcessing><x "
        )

    declaration = correct("single", "a")
    assert qti(choose("a", "b"), declaration, rules("1.0", 0)).draft
    assert qti(choose("a", "b"), declaration, rules(0, 1)).draft is None
    assert qti(choose("a", "b"), declaration, rules(1, 0.5)).draft is None


def pack(manifest, **members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("imsmanifest.xml", manifest)
        for name, data in members.items():
            archive.writestr(f"{name}.xml", data)
    return file.getvalue()


def make_manifest(kind, href):
    resource = f'<resource identifier="r" type="{kind}" href="{href}"/>'
    return f"<manifest><resources>{resource}</resources></manifest>"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<manifest><resources/></manifest>", "whole package"),
        (b"<assessmentTest><testPart/></assessmentTest>", "whole package"),
        (b"<questestinterop/>", "QTI 1.2, as Canvas"),
        (b"<qti-assessment-test/>", "QTI 3"),
        (pack(make_manifest("assessment/x-bb-qti-test", "a.dat")), "Blackboard's own"),
        (pack(make_manifest("webcontent", "a.html")), "no item of QTI"),
    ],
    ids=["manifest", "test", "qti-1.2", "qti-3", "blackboard", "nothing"],
)
def test_what_is_no_item_is_refused_with_what_to_do(data, words):
    with pytest.raises(Unreadable, match=words):
        read_questions(data)


def test_a_package_of_canvas_says_that_its_version_is_not_read():
    manifest = make_manifest("imsqti_xmlv1p2", "quiz.xml")
    (found,) = read_questions(pack(manifest, quiz="<questestinterop/>"))
    assert found.place == "question 1 (quiz.xml)"
    assert "QTI 1.2, as Canvas" in found.problems[0]


@pytest.mark.parametrize(
    ("interaction", "words"),
    [
        ("extendedTextInteraction", "asks for a text"),
        ("textEntryInteraction", "writing a word or a number"),
        ("gapMatchInteraction", "gaps within a text"),
        ("hotspotInteraction", "on a picture"),
        ("customInteraction", "program of its own"),
        ("newInteraction", "“newInteraction” is not known"),
    ],
)
def test_interactions_without_a_kind_here_are_refused_in_words(interaction, words):
    item = (
        '<assessmentItem identifier="x"><itemBody><p>問い</p>'
        f'<{interaction} responseIdentifier="R"/></itemBody></assessmentItem>'
    )
    (found,) = read_questions(item.encode())
    assert found.draft is None
    assert words in found.problems[0]


@pytest.mark.parametrize(
    ("kind", "words"),
    [("ddwtos", "gaps"), ("ddmarker", "on a picture"), ("coderunner", "kind “coderunner”")],
)
def test_moodle_s_plugins_are_refused_in_words(kind, words):
    (found,) = read_questions(f'<quiz><question type="{kind}"/></quiz>'.encode())
    assert words in found.problems[0]


def rule(*branches, name="responseCondition"):
    return f"><{name}>{''.join(branches)}</{name}></responseProcessing><x "


def mark(value, score="SCORE"):
    return f'<setOutcomeValue identifier="{score}">{value}</setOutcomeValue>'


RIGHT = '<match><variable identifier="R"/><correct identifier="R"/></match>'
EMPTY = '<isNull><variable identifier="R"/></isNull>'
B_CHOSEN = '<match><variable identifier="R"/><baseValue>b</baseValue></match>'
ONE, NOUGHT = "<baseValue>1</baseValue>", "<baseValue>0</baseValue>"
ADDED = f'<sum><variable identifier="SCORE"/>{ONE}</sum>'
ANSWER = '<variable identifier="R"/>'
MAX = '<variable identifier="MAXSCORE"/>'
MAPPED = '<mapResponse identifier="R"/>'


@pytest.mark.parametrize(
    ("rules", "fits"),
    [
        (
            rule(
                f"<responseIf>{EMPTY}{mark('<baseValue>none</baseValue>', 'F')}</responseIf>",
                f"<responseElseIf>{RIGHT}{mark(ADDED)}</responseElseIf>",
                f"<responseElse>{mark(NOUGHT)}</responseElse>",
            ),
            True,
        ),
        (rule(f"<responseIf>{RIGHT}{mark('<baseValue>10</baseValue>')}</responseIf>"), True),
        (rule(f"<responseIf>{RIGHT}{mark(ONE, 'OTHER')}</responseIf>"), True),
        (rule(f"<responseIf>{B_CHOSEN}{mark(ONE)}</responseIf>"), False),
        (
            rule(
                f"<responseIf>{B_CHOSEN}{mark(NOUGHT)}</responseIf>",
                f"<responseElseIf>{RIGHT}{mark(ONE)}</responseElseIf>",
            ),
            False,
        ),
        (
            rule(
                f"<responseIf>{RIGHT}{mark(NOUGHT)}</responseIf>",
                f"<responseElse>{mark(MAX)}</responseElse>",
            ),
            False,
        ),
        (rule(f"<responseIf>{RIGHT}{mark(ONE)}</responseIf><responseElse>{mark(ONE)}"
              "</responseElse>"), False),
        (rule(f"<responseIf>{EMPTY}{mark(ONE)}</responseIf>"), False),
        (rule(f"<responseIf><not>{RIGHT}</not>{mark(ONE)}</responseIf>"), False),
        (rule(f"<responseIf>{RIGHT}{mark('<baseValue>-1</baseValue>')}</responseIf>"), False),
    ],
)  # fmt: skip
def test_qti_rules_are_followed_branch_by_branch(rules, fits):
    found = qti(choose("a", "b"), correct("single", "a"), rules)
    assert bool(found.draft) is fits
    if fits:
        assert [c.is_right for c in found.draft.choices] == [True, False]


def test_qti_mapped_marks_may_stand_beside_a_check_for_nothing():
    mapping = (
        '<mapping lowerBound="0" defaultValue="-1"><mapEntry mapKey="a" mappedValue="1"/></mapping>'
    )
    rules = rule(
        f"<responseIf>{EMPTY}{mark(NOUGHT)}</responseIf>",
        f"<responseElse>{mark(MAPPED)}</responseElse>",
    )
    found = qti(choose("a", "b"), correct("multiple", "a", mapping=mapping), rules)
    assert found.draft.parameters == {"partial_credit": True}


@pytest.mark.parametrize(
    "declaration",
    [
        correct("multiple", "a", "z"),
        correct("multiple", "a", "a"),
        correct("ordered", "a"),
        correct("multiple", "a", mapping='<mapping><mapEntry mapKey="a" mappedValue="1"/>'
                '<mapEntry mapKey="z" mappedValue="1"/></mapping>'),
    ],
)  # fmt: skip
def test_qti_key_must_name_choices_that_are_there(declaration):
    found = qti(
        choose("a", "b"),
        declaration,
        MAP if "mapEntry" in declaration else 'template="match_correct"',
    )
    assert found.draft is None


def test_qti_fewer_choices_than_are_right_are_refused_with_weights_too():
    mapping = (
        '<mapping lowerBound="0" defaultValue="-1"><mapEntry mapKey="a" mappedValue="1"/>'
        '<mapEntry mapKey="b" mappedValue="1"/></mapping>'
    )
    interaction = choose("a", "b", "c").replace('maxChoices="0"', 'maxChoices="1"')
    assert qti(interaction, correct("multiple", "a", mapping=mapping), MAP).draft is None


def test_qti_passage_for_the_candidate_stays_and_notes_for_others_go():
    asides = (
        '<rubricBlock view="candidate"><p>次の文を読む</p></rubricBlock>'
        '<rubricBlock view="scorer"><p>採点の注意</p></rubricBlock>'
    )
    found = qti(asides + choose("a", "b"), correct("single", "a"))
    assert found.draft.stem == "<p>前</p><p>次の文を読む</p><p>どれ<b>か</b></p><p>後</p>"
    assert found.problems == ("Notes for those who teach or mark are left behind.",)


@pytest.mark.parametrize(
    "part",
    ['<printedVariable identifier="X"/>', '<include href="passage.xml"/>', "<templateInline/>"],
)
def test_qti_text_that_stands_elsewhere_is_refused(part):
    assert qti(f"<p>{part}</p>" + choose("a", "b"), correct("single", "a")).draft is None


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


SHOWN = 'showHide="show" outcomeIdentifier="F"'


def test_qti_feedback_chosen_by_the_answer_goes_to_its_choice():
    (found,) = read(
        '<assessmentItem><responseDeclaration identifier="R" cardinality="single">'
        "<correctResponse><value>a</value></correctResponse></responseDeclaration>"
        f"<itemBody>{choose('a', 'b')}</itemBody><responseProcessing>"
        f"{mark(ANSWER, 'F')}"
        f"<responseCondition><responseIf>{RIGHT}{mark(ONE)}</responseIf></responseCondition>"
        f'</responseProcessing><modalFeedback identifier="a" {SHOWN}>はい</modalFeedback>'
        f'<modalFeedback identifier="c" {SHOWN}>余り</modalFeedback></assessmentItem>'
    )
    assert [c.feedback for c in found.draft.choices] == ["はい", ""]
    assert found.problems == ("Hints and feedback on the whole answer are left behind.",)


def test_qti_feedback_on_true_and_false_goes_to_the_explanation():
    interaction = choose("true", "false").replace(
        "true</simpleChoice>", "True<feedbackInline>そのとおり</feedbackInline></simpleChoice>"
    )
    found = qti(interaction, correct("single", "true"))
    assert found.draft.parameters == {"statement_is_true": True}
    assert found.draft.explanation == "そのとおり"


def test_qti_true_and_false_that_say_something_else_stay_choices():
    interaction = choose("true", "false").replace(">true<", ">賛成<").replace(">false<", ">反対<")
    found = qti(interaction, correct("single", "true"))
    assert found.draft.kind == "single_choice"
    assert [(c.text, c.is_right) for c in found.draft.choices] == [("賛成", True), ("反対", False)]


def test_qti_html_that_is_written_as_text_is_refused():
    interaction = choose("a", "b").replace(">a<", "><![CDATA[<p>a</p>]]><")
    assert qti(interaction, correct("single", "a")).draft is None
    about_html = choose("a", "b").replace(">a<", ">&lt;br&gt; は改行<")
    assert qti(about_html, correct("single", "a")).draft.choices[0].text == "<br> は改行"


def test_qti_choice_with_a_fixed_place_is_told():
    interaction = choose("a", "b").replace('identifier="b"', 'identifier="b" fixed="true"')
    assert "fixed place" in qti(interaction, correct("single", "a")).problems[0]
