"""The same on SQLite and PostgreSQL: nothing here is the database's own search."""

import pytest
from django.core.management import call_command
from wagtail.models import Page, PageViewRestriction

from cms.domain import readings
from cms.domain.search import cut, highlight, search, suggest
from cms.models import InformationPage, Reading, SearchEntry, SearchGram
from tests import factories
from training.models import ModulePage

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(db):
    return factories.make_home()


def publish(home, title, *blocks, **fields):
    page = InformationPage(title=title, body=[*blocks] or [("text", "<p>本文</p>")], **fields)
    Page.objects.get(pk=home.pk).add_child(instance=page)
    page.save_revision().publish()
    return page


def titles(query):
    pages = Page.objects.in_bulk([hit.page_id for hit in search(query=query)])
    return [pages[hit.page_id].title for hit in search(query=query)]


def test_word_inside_a_word_is_found(home):
    publish(home, "情報セキュリティ研修")
    publish(home, "ほかのページ")
    assert titles("研修") == ["情報セキュリティ研修"]
    assert titles("セキュリティ研") == ["情報セキュリティ研修"]


@pytest.mark.parametrize("query", ["すまほ", "ｽﾏﾎ", "スマホ", " スマホ\u3000"])
def test_kana_and_width_make_no_difference(home, query):
    publish(home, "スマホ教室")
    assert titles(query) == ["スマホ教室"]


def test_title_comes_before_heading_before_body(home):
    publish(home, "あ", ("text", "<p>料金の話</p>"))
    publish(home, "い", ("heading", "料金"))
    publish(home, "料金のこと")
    publish(home, "料金")
    assert titles("料金") == ["料金", "料金のこと", "い", "あ"]


def test_words_together_come_before_words_apart(home):
    publish(home, "あ", ("text", "<p>修了の後に、証という字</p>"))
    publish(home, "い", ("text", "<p>修了 証</p>"))
    assert titles("修了 証") == ["い", "あ"]


def test_every_word_must_be_there(home):
    publish(home, "スマホ教室")
    publish(home, "スマホ教室の相談")
    assert titles("教室 相談") == ["スマホ教室の相談"]
    assert titles("相談 教室") == ["スマホ教室の相談"]


def test_pairs_that_stand_apart_are_not_the_word(home):
    publish(home, "あ", ("text", "<p>京都、都庁、東京</p>"))
    publish(home, "い", ("text", "<p>東京都庁</p>"))
    assert titles("東京都庁") == ["い"]


def test_what_nothing_has_is_answered_with_what_comes_near(home):
    publish(home, "修了証の再交付")
    (hit,) = search(query="修了証の再発行")
    assert not hit.is_exact


@pytest.mark.parametrize("query", ["", "  ", "！？", "ん" * 500, "%", "_", "'", "\\"])
def test_odd_queries_find_nothing(home, query):
    publish(home, "スマホ教室")
    assert search(query=query) == []


def test_single_letter_is_found(home):
    publish(home, "合鍵の話")
    assert titles("鍵") == ["合鍵の話"]
    assert titles("鍵 合鍵") == ["合鍵の話"]


def test_marks_stand_around_what_was_written_and_everything_is_escaped():
    assert highlight("<b>ｶﾞイド</b>&", ["がい", "ど"]) == (
        "&lt;b&gt;<mark>ｶﾞイ</mark><mark>ド</mark>&lt;/b&gt;&amp;"
    )
    assert highlight("㈱㈱", ["(", "株"]) == "<mark>㈱</mark><mark>㈱</mark>"


def test_excerpt_is_cut_around_the_find():
    text = cut("あ" * 300 + "鍵" + "い" * 300, ["鍵"])
    assert text.startswith("…")
    assert text.endswith("…")
    assert "鍵" in text
    assert len(text) < 130


def test_unpublished_and_private_pages_are_not_found(home):
    page = publish(home, "下げる案内")
    private = publish(home, "内輪の案内")
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    assert titles("案内") == ["下げる案内"]
    page.unpublish()
    assert titles("案内") == []
    assert suggest(query="内輸") == ""


def test_suggestion_is_the_word_with_the_fewest_letters_to_change(home):
    publish(home, "修了 修了証")
    assert suggest(query="修了書") == "修了証"
    assert suggest(query="修了証書") == "修了証"


def test_numbers_are_found_as_a_whole_or_not_at_all(home):
    publish(home, "一万", ("text", "<p>1000人から10000人になった</p>"))
    publish(home, "千", ("text", "<p>ぜんぶで1,000人、または1000人</p>"))
    assert titles("10000") == ["一万"]
    assert set(titles("1000人")) == {"一万", "千"}
    for number in ("100", "1000000", "100000"):
        assert titles(number) == []
        assert suggest(query=number) == ""


def test_modules_are_found_as_long_as_their_course_is_published(home):
    course = factories.make_course()
    module = ModulePage.objects.child_of(course).get()
    module.save_revision().publish()
    assert titles(module.title) == [module.title]
    course.unpublish()
    assert titles(module.title) == []


def test_publishing_again_replaces_and_deleting_removes(home):
    page = publish(home, "古い題")
    page.title = "新しい題"
    page.save_revision()
    assert titles("古い") == ["古い題"]
    page.save_revision().publish()
    assert titles("古い") == []
    assert titles("新しい") == ["新しい題"]
    page.delete()
    assert not SearchEntry.objects.exists()
    assert not SearchGram.objects.exists()


def test_rebuilding_makes_the_same(home):
    publish(home, "情報セキュリティ研修", ("heading", "見出し"))
    before = set(SearchGram.objects.values_list("gram", "weight"))
    SearchEntry.objects.all().delete()
    call_command("rebuild_search", verbosity=0)
    assert set(SearchGram.objects.values_list("gram", "weight")) == before


def test_questions_and_keys_are_not_in_the_index(course):
    for page in ModulePage.objects.all():
        page.save_revision().publish()
    assert titles("本文")
    texts = " ".join(SearchEntry.objects.values_list("body", flat=True))
    for word in ("選択肢", "の問い", "の解説"):
        assert word not in texts
        assert not titles(word)


def test_what_may_have_been_meant(home):
    publish(home, "マイナポータルの使いかた", ("heading", "確認用コード"))
    assert suggest(query="マイナポタル") == "マイナポータル"
    assert suggest(query="まいなぽーたる") == ""
    assert suggest(query="まったく別") == ""


def test_statements_do_not_grow_with_what_is_found(home, django_assert_num_queries):
    publish(home, "研修一")
    with django_assert_num_queries(2):
        search(query="研修")
    publish(home, "研修二")
    publish(home, "研修三")
    with django_assert_num_queries(2):
        search(query="研修")


def test_excerpt_has_headings_only_where_the_find_is(home):
    body = [("heading", "借りるとき"), ("text", "<p>受付に言います。</p>")]
    publish(home, "鍵の案内", *body)
    assert [hit.excerpt for hit in search(query="鍵")] == ["受付に言います。"]
    assert ["<mark>借り</mark>る" in hit.excerpt for hit in search(query="借り")] == [True]


@pytest.mark.parametrize(
    "query", ["けんしゅう", "ケンシュウ", "ｹﾝｼｭｳ", "じょうほうせきゅりてぃけんしゅう"]
)
def test_word_is_found_by_how_it_is_read(home, query):
    publish(home, "情報セキュリティ研修")
    publish(home, "ほかのページ")
    (hit,) = search(query=query)
    assert (hit.title, hit.is_exact) == ("情報セキュリティ研修", True)


def test_as_written_comes_before_as_read_before_the_body(home):
    publish(home, "い", ("text", "<p>けんしゅうの話</p>"))
    publish(home, "あ", ("heading", "研修"))
    publish(home, "研修の日程")
    publish(home, "けんしゅうの日程")
    assert titles("けんしゅう") == ["けんしゅうの日程", "研修の日程", "あ", "い"]
    assert titles("けんしゅう にってい") == ["けんしゅうの日程", "研修の日程"]


@pytest.mark.parametrize("query", ["しゅう", "んしゅうか", "うけん", "けん"])
def test_kana_inside_a_word_or_at_a_short_ones_beginning_are_no_reading(home, query):
    publish(home, "情報研修会")
    assert not any(hit.is_exact for hit in search(query=query))


def test_parts_of_a_term_are_found_by_their_readings_too(home):
    factories.GlossaryTermFactory(term="地域おこし協力隊", reading="ちいきおこしきょうりょくたい")
    publish(home, "地域おこし協力隊の活動")
    for query in ("ちいきおこしきょうりょくたい", "きょうりょくたい"):
        found = [hit.title for hit in search(query=query)]
        assert found == ["地域おこし協力隊", "地域おこし協力隊の活動"], query


def test_editors_reading_counts_from_the_next_publication_on(home):
    page = publish(home, "三角の集い")
    Reading.objects.create(written="三角", reading="みすみ")
    assert titles("みすみ") == []
    page.save_revision().publish()
    assert titles("みすみ") == ["三角の集い"]


def test_searching_asks_nothing_of_the_dictionary(home, monkeypatch, django_assert_num_queries):
    publish(home, "情報セキュリティ研修")
    monkeypatch.setattr(readings, "_guess", None)
    with django_assert_num_queries(2):
        assert len(search(query="けんしゅう")) == 1


def test_page_is_found_as_written_where_there_is_no_dictionary(home, monkeypatch):
    monkeypatch.setattr(readings, "_open_dictionary", lambda: None)
    publish(home, "情報セキュリティ研修")
    assert titles("研修") == ["情報セキュリティ研修"]
