"""Furigana over a page: what gets them, what is left as it is, and whose reading counts."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.domain import furigana, readings
from cms.domain.furigana import add_furigana
from cms.domain.readings import divide, prepare_corrections, read_corrections, read_house_list
from cms.models import GlossaryTerm, Reading
from tests.cms.domain.furigana_sentences import SENTENCES

RUBY = re.compile(r'<ruby>(.*?)<rp>（</rp><rt aria-hidden="true">(.*?)</rt><rp>）</rp></ruby>')


NONE = prepare_corrections(())


def write_ruby(html, corrections=NONE, language="ja"):
    page = add_furigana(html=f"<main>{html}</main>", corrections=corrections, language=language)
    return re.sub("</?span>", "", page.removeprefix("<main>").removesuffix("</main>"))


def annotate(html, corrections=NONE, language="ja"):
    """With 《》 for ruby, as Aozora Bunko writes it."""
    return RUBY.sub(r"\1《\2》", write_ruby(html, corrections, language))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("今日は晴れ。", "今日《きょう》は晴《は》れ。"),
        ("食べ物を入れ直す", "食《た》べ物《もの》を入《い》れ直《なお》す"),
        ("スマホでABCをひらく。", "スマホでABCをひらく。"),
        ("8つの単元", "8つの単元《たんげん》"),
        ("4月19日と20日", "4月《がつ》19日《にち》と20日《はつか》"),
        ("30分と15分", "30分《ぷん》と15分《ふん》"),
        ("約21億円", "約《やく》21億《おく》円《えん》"),
        ("「髙」", "「髙」"),
    ],
)
def test_kanji_get_their_readings_and_kana_do_not(text, read):
    assert annotate(text) == read


def test_a_page_is_otherwise_left_as_it_is():
    page = (
        '<!doctype html><html lang="ja"><head><title>講師</title></head><body><p>講師</p>'
        '<main id="a"><p class=\'x\' data-a="講師">&lt;b&gt; &amp; &#x8b1b; <br/><img alt="講師">'
        '<i class="muted visually-hidden">講師</i><i title="講師" aria-label="講師"></i>'
        "<code>講師</code><select><option>講師</option></select><textarea>講師</textarea>"
        '<ruby>講師<rt>せんせい</rt></ruby><span lang="en">講師</span><svg><text>講師</text></svg>'
        '<b translate="no">山田花子</b><!-- 講師 --><script>"講師"</script></p></main>'
        "講師</body></html>"
    )
    assert add_furigana(html=page, corrections=NONE, language="ja") == page
    fragment = "<p>講師</p>"
    assert add_furigana(html=fragment, corrections=NONE, language="ja") == fragment


def test_english_pages_get_them_where_the_text_is_japanese():
    html = '<p>講師</p><p lang="ja">講師<i lang="en">講師</i>講師</p><p>講師</p>'
    assert annotate(html, language="en") == (
        '<p>講師</p><p lang="ja">講師《こうし》<i lang="en">講師</i>講師《こうし》</p><p>講師</p>'
    )


def test_buttons_have_them_too():
    assert annotate("<button>送信</button>") == "<button>送信《そうしん》</button>"


def test_a_text_stays_one_part_of_its_box():
    page = add_furigana(html="<main><a>講師の役割</a></main>", corrections=NONE, language="ja")
    assert re.fullmatch("<main><a><span>.*</span></a></main>", page)
    kana = "<main><a>かな</a></main>"
    assert add_furigana(html=kana, corrections=NONE, language="ja") == kana


def test_corrections_win_and_the_longest_first():
    corrections = prepare_corrections(
        (("一日", "ついたち"), ("月一日", "つきいちにち"), ("1人", "ひとり"))
    )
    assert annotate("月一日と一日", corrections) == "月一日《つきいちにち》と一日《ついたち》"
    assert annotate("1人と21人", corrections) == "1人《ひとり》と21人《にん》"


@pytest.mark.parametrize(
    ("written", "reading", "text", "read"),
    [
        # Never inside a longer word, never a verb's beginning.
        ("行", "ぎょう", "銀行の行に行く", "銀行《ぎんこう》の行《ぎょう》に行《い》く"),
        ("日", "ひび", "日本と休日と日", "日本《にっぽん》と休日《きゅうじつ》と日《ひび》"),
        ("この行", "このぎょう", "この行動", "この行動《こうどう》"),
        ("金", "きん", "お金持ちの金", "お金持《かねも》ちの金《きん》"),
        ("1人", "いちにん", "１1人と1人", "１1人《にん》と1人《いちにん》"),
        # A figure before it is no obstacle.
        ("月末", "つきずえ", "4月末", "4月末《つきずえ》"),
        # What is longer than the word it cuts, and what goes on in kana.
        ("中山町", "なかやままち", "中山町内", "中山町《なかやままち》内《ない》"),
        ("でも開け", "でもひらけ", "いつでも開けます", "いつでも開《ひら》けます"),
        ("お金", "おかね", "お金のことは", "お金《かね》のことは"),
        # Where the longest does not fit, a shorter one may.
        ("講師", "せんせい", "講師団", "講師《せんせい》団《だん》"),
    ],
)
def test_a_correction_is_of_whole_words(written, reading, text, read):
    corrections = prepare_corrections(((written, reading), ("講師団体", "こうしだんたい")))
    assert annotate(text, corrections) == read


@pytest.mark.parametrize(
    ("written", "reading", "read"),
    [
        (
            "社会福祉協議会",
            "しゃかいふくしきょうぎかい",
            "社会《しゃかい》福祉《ふくし》協議会《きょうぎかい》",
        ),
        # The dictionary would read 町 otherwise.
        ("中山町役場", "なかやままちやくば", "中山町《なかやままち》役場《やくば》"),
        ("令和", "れいわ", "令和《れいわ》"),
        ("市区町村", "しくちょうそん", "市区町村《しくちょうそん》"),
        # Nothing of it is as the dictionary reads it: an editor may say where.
        ("羽衣海辺", "あいうえおか", "羽衣海辺《あいうえおか》"),
        ("羽衣 海辺", "あいう えおか", "羽衣《あいう》海辺《えおか》"),
    ],
)
def test_a_long_word_has_its_reading_in_pieces(written, reading, read):
    corrections = prepare_corrections(((written, reading),))
    assert annotate(written.replace(" ", ""), corrections) == read


def test_sentences_of_public_service_are_read_rightly():
    corrections = prepare_corrections(tuple(read_house_list().items()))
    right = dict(line.split(" = ") for line in SENTENCES.splitlines() if " = " in line)
    pages = {text: write_ruby(text, corrections) for text in right}
    assert {text: RUBY.sub(r"\2", page) for text, page in pages.items()} == right


def test_editors_come_before_the_glossary(db):
    GlossaryTerm.objects.create(term="講師", reading="こうじ", slug="a", plain="教える人。")
    GlossaryTerm.objects.create(term="講座", reading="こうざあ", slug="b", plain="習う所。")
    Reading.objects.create(written="講師", reading="こうしさん")
    assert annotate("講師と講座", read_corrections()) == "講師《こうしさん》と講座《こうざあ》"


def test_texts_are_remembered_once_for_all_readers(db):
    Reading.objects.create(written="講師", reading="こうし")
    first = read_corrections()
    assert read_corrections() is first
    Reading.objects.create(written="講座", reading="こうざ")
    assert read_corrections() is not first


def test_without_the_dictionary_the_page_is_shown_as_it_is(monkeypatch):
    monkeypatch.setattr(readings, "_open_dictionary", lambda: None)
    furigana.annotate.cache_clear()
    corrections = prepare_corrections((("受講", "じゅこう"),))
    assert annotate("講師が受講する", corrections) == "講師が受講《じゅこう》する"
    furigana.annotate.cache_clear()


@given(st.text(alphabet="講師は今日、3人で食べます。\n一ヶ月々〆ＡＢ１２&;髙﨑", max_size=60))
def test_without_the_ruby_it_is_the_same_text(text):
    html = text.replace("&", "&amp;")
    assert re.sub("《.*?》", "", annotate(html)) == html


@pytest.mark.parametrize("term", ["関係 人口", "Web 会議"])
def test_blank_in_a_term_of_the_glossary_belongs_to_the_term(term):
    corrections = prepare_corrections(((term, "かんけいじんこう"),))
    assert annotate(f"{term}とは", corrections).endswith("》とは")
    assert annotate(f"{term.replace(' ', '')}とは", corrections).endswith("》とは")


@pytest.mark.django_db
def test_editors_reading_in_pieces_goes_before_the_houses():
    Reading.objects.create(written="総務 省", reading="そうむ しょお")
    assert "しょお" in annotate("総務省の資料", read_corrections())


def test_long_word_read_otherwise_altogether_is_one_piece_at_once():
    started = time.monotonic()
    assert divide("研修会議" * 12, "あ") == (("研修会議" * 12, "あ"),)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(("text", "wrong"), [("第2日曜に開く", "ふつか"), ("二十日まで", "にち")])
def test_what_begins_like_a_day_and_is_none_is_left_to_the_dictionary(text, wrong):
    assert wrong not in annotate(text, NONE)
