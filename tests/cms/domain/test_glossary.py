import pytest
from django.core.exceptions import ValidationError

from cms.domain.glossary import find_row, link_terms, list_rows
from cms.domain.search import search, suggest
from tests.factories import GlossaryTermFactory
from training.domain.lessons import render_lesson
from training.models import ModulePage

pytestmark = pytest.mark.django_db


@pytest.fixture
def term(db):
    return GlossaryTermFactory()


@pytest.mark.parametrize(
    ("reading", "row"),
    [("がく", "か"), ("っち", "た"), ("ぱす", "は"), ("ゔぃ", "あ"), ("ゃ", "や"), ("をん", "わ")],
)
def test_rows_of_the_kana_table(reading, row):
    assert find_row(reading) == row


def test_terms_stand_in_the_order_of_their_readings():
    for term, reading in (("応用講座", "おうようこうざ"), ("e-Tax", "いーたっくす")):
        GlossaryTermFactory(term=term, reading=reading, slug=f"slug-{len(reading)}")
    GlossaryTermFactory()
    assert [(row.name, [term.term for term in row.terms]) for row in list_rows()] == [
        ("あ", ["e-Tax", "応用講座"]),
        ("か", ["公民館"]),
    ]


LINK = '<a class="term" href="/glossary/#kominkan">公民館</a>'


@pytest.mark.parametrize(
    ("html", "linked"),
    [
        ("<p>公民館へ。公民館で。</p>", f"<p>{LINK}へ。公民館で。</p>"),
        ("<h2>公民館</h2><p>公民館</p>", f"<h2>公民館</h2><p>{LINK}</p>"),
        (
            '<p><a href="/公民館">公民館</a> 公民館</p>',
            f'<p><a href="/公民館">公民館</a> {LINK}</p>',
        ),
        ('<img alt="公民館"><br><p>公民館</p>', f'<img alt="公民館"><br><p>{LINK}</p>'),
        ("<details><p>公民館</p></details>", "<details><p>公民館</p></details>"),
        ("<p>中央公民館と公民館長</p>", "<p>中央公民館と公民館長</p>"),
        ("<p>ほか</p>", "<p>ほか</p>"),
        ("<label><span>公民館</span></label>", "<label><span>公民館</span></label>"),
        ("< ><p>a &lt; b 公民館</p>", f"< ><p>a &lt; b {LINK}</p>"),
    ],
)
def test_first_occurrence_in_running_text_is_linked(term, html, linked):
    assert link_terms(html) == linked


def test_longest_name_wins_and_other_names_lead_to_the_same(term):
    GlossaryTermFactory(term="e-Tax", reading="いーたっくす", slug="e-tax", also="イータックス")
    html = link_terms("<p>e-Taxing、イータックスとe-Tax</p>")
    assert html == (
        '<p>e-Taxing、<a class="term" href="/glossary/#e-tax">イータックス</a>とe-Tax</p>'
    )


def test_signs_in_a_name_are_met_as_the_page_writes_them():
    GlossaryTermFactory(term="Q&A", reading="きゅーあんどえー", slug="qa")
    assert 'href="/glossary/#qa">Q&amp;A</a>' in link_terms("<p>Q&amp;A</p>")


def test_lesson_has_the_links(course, term):
    module = ModulePage.objects.first()
    module.body = [("heading", "公民館"), ("text", "<p>公民館へ</p>")]
    lesson = render_lesson(module=module, course=course)
    assert f"{LINK}へ" in lesson.body
    assert lesson.body.count("/glossary/") == 1


def test_statements_do_not_grow_with_the_terms(term, django_assert_num_queries):
    with django_assert_num_queries(1):
        link_terms("<p>公民館</p>")
    GlossaryTermFactory(term="講習会", reading="こうしゅうかい", slug="a")
    GlossaryTermFactory(term="財源", reading="ざいげん", slug="b")
    with django_assert_num_queries(1):
        link_terms("<p>公民館</p>")


def test_anchor_stays(term):
    term.slug = "other"
    with pytest.raises(ValidationError, match="slug"):
        term.full_clean()


def test_reading_is_in_hiragana(term):
    term.reading = "コウミンカン"
    with pytest.raises(ValidationError, match="reading"):
        term.full_clean()


def test_search_finds_terms_by_reading_and_suggests_their_name(term):
    (hit,) = search(query="こうみんかん")
    assert hit.term_id == term.pk
    assert suggest(query="こうみんかん") == "公民館"
    term.delete()
    assert search(query="公民館") == []


def test_what_stands_for_a_sign_is_no_word():
    GlossaryTermFactory(term="amp", reading="あんぷ", slug="amp")
    GlossaryTermFactory(term="Q&A", reading="きゅーあんどえー", slug="q-and-a")
    assert link_terms("<p>A &amp; B</p>") == "<p>A &amp; B</p>"
    assert link_terms("<p>Q&amp;A</p>") == (
        '<p><a class="term" href="/glossary/#q-and-a">Q&amp;A</a></p>'
    )
