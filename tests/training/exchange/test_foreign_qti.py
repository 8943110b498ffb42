"""QTI 2.1 and 2.2 as other programs write it: taken over faithfully or refused in words."""

import io
import zipfile

import pytest

from training.exchange import Unreadable, read_questions


def read(text):
    return read_questions(text.encode())


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
        '<choiceInteraction responseIdentifier="R" shuffle="true" maxChoices="0">'
        "<prompt>どれ<b>か</b></prompt>"
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


@pytest.mark.parametrize(
    ("shuffle", "outcome", "words"),
    [
        ("true", "", []),
        ("false", "", ["fixed order"]),
        ("true", '<outcomeDeclaration identifier="SCORE" normalMaximum="2.0"/>', ["2.0 points"]),
        (
            "true",
            '<outcomeDeclaration identifier="MAXSCORE"><defaultValue><value>5</value>'
            "</defaultValue></outcomeDeclaration>",
            ["5 points"],
        ),
    ],
)
def test_qti_points_and_fixed_order_are_told_not_dropped_unseen(shuffle, outcome, words):
    interaction = choose("a", "b").replace('shuffle="true"', f'shuffle="{shuffle}"')
    more = f'</responseDeclaration>{outcome}<responseDeclaration identifier="Z">'
    found = qti(interaction, correct("single", "a") + more)
    told = [each for each in found.problems if "This is not kept" in each]
    assert len(told) == len(words)
    assert all(word in each for word, each in zip(words, told, strict=True))
