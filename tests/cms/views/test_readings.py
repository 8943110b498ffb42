"""Editors correct a reading: they see what it changes before it is in force."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from cms.domain.reading_changes import list_changes
from cms.domain.search_index import index_term
from cms.models import GlossaryTerm, Reading, SearchEntry
from cms.roles import EDITORS, make_group
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages():
    for slug, text in (
        ("bank", "銀行の表の行を見ます。次の行も見ます。"),
        ("town", "市役所へ行く。"),
    ):
        index_term(term=GlossaryTerm.objects.create(term=slug, slug=slug, reading="あ", plain=text))


@pytest.fixture
def editor():
    user = factories.UserFactory()
    user.groups.add(make_group(EDITORS))
    client = Client()
    client.force_login(user)
    return client


def url(action, *args):
    return reverse(f"wagtailsnippets_cms_reading:{action}", args=args)


def test_what_it_changes_is_counted_in_published_pages(pages):
    changes = list_changes(written="行", reading="くだり")
    assert (changes.sentences, changes.pages) == (2, 1)
    assert [example.then.count("くだり") for example in changes.examples] == [1, 1]
    assert "くだり" not in changes.examples[0].now
    assert list_changes(written="銀", reading="しろがね").sentences == 0


def test_it_takes_a_fixed_number_of_statements(pages, django_assert_num_queries):
    with django_assert_num_queries(6):
        list_changes(written="行", reading="くだり")
    SearchEntry.objects.update(body="一つの行。")
    with django_assert_num_queries(6):
        list_changes(written="行", reading="くだり")


def test_texts_of_pages_are_shown_as_texts(pages):
    SearchEntry.objects.update(body="<b>行</b>")
    example = list_changes(written="行", reading="くだり").examples[0]
    assert example.then.startswith("&lt;b&gt;<ruby>行")


def test_an_editor_sees_the_changes_and_saves_the_second_time(pages, editor):
    data = {"written": "行", "reading": "くだり"}
    shown = editor.post(url("add"), data)
    assert not Reading.objects.exists()
    assert shown.context["changes"].sentences == 2
    assert ">くだり</rt>" in shown.text
    mark = shown.context["mark"]
    # Another one than was looked at.
    editor.post(url("add"), data | {"reading": "ぎょうさん", "seen": mark})
    assert not Reading.objects.exists()
    editor.post(url("add"), data | {"seen": mark})
    assert Reading.objects.get().reading == "くだり"


def test_what_changes_nothing_is_saved_at_once(pages, editor):
    editor.post(url("add"), {"written": "銀", "reading": "しろがね"})
    assert Reading.objects.get().written == "銀"


def test_a_change_is_compared_with_what_it_was(pages, editor):
    reading = Reading.objects.create(written="行", reading="くだり")
    data = {"written": "次の行", "reading": "つぎのくだり"}
    shown = editor.post(url("edit", reading.pk), data)
    # In the first sentence 行 is as the dictionary reads it again; the second stays as it is.
    assert shown.context["changes"].sentences == 1
    assert Reading.objects.get().written == "行"


def test_an_editor_takes_a_correction_back(editor):
    reading = Reading.objects.create(written="行", reading="くだり")
    editor.post(url("delete", reading.pk))
    assert not Reading.objects.exists()


@pytest.mark.parametrize(
    ("written", "reading"),
    [
        ("社会　福祉", "しゃかいふくし"),
        ("社会福祉", "しゃかい ふくし"),
        ("講 師", "こう し"),
        ("かな", "かな"),
        ("社会", "シャカイ"),
    ],
)
def test_what_cannot_be_right_is_refused(written, reading):
    Reading.objects.create(written="講師", reading="こうし")
    with pytest.raises(ValidationError):
        Reading(written=written, reading=reading).full_clean()


def test_blanks_say_where_it_is_divided():
    given = Reading(written="社会　福祉", reading="しゃかい　ふくし")
    given.full_clean()
    assert (given.written, given.reading) == ("社会 福祉", "しゃかい ふくし")


def test_examples_are_of_every_page_before_a_second_of_one(pages):
    index_term(
        term=GlossaryTerm.objects.create(
            term="last", slug="last", reading="あ", plain="最後の行です。"
        )
    )
    SearchEntry.objects.filter(title="bank").update(body="この行です。" * 20)
    titles = [each.page for each in list_changes(written="行", reading="くだり").examples]
    assert titles[:2] == ["bank", "last"]
    assert len(titles) == 10
