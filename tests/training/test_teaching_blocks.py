"""Blocks that lessons are written in: what they ask of an editor, and what a learner gets."""

import re

import pytest
import wagtail_factories
from bs4 import BeautifulSoup
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.base import ContentFile
from django.template.loader import render_to_string
from django.utils import translation
from wagtail.admin.telepath import JSContext
from wagtail.blocks import StructBlockValidationError
from wagtail.contrib.table_block.blocks import DEFAULT_TABLE_OPTIONS, TableInputAdapter
from wagtail.documents import get_document_model

from tests import factories
from training.blocks import LessonBlock
from training.models import ModulePage

BLOCKS = LessonBlock().child_blocks
TEXT = "<p>文</p>"


def make_file(name):
    return get_document_model().objects.create(title=name, file=ContentFile("a", name=name))


def clean(name, **fields):
    block = BLOCKS[name]
    empty = {key: child.get_default() for key, child in block.child_blocks.items()}
    return block.clean(block.normalize(empty | fields))


def wrong_fields(name, **fields):
    with pytest.raises(StructBlockValidationError) as caught:
        clean(name, **fields)
    return sorted(caught.value.block_errors)


def show_preview(block, rf):
    value = block.get_preview_value()
    context = {"request": rf.get("/"), "bound_block": block.bind(value)}
    context |= block.get_preview_context(value)
    page = render_to_string(block.get_preview_template(value), context)
    return BeautifulSoup(page, "html.parser").select_one(".block-preview")


@pytest.mark.parametrize("name", sorted(BLOCKS))
def test_every_block_shows_itself_to_the_editor_who_chooses(name, db, rf):
    block = BLOCKS[name]
    assert block.is_previewable
    assert block.get_description()
    shown = show_preview(block, rf)
    assert shown.get_text(strip=True)
    assert shown.find(["script", "iframe", "object", "embed", "style"]) is None


def test_menu_of_a_table_is_wagtails_in_the_language_of_the_editor():
    with translation.override("ja"):
        options, _strings = TableInputAdapter().js_args(BLOCKS["table"].field.widget)
        names = JSContext().pack(options["contextMenu"]["items"])
    items = {key: each["name"] for key, each in names.items() if each != "---------"}
    assert list(items) == [
        each for each in DEFAULT_TABLE_OPTIONS["contextMenu"] if each != "---------"
    ]
    assert [each for each in items.values() if each.isascii()] == []


def test_telephone_numbers_of_a_table_can_be_called_and_others_are_text():
    rows = [["課", "番号"], ["<窓口>", "03-5253-5494\n2024-01-19"], ["ほか", "10-20-3000-1"]]
    html = BLOCKS["table"].render(
        {"data": rows, "first_row_is_table_header": True, "first_col_is_header": False}
    )
    assert re.findall(r'href="tel:([^"]+)"', html) == ["03-5253-5494"]
    assert "&lt;窓口&gt;" in html


def test_preview_of_a_figure_shows_a_picture_that_is_there(db, rf):
    block = BLOCKS["figure"]
    picture = show_preview(block, rf).img
    assert picture["alt"]
    assert finders.find(picture["src"].removeprefix(settings.STATIC_URL))


@pytest.mark.parametrize("name", BLOCKS)
def test_every_block_is_told_apart_by_group_and_icon(name):
    assert BLOCKS[name].meta.group
    assert BLOCKS[name].meta.icon not in ("placeholder", "")


def test_screenshot_needs_its_text_alternative(db):
    step = {"text": TEXT, "image": wagtail_factories.ImageFactory(), "alt": " "}
    block = BLOCKS["steps"].child_blocks["steps"].child_block
    with pytest.raises(StructBlockValidationError) as caught:
        block.clean(block.normalize(step))
    assert list(caught.value.block_errors) == ["alt"]
    assert block.clean(block.normalize(step | {"alt": "設定の画面"}))


def test_video_is_a_file_of_this_site_or_a_page_but_not_both(db):
    film, page = make_file("film.mp4"), "https://example.jp/film"
    said = {"title": "題", "transcript": TEXT}
    assert wrong_fields("video", **said) == ["file"]
    assert wrong_fields("video", **said, file=film, page=page) == ["file"]
    assert wrong_fields("video", **said, file=make_file("film.exe")) == ["file"]
    assert wrong_fields("video", **said, file=film, captions=film) == ["captions"]
    assert wrong_fields("video", title="題", page=page) == ["transcript"]
    assert clean("video", **said, file=film, captions=make_file("film.vtt"))


def test_video_plays_without_another_host(db):
    film = make_file("film.webm")
    value = clean("video", title="題", transcript=TEXT, file=film, captions=make_file("a.vtt"))
    shown = BeautifulSoup(BLOCKS["video"].render(value), "html.parser")
    assert shown.video["preload"] == "none"
    assert shown.source["src"] == film.url
    assert shown.source["type"] == "video/webm"
    assert shown.track["kind"] == "captions"
    linked = clean("video", title="題", transcript=TEXT, page="https://example.jp/film")
    shown = BeautifulSoup(BLOCKS["video"].render(linked), "html.parser")
    assert shown.find("video") is None
    assert "example.jp" in shown.a.get_text()


def test_lesson_with_every_block_is_served(client, db):
    course = factories.make_course()
    module = ModulePage.objects.child_of(course).get()
    module.body = [
        (name, BLOCKS[name].get_preview_value())
        for name in sorted(set(BLOCKS) - {"text", "table", "figure", "download"})
    ] + [("download", {"document": make_file("a.pdf"), "title": "配布資料", "note": ""})]
    module.save_revision().publish()
    shown = BeautifulSoup(client.get(module.get_url()).content, "html.parser")
    lesson = shown.select_one(".lesson")
    assert len(lesson.select("input[type=checkbox]")) == 2
    assert "配布資料 (PDF" in lesson.select_one(".teach--download").get_text()
    assert lesson.find("legend")


TABLE = {
    "data": [["課", "電話番号"], ["振興課", "03-0000-0000"]],
    "table_header_choice": "both",
    "first_row_is_table_header": True,
    "first_col_is_header": True,
    "table_caption": "連絡先",
}


def test_cells_of_a_table_name_their_columns_for_a_phone():
    shown = BeautifulSoup(BLOCKS["table"].render(TABLE), "html.parser").table
    assert "table-cards" in shown["class"]
    assert [cell["data-label"] for cell in shown.select("td")] == ["電話番号"]


def test_table_with_merged_cells_stays_a_table_on_a_phone():
    merged = [{"row": 0, "col": 0, "rowspan": 1, "colspan": 2, "removed": False}]
    shown = BeautifulSoup(BLOCKS["table"].render(TABLE | {"mergeCells": merged}), "html.parser")
    assert shown.table.get("class") is None


def test_course_and_module_lead_back_to_the_first_page(client, db):
    course = factories.make_course()
    module = ModulePage.objects.child_of(course).get()
    for page, depth in ((course, 2), (module, 3)):
        shown = BeautifulSoup(client.get(page.get_url()).content, "html.parser")
        trail = shown.select(".breadcrumb li")
        assert (len(trail), trail[0].a["href"]) == (depth, "/")
