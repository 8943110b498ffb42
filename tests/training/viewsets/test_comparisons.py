"""What an editor sees of two versions beside each other, in Wagtail's table below our sentences."""

import copy
import datetime as dt

import pytest
import wagtail_factories
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import translation
from wagtail.documents import get_document_model

from tests import factories
from tests.english import english_in
from training.blocks import LessonBlock, StemBlock
from training.models import ModulePage, Question
from training.viewsets.comparisons import show_values

BLOCKS = LessonBlock().child_blocks
TABLE = {
    "data": [["日", "場所"], ["五日", "公民館"], ["十九日", None]],
    "table_caption": "今月の教室",
    "table_header_choice": "row",
    "first_row_is_table_header": True,
    "first_col_is_header": False,
}


@pytest.fixture(autouse=True)
def japanese():
    with translation.override("ja"):
        yield


@pytest.fixture
def media(db):
    def make(name):
        return get_document_model().objects.create(title=name, file=ContentFile("a", name="a.pdf"))

    images = [wagtail_factories.ImageFactory(title=name) for name in ("前の絵", "後の絵")]
    return {"image": images, "document": [make("前の書類"), make("後の書類")]}


def change_table(table):
    table["data"][1][1] = "図書館"


# Of each block: its value, what an editor does to it, what is taken out and what is put in.
CHANGES = {
    "heading": ("はじめ", lambda value: "おわり", "はじめ", "おわり"),
    "text": ("<p>待つ</p>", lambda value: "<p>急ぐ</p>", "待つ", "急ぐ"),
    "callout": (
        {"tone": "advice", "title": "題", "text": "<p>文</p>"},
        lambda value: value | {"tone": "must_not"},
        "助言",
        "してはいけないこと",
    ),
    "do_dont": (
        {"do": ["聞く"], "dont": ["急がす"]},
        lambda value: value | {"do": ["待つ"]},
        "聞く",
        "待つ",
    ),
    "case": (
        {"title": "題", "situation": "<p>朝</p>", "response": "", "lesson": ""},
        lambda value: value | {"situation": "<p>夜</p>"},
        "朝",
        "夜",
    ),
    "quote": (
        {"text": "言葉", "source": "白書", "url": ""},
        lambda value: value | {"source": "通知"},
        "白書",
        "通知",
    ),
    "table": (TABLE, change_table, "公民館", "図書館"),
    "steps": (
        {"title": "題", "steps": [{"text": "<p>押す</p>", "image": None, "alt": ""}]},
        lambda value: value | {"steps": [{"text": "<p>放す</p>", "image": None, "alt": ""}]},
        "押す",
        "放す",
    ),
    "video": (
        {"title": "動画", "file": None, "captions": None, "page": "", "transcript": "<p>話</p>"},
        lambda value: value | {"title": "映像"},
        "動画",
        "映像",
    ),
    "checklist": (
        {"title": "前日", "points": ["電池"]},
        lambda value: value | {"points": ["電源"]},
        "電池",
        "電源",
    ),
    "try_it": (
        {"title": "題", "task": "<p>話す</p>", "minutes": None, "result": ""},
        lambda value: value | {"minutes": 15},
        "",
        "15",
    ),
    "reflection": (
        {"question": "だれに", "hint": ""},
        lambda value: value | {"question": "いつ"},
        "だれに",
        "いつ",
    ),
}


def read(block, old, new):
    html = show_values(block, block.normalize(old), block.normalize(new))
    page = BeautifulSoup(str(html), "html.parser")
    return page, *(
        "".join(each.get_text() for each in page.select(f"span.{mark}, div.{mark}"))
        for mark in ("deletion", "addition")
    )


@pytest.mark.parametrize("name", CHANGES)
def test_change_of_a_block_is_shown_in_words(name, db):
    old, edit, taken, put = CHANGES[name]
    new = copy.deepcopy(old)
    new = edit(new) or new
    page, gone, came = read(BLOCKS[name], old, new)
    assert (gone, came) == (taken, put)
    assert english_in(str(page).encode()) == []
    assert "{" not in page.get_text()


@pytest.mark.parametrize(
    ("name", "field", "kind", "others"),
    [
        ("download", "document", "document", {"title": "題", "note": ""}),
        ("figure", "image", "image", {"alt": "絵", "caption": "", "description": ""}),
    ],
)
def test_change_of_a_file_or_an_image_is_shown(media, name, field, kind, others):
    old, new = ({field: each} | others for each in media[kind])
    page, gone, came = read(BLOCKS[name], old, new)
    if kind == "document":
        assert (gone, came) == ("前の書類", "後の書類")
    else:
        shown = [page.select_one(f".{mark} img")["alt"] for mark in ("deletion", "addition")]
        assert shown == ["前の絵", "後の絵"]


def test_no_block_is_left_out():
    assert {*CHANGES, "download", "figure"} == set(BLOCKS)
    assert set(StemBlock().child_blocks) <= set(BLOCKS)


def test_of_a_table_rows_and_headings_are_told_apart():
    longer = copy.deepcopy(TABLE)
    longer["data"].insert(2, ["十二日", "学校"])
    _page, gone, came = read(BLOCKS["table"], TABLE, longer)
    assert (gone, came) == ("", "十二日｜学校")
    other = copy.deepcopy(TABLE) | {"table_caption": "来月の教室"}
    page, gone, came = read(BLOCKS["table"], TABLE, other)
    assert (gone, came) == ("今月の教室", "来月の教室")
    assert "五日｜公民館" in page.get_text()


def test_block_that_is_added_or_removed_is_marked_as_a_whole():
    block = LessonBlock()
    one = {"type": "table", "value": TABLE, "id": "1" * 8}
    two = {"type": "callout", "value": CHANGES["callout"][0], "id": "2" * 8}
    html = show_values(block, block.to_python([one]), block.to_python([two]))
    page = BeautifulSoup(str(html), "html.parser")
    assert "公民館" in page.select_one("div.deletion").get_text()
    assert "助言" in page.select_one("div.addition").get_text()
    assert english_in(str(page).encode()) == []


def show_comparison(client, url_name, thing, edit):
    first = thing.save_revision()
    edit(thing)
    second = thing.save_revision()
    page = client.get(reverse(url_name, args=[thing.pk, first.pk, second.pk]))
    table = BeautifulSoup(page.content, "html.parser").select_one("table.listing")
    return table, {
        row.select_one(".title").get_text(strip=True).rstrip(":"): row.select_one(".comparison")
        for row in table.select("tbody tr:has(.title)")
    }


def test_page_of_a_module_shows_its_table_and_dates_in_words(admin_client):
    module = ModulePage.objects.child_of(factories.make_course()).get()
    module.body = [("table", copy.deepcopy(TABLE))]
    module.save()

    def edit(module):
        raw = module.body.get_prep_value()
        change_table(raw[0]["value"])
        module.body = module._meta.get_field("body").stream_block.to_python(raw)
        module.as_of = dt.date(2026, 4, 1)

    module.refresh_from_db()
    table, rows = show_comparison(
        admin_client, "wagtailadmin_pages:revisions_compare", module, edit
    )
    assert english_in(str(table).encode()) == []
    assert "五日｜公民館図書館" in rows["本文"].get_text()
    assert rows["時点"].get_text(strip=True) == "2026年4月1日"


def test_question_shows_a_new_answer_in_words_and_tags_without_their_order(admin_client):
    question = factories.make_question(key="1", tags=["制度", "安全"])
    question.explanation, question.stem = "解説", [("text", "<p>問い</p>")]
    question.save()

    def edit(question):
        choices = list(question.choices.all())
        choices[0].is_right, choices[1].is_right = True, False
        question.choices = choices
        question.tags.set(["安全", "制度"], clear=True)

    name = Question.snippet_viewset.get_url_name("revisions_compare")
    _table, rows = show_comparison(admin_client, name, question, edit)
    assert "タグ" not in rows
    assert {"True", "False", "None"} & set(rows["選択肢"].get_text(" ").split()) == set()
    marked = {
        mark: [each.get_text() for each in rows["選択肢"].select(f"span.{mark}")]
        for mark in ("deletion", "addition")
    }
    assert marked == {"deletion": ["いいえ", "はい"], "addition": ["はい", "いいえ"]}

    _table, rows = show_comparison(
        admin_client, name, question, lambda question: question.tags.add("見守り")
    )
    assert rows["タグ"].select_one("span.addition").get_text() == "見守り"
