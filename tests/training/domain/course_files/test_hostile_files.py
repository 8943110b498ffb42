"""No file, however it was made, is more than a message."""

import io
import json
import time
import zipfile
from hashlib import sha256

import pytest
from wagtail.blocks import RichTextBlock

from tests import factories
from tests.factories import NOW
from training.domain.course_files.blocks import Malformed, clean_rich_text, read_text
from training.domain.course_files.exporting import export_course
from training.domain.course_files.importing import Wish, import_course, plan_course_import
from training.domain.course_files.plans import resolve_elsewhere
from training.exchange import Unreadable
from training.exchange.course_files import (
    MAX_BYTES,
    read_course,
    read_course_in_child,
    write_content,
)
from training.exchange.course_media import check_svg, find_facts
from training.models import CoursePage, Question

from .cast import change, forget_course, read

CONTENT = {
    "format": "katsuyo-course",
    "version": 1,
    "course": {"key": "k", "slug": "s", "fields": {}},
    "modules": [],
    "questions": [],
    "media": [],
    "additions": {},
    "elsewhere": {},
}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">%s</svg>'


def pack(members, *, edit=lambda info: None):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            info = zipfile.ZipInfo(name)
            edit(info)
            archive.writestr(info, data)
    return file.getvalue()


def with_content(**changes):
    return pack([("course.json", write_content(CONTENT | changes))])


def with_medium(data, **changes):
    medium = {
        "sha256": sha256(data).hexdigest(),
        "kind": "image",
        "extension": "svg",
        "title": "絵",
        "description": "",
    } | changes
    name = f"media/{medium['sha256']}.{medium['extension']}"
    return pack([("course.json", write_content(CONTENT | {"media": [medium]})), (name, data)])


def link(info):
    info.external_attr = 0o120777 << 16


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK",
        b"PK\x03\x04" + b"\0" * 100,
        b"{}",
        pytest.param(lambda: b"PK" + b"\0" * MAX_BYTES, id="too long"),
        pack([("a.txt", "a")]),
        pack([("course.json", "{")]),
        pack([("course.json", "[" * 100_000)]),
        pack([("course.json", "[]")]),
        pack([("course.json", '{"format": "katsuyo-course", "version": NaN}')]),
        pack([("course.json", b"\xff\xfe")]),
        with_content(format="other"),
        with_content(version=2),
        with_content(version="1"),
        with_content(version=True),
        with_content(modules={}),
        with_content(questions=[{}]),
        with_content(course={"key": "k", "slug": "s", "fields": []}),
        with_content(more=[]),
        with_content(course={"key": "k\0", "slug": "s", "fields": {}}),
        pack([("course.json", json.dumps(CONTENT | {"elsewhere": {"\ud800": ""}}))]),
        pack([("course.json", write_content(CONTENT)), ("../x", "a")]),
        pack([("course.json", write_content(CONTENT)), ("/etc/x", "a")]),
        pack([("course.json", write_content(CONTENT)), ("more.txt", "a")]),
        pytest.param(
            lambda: pack([("course.json", write_content(CONTENT)), ("course.json", "a")]),
            id="twice",
        ),
        pack([("course.json", write_content(CONTENT))], edit=link),
        pytest.param(
            lambda: pack([("course.json", write_content(CONTENT)), ("bomb", b"\0" * 70_000_000)]),
            id="bomb",
        ),
        pytest.param(lambda: pack([("course.json", b" " * 11_000_000)]), id="much text"),
        pack([(f"{n}.txt", "") for n in range(1_001)]),
        with_medium(SVG % b"", sha256="0" * 64),
        with_medium(SVG % b"<script>alert(1)</script>"),
        with_medium(b"no picture", extension="png"),
        with_medium(SVG % b"", extension="png"),
        with_medium(b"<html>", kind="document", extension="html"),
        with_medium(b"<html>", kind="document", extension="pdf"),
        with_medium(b"MZ", kind="document", extension="exe"),
        with_medium(b"a", kind="other"),
    ],
)
def test_file_that_is_none_is_a_message(data):
    with pytest.raises(Unreadable) as caught:
        read_course(data() if callable(data) else data)
    assert str(caught.value)


def test_child_reads_the_same_and_refuses_the_same():
    data = with_medium(SVG % b'<title>a</title><use href="#a"/>')
    file = read_course_in_child(data)
    content, facts = read_course(data)
    assert (file.content, file.facts) == (content, facts)
    assert next(iter(facts.values())).width == 1
    with pytest.raises(Unreadable):
        read_course_in_child(with_content(version=2))


@pytest.mark.parametrize(
    "part",
    [
        b"<script/>",
        b"<SCRIPT/>",
        b'<g onload="a()"/>',
        b'<a href="javascript:a()"><text/></a>',
        b'<image href="https://example.jp/a.png"/>',
        b'<image xmlns:x="http://www.w3.org/1999/xlink" x:href="//example.jp/a.png"/>',
        b'<image href="data:image/svg+xml;base64,AAAA"/>',
        b'<style>svg{background:image-set("https://example.jp/a.png" 1x)}</style>',
        b"<foreignObject/>",
        b"<style>@import 'https://example.jp/a.css'</style>",
        b"<style>a { fill: url(https://example.jp/a) }</style>",
        b'<rect style="fill: url(https://example.jp/a)"/>',
        b"<rect fill=\"url('https://example.jp/a')\"/>",
        b'<animate attributeName="href" to="javascript:a()"/>',
        b'<set attributeName="onload" to="a()"/>',
        b'<?xml-stylesheet href="https://example.jp/a.css"?>',
    ],
)
def test_drawing_that_runs_or_fetches_is_refused(part):
    with pytest.raises(Unreadable):
        check_svg(data=SVG % part, title="絵")


def test_harmless_drawing_is_taken():
    check_svg(data=SVG % b'<rect fill="url(#a)"/><use href="#a"/><style>a {}</style>', title="絵")


@pytest.mark.parametrize("extension", ["pdf", "docx", "mp4", "webm", "vtt", "txt", "png", "mp3"])
def test_document_must_be_of_its_type(extension):
    medium = {"kind": "document", "extension": extension, "title": "資料"}
    with pytest.raises(Unreadable):
        find_facts(data=b"\0<html>", medium=medium, hashed="")


@pytest.fixture
def exported(db):
    course = factories.make_course(modules=1, questions=1)
    file = read(export_course(course=course, user=None, now=NOW))
    home = forget_course(course)

    return lambda edit: (change(file, edit), home)


def write_text(html):
    def edit(content):
        content["modules"][0]["fields"]["body"] = [{"type": "text", "value": html}]
        content["questions"][0]["stem"] = [{"type": "text", "value": html}]

    return edit


@pytest.mark.parametrize(
    "html",
    [
        "<p>前<script>alert(1)</script>後</p>",
        "<p>前</p><SCRIPT>if (a < b) alert('</p>')</SCRIPT ><style>alert {}</style><p>後</p>",
        "<p>前後</p><script>alert(1)",
        '<p onclick="a()">前後</p>',
        '<p>前<a href="javascript:a()">後</a></p>',
        '<p>前<img src="x" onerror="a()"/>後</p>',
        '<p>前<embed embedtype="media" url="https://example.jp/"/>後</p>',
        '<p>前<a linktype="page" id="1">後</a></p>',
        "<p>前</p><iframe src='https://example.jp/'></iframe><p>後</p>",
    ],
)
def test_hostile_text_is_cleaned_as_the_editor_would(exported, html):
    file, home = exported(write_text(html))
    import_course(file=file, parent=home, user=None, wish=Wish(), now=NOW)
    module = CoursePage.objects.get().get_children()[0].specific
    for stream in (module.body, Question.objects.get().stem):
        kept = stream[0].value.source
        for word in ("<script", "onclick", "javascript:", "onerror", "<img", "<embed", "<iframe"):
            assert word not in kept
        assert "linktype" not in kept
        assert "alert" not in kept
        assert "前" in kept
        assert "後" in kept


def set_body(*blocks):
    return lambda content: content["modules"][0]["fields"].update(body=list(blocks))


def set_question(**fields):
    return lambda content: content["questions"][0].update(fields)


@pytest.mark.parametrize(
    "edit",
    [
        set_body("a"),
        set_body({"type": "unknown", "value": ""}),
        set_body({"type": "text", "value": {"a": 1}}),
        set_body({"type": "heading", "value": ["a"]}),
        set_body({"type": "case", "value": []}),
        set_body({"type": "case", "value": {"odd": 1}}),
        set_body({"type": "do_dont", "value": {"do": "a", "dont": []}}),
        set_body({"type": "table", "value": {"data": [["a"], ["b", "c"]]}}),
        set_body({"type": "table", "value": {"data": [[{"a": 1}]]}}),
        set_body({"type": "table", "value": {"data": [["a"]], "cell": [{"row": "a"}]}}),
        set_body({"type": "table", "value": {"data": [["a"]], "cell": 7}}),
        set_body({"type": "try_it", "value": {"title": "a", "minutes": "x", "task": ""}}),
        set_body({"type": "quote", "value": {"text": "a", "source": "b", "url": "javascript:a()"}}),
        set_body({"type": "callout", "value": {"tone": "x", "title": "a", "text": ""}}),
        set_body({"type": "figure", "value": {"image": "image:0", "alt": "a"}}),
        set_body({"type": "figure", "value": {"image": "document:0", "alt": "a"}}),
        lambda content: content["modules"][0]["fields"].update(study_minutes="x"),
        lambda content: content["modules"][0]["fields"].update(study_minutes=-1),
        lambda content: content["modules"][0]["fields"].update(as_of="2026-02-31"),
        lambda content: content["modules"][0]["fields"].update(title=""),
        lambda content: content["modules"][0]["fields"].update(title=["a"]),
        lambda content: content["modules"][0]["fields"].update(title="a" * 300),
        lambda content: content["modules"][0]["fields"].update(live=True),
        lambda content: content["modules"][0]["fields"].pop("summary"),
        lambda content: content["modules"][0].update(key="x"),
        lambda content: content["modules"].append(content["modules"][0]),
        lambda content: content["questions"].append(content["questions"][0]),
        lambda content: content["modules"][0]["quiz"].update(questions=["gone"]),
        lambda content: content["modules"][0]["quiz"]["rules"].update(pass_mark=0),
        lambda content: content["modules"][0]["quiz"]["rules"].update(pass_mark={}),
        lambda content: content["modules"][0]["quiz"]["rules"].update(shows="x"),
        lambda content: content["modules"][0]["quiz"]["rules"].pop("shows"),
        lambda content: content["modules"][0]["quiz"].update(draws=[{"tag": "", "count": 1}]),
        lambda content: content["modules"][0]["quiz"].update(draws=[{"tag": "a", "count": -1}]),
        lambda content: content["additions"].update(terms=[{"slug": "a"}]),
        set_question(kind="unknown"),
        set_question(key="a b"),
        set_question(kind="numeric", parameters={"value": {"a": 1}}),
        set_question(parameters={"odd": 1}),
        set_question(parts=["gone"]),
        set_question(as_of="x"),
        set_question(certainty="x"),
        set_question(source_url="javascript:a()"),
        set_question(tags=["a" * 200]),
        set_question(tags=[""]),
        lambda content: content["questions"][0]["choices"][0].update(key="x" * 20),
        lambda content: content["questions"][0]["choices"][0].update(key="key-b"),
        lambda content: content["questions"][0]["choices"][0].update(image="image:0"),
        lambda content: content["questions"][0]["choices"][0].update(text="x" * 400),
    ],
)
def test_content_that_does_not_fit_is_told_and_nothing_is_made(exported, edit):
    file, home = exported(edit)
    plan = plan_course_import(file=file, parent=home, user=None, wish=Wish())
    assert plan.errors
    assert all(plan.errors)
    assert not CoursePage.objects.exists()
    assert not Question.objects.exists()


def test_words_of_a_link_cannot_make_another_one(exported):
    html = '<p><a href="https://katsuyo-course.invalid/site/faq/">前</a></p>'

    def edit(content):
        write_text(html)(content)
        content["elsewhere"] = {"faq/": "javascript:a()"}

    file, home = exported(edit)
    import_course(file=file, parent=home, user=None, wish=Wish(), now=NOW)
    module = CoursePage.objects.get().get_children()[0].specific
    assert module.body[0].value.source == "<p>前</p>"


def test_nothing_is_nested_as_deep_as_a_program_can_follow():
    value = []
    for _level in range(900):
        value = [value]
    with pytest.raises(Unreadable):
        read_course(with_content(additions={"x": value}))


def test_many_links_that_never_end_take_no_time(db):
    text = '<p><a href="https://katsuyo-course.invalid/page/x">' * 4000
    started = time.monotonic()
    resolve_elsewhere(CONTENT | {"course": CONTENT["course"] | {"fields": {"summary": text}}})
    assert time.monotonic() - started < 2


def test_address_that_is_none_leads_nowhere(db):
    link = '<a href="https://katsuyo-course.invalid/site/nowhere/">そこ</a>'
    content = CONTENT | {
        "course": CONTENT["course"] | {"fields": {"summary": link}},
        "elsewhere": {"nowhere/": "http://[x"},
    }
    resolved, _pages, _notes = resolve_elsewhere(content)
    assert resolved["course"]["fields"]["summary"] == "そこ"


def test_text_that_attacks_the_reading_of_tags_is_no_error():
    assert isinstance(read_text("<p>a&lt;b&lt;b&lt;b" + "<<b<b<" * 200 + "</p>"), str)


@pytest.mark.parametrize("tag", ['<a href="https://example.jp/">', "<b>", "<ul><li>"])
def test_tags_that_never_end_are_broken_html(tag):
    with pytest.raises(Malformed):
        clean_rich_text(RichTextBlock(), tag * 2000 + "x")
