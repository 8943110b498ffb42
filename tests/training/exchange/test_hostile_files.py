"""No file, however broken, is more than a message or a refused place."""

import io
import itertools
import time
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from training.exchange import FORMATS, QuestionDraft, Unreadable, read_questions
from training.exchange.drafts import MAX_BYTES, ChoiceDraft, Refused
from training.exchange.markup import clean_html, find_media

CHOICES = (ChoiceDraft("はい", is_right=True), ChoiceDraft("いいえ"))
DRAFT = QuestionDraft(key="k1", kind="single_choice", stem="<p>問い</p>", choices=CHOICES)
WHOLE = {name: target.write([DRAFT], []) for name, target in FORMATS.items()}
BOMB = b'<!DOCTYPE quiz [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><quiz>&b;</quiz>'
OUTSIDE = b'<!DOCTYPE quiz [<!ENTITY a SYSTEM "file:///etc/passwd">]><quiz>&a;</quiz>'


def pack(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/"), data)
    return file.getvalue()


def repack(data, change):
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return file.getvalue()


def assert_survived(data):
    try:
        found = read_questions(data)
    except Unreadable:
        return
    assert all(each.draft or each.problems for each in found)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK",
        b"PK\x03\x04" + b"\0" * 100,
        b"\xd0\xcf\x11\xe0" + b"\0" * 100,
        b"<",
        b"<quiz>",
        b"<quiz/>",
        b"<html><body/></html>",
        b"\xff\xfe<",
        b"\x80\x81\x00",
        b"// nothing",
        b"a" * (MAX_BYTES + 1),
        b"A {T}\n\n" * 5_001,
        BOMB,
        OUTSIDE,
        BOMB.decode().encode("utf-16"),
        b"<quiz>" + b"<a>" * 20_000 + b"</a>" * 20_000 + b"</quiz>",
        b"<questestinterop/>",
        b'<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0"/>',
        pack(**{"a.txt": "a"}),
        pack(**{"imsmanifest.xml": BOMB}),
        pack(**{"imsmanifest.xml": "<manifest/>", "..__x": "a"}),
        pack(**{"imsmanifest.xml": "<manifest/>", "bomb": b"\0" * 41_000_000}),
        pack(**{"[Content_Types].xml": "<Types/>"}),
        repack(
            WHOLE["xlsx"],
            lambda name, part: part.replace(b"<worksheet", b"<!DOCTYPE x><worksheet", 1),
        ),
        repack(WHOLE["xlsx"], lambda name, part: b"<a" if "sheet1" in name else part),
    ],
    ids=map(str, itertools.count()),
)
def test_unreadable_files_are_one_message(data):
    with pytest.raises(Unreadable, match=r"\w"):
        read_questions(data)


def test_items_of_a_package_are_never_looked_for_outside_it():
    manifest = (
        '<manifest><resources><resource type="imsqti_item_xmlv2p1" href="../../etc/passwd"/>'
        '<resource type="imsqti_item_xmlv2p1" href="/etc/passwd"/>'
        '<resource type="imsqti_item_xmlv2p1"/></resources></manifest>'
    )
    found = read_questions(pack(**{"imsmanifest.xml": manifest}))
    assert [each.draft for each in found] == [None] * 3
    assert all(each.problems for each in found)


@pytest.mark.parametrize("name", list(FORMATS))
@given(place=st.floats(0, 1, exclude_max=True), byte=st.binary(min_size=0, max_size=3))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_damaged_files_do_not_raise(name, place, byte):
    whole = WHOLE[name]
    at = int(place * len(whole))
    assert_survived(whole[:at] + byte + whole[at + 1 :])
    assert_survived(whole[:at])


@given(text=st.text(st.sampled_from("{}=~#:%->[]html\\\n/TF0.5 あ$*"), max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_text_is_gift_or_refused(text):
    assert_survived(f"問い {text}".encode())


@given(html=st.text(st.sampled_from("<>/pbaul oliscrtm&;=\"'!-\n"), max_size=60))
@settings(max_examples=150, deadline=None)
def test_cleaning_html_twice_changes_nothing(html):
    try:
        once = clean_html(html)
    except Refused:
        return
    assert clean_html(once) == once


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        ("<p onclick=x>a<script>alert(1)</script></p>", "<p>a</p>"),
        ('<a href="javascript:alert(1)">a</a>', "<p>a</p>"),
        ('<a href="JaVa\nScript:alert(1)">a</a>', "<p>a</p>"),
        (
            '<a href="https://example.jp/?a=1&b=2">a</a>',
            '<p><a href="https://example.jp/?a=1&amp;b=2">a</a></p>',
        ),
        ('<p>a <strong>b</strong> <span style="color:red">c</span></p>', "<p>a <b>b</b> c</p>"),
        ("<table><tr><th>a</th><td>b</td></tr><tr><td>c</td></tr></table>", "<p>a b</p><p>c</p>"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("a &lt;b&gt; &amp; c", "<p>a &lt;b&gt; &amp; c</p>"),
        ("<div>" * 2_000 + "a", "<p>a</p>"),
    ],
)
def test_foreign_html_is_reduced_to_what_the_editor_knows(html, clean):
    assert clean_html(html) == clean


CELLS = ("識別子", "種類", "問題文", "解説", "選択肢1", "正解1", "選択肢2", "正解2")


def make_sheet(**cells):
    values = {"種類": "単一選択", "問題文": "問い", "選択肢1": "a", "正解1": "○", "選択肢2": "b"}
    book = Workbook()
    book.active.append(CELLS)
    book.active.append([(values | cells).get(name) for name in CELLS])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def make_moodle(stem="問い", choice="a", explanation=""):
    return (
        '<quiz><question type="multichoice"><questiontext format="html"><text><![CDATA['
        f"{stem}]]></text></questiontext><generalfeedback><text><![CDATA[{explanation}]]></text>"
        f'</generalfeedback><answer fraction="100"><text><![CDATA[{choice}]]></text></answer>'
        '<answer fraction="0"><text>b</text></answer></question></quiz>'
    ).encode()


def make_qti(stem="問い", choice="a"):
    return (
        '<assessmentItem identifier="x"><responseDeclaration identifier="R" cardinality="single">'
        "<correctResponse><value>a</value></correctResponse></responseDeclaration>"
        f'<itemBody><p>{stem}</p><choiceInteraction responseIdentifier="R">'
        f'<simpleChoice identifier="a">{choice}</simpleChoice>'
        '<simpleChoice identifier="b">b</simpleChoice></choiceInteraction></itemBody>'
        "</assessmentItem>"
    ).encode()


LONG = "あ" * 20_001
TAGS = "<a " * 2_001


@pytest.mark.parametrize(
    "data",
    [
        f"{LONG}{{T}}".encode(),
        f"[html]{TAGS}{{T}}".encode(),
        f"a{{={LONG} ~b}}".encode(),
        f"a{{=[html]{TAGS} ~b}}".encode(),
        f"a{{=b ~c####{LONG}}}".encode(),
        f"a{{=b ~c####[plain]{LONG}}}".encode(),
        make_moodle(stem=LONG),
        make_moodle(stem=TAGS),
        make_moodle(choice=LONG),
        make_moodle(choice=TAGS),
        make_moodle(explanation=LONG),
        make_moodle(explanation=TAGS),
        make_qti(stem=LONG),
        make_qti(choice=LONG),
        make_qti(stem="<br/>" * 2_001),
        make_sheet(問題文=LONG),
        make_sheet(問題文="<p>" + TAGS),
        make_sheet(解説=LONG),
        make_sheet(選択肢1=LONG),
    ],
    ids=map(str, itertools.count()),
)
def test_long_texts_are_refused_and_never_cut(data):
    begun = time.monotonic()
    (found,) = read_questions(data)
    assert time.monotonic() - begun < 2
    assert found.draft is None
    assert found.problems == ("A text is too long: 20,000 characters and 2,000 signs “<” at most.",)


def test_what_is_just_short_enough_is_kept_whole():
    (found,) = read_questions(("あ" * 19_900 + "{T}").encode())
    assert len(found.draft.stem) == 19_907


@pytest.mark.parametrize(
    "text",
    [
        "a\n" * 200_000,
        "a\n" * 200_000 + "{T}",
        "// " + "[id:" * 100_000 + "\na{T}",
        "// " + "[id:" * 100_000 + "\\\na{T}",
        "// " + "[id:\\" * 80_000 + "\na{T}",
        "[html]" + "<a " * 130_000 + "{T}",
        "[html]" + "<!--" * 100_000 + "{T}",
        "a{" + "~a\n" * 130_000 + "=b}",
        "a{" + "=a\n" * 130_000 + "}",
        "a{" + "=a->b\n" * 60_000 + "}",
        "\u3000\n" * 100_000 + "{T}",
        "$CATEGORY: " + "<a " * 130_000 + "\na{T}",
        "::" * 200_000 + "{T}",
    ],
    ids=map(str, itertools.count()),
)
def test_hostile_gift_of_400_kilobytes_is_read_quickly(text):
    begun = time.monotonic()
    assert_survived(text.encode())
    assert time.monotonic() - begun < 2


def test_more_answers_than_anybody_could_read_are_refused():
    many = '<answer fraction="0"><text>a</text></answer>' * 201
    moodle = make_moodle().replace(b"</question></quiz>", f"{many}</question></quiz>".encode())
    (found,) = read_questions(moodle)
    assert found.problems == ("It has more than 200 answers.",)


def test_marked_sections_are_a_message():
    with pytest.raises(Refused):
        clean_html("a <![x b")


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"\x89PNG",
        b"%PDF-1.7\n{a}",
        bytes(range(256)),
        "問い{T}\0".encode(),
        "名前,点\n山田,3\n".encode(),
        pack(**{"a.txt": "a"}),
        pack(**{"[Content_Types].xml": "<Types/>", "word__document.xml": "<a/>"}),
    ],
    ids=map(str, itertools.count()),
)
def test_other_formats_are_said_to_be_unreadable(data):
    with pytest.raises(Unreadable, match="This format cannot be read"):
        read_questions(data)


def test_broken_xml_is_told_by_its_place_in_our_words():
    with pytest.raises(Unreadable) as caught:
        read_questions(b"<quiz>\n  <a></b>\n</quiz>")
    assert str(caught.value) == "The XML is broken at line 2, column 8."


def test_pictures_are_seen():
    assert find_media('<p>a <IMG src="x"><math/></p>') == {"img", "math"}
