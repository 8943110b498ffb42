"""No file, however broken, is more than a message or a refused place."""

import io
import itertools
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from training.exchange import FORMATS, QuestionDraft, Unreadable, read_questions
from training.exchange.drafts import MAX_BYTES, ChoiceDraft
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
    once = clean_html(html)
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
        ("<div>" * 5_000 + "a", "<p>a</p>"),
    ],
)
def test_foreign_html_is_reduced_to_what_the_editor_knows(html, clean):
    assert clean_html(html) == clean


def test_pictures_are_seen():
    assert find_media('<p>a <IMG src="x"><math/></p>') == {"img", "math"}
