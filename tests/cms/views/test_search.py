import pytest
from wagtail.models import Page

from cms.models import InformationPage
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(db):
    return factories.make_home()


def publish(home, title, text="本文"):
    page = InformationPage(title=title, body=[("text", f"<p>{text}</p>")])
    Page.objects.get(pk=home.pk).add_child(instance=page)
    page.save_revision().publish()
    return page


def test_box_is_there_before_anything_was_asked(client, home):
    page = client.get("/search/")
    assert 'role="search"' in page.text
    assert 'id="results"' not in page.text
    assert "noindex" in page.text


def test_result_leads_to_the_page_and_keeps_the_words(client, home):
    found = publish(home, "情報セキュリティ研修")
    page = client.get("/search/", {"q": "研修"})
    assert (
        f'<a href="{found.get_url()}" lang="ja">情報セキュリティ<mark>研修</mark></a>' in page.text
    )
    assert 'value="研修"' in page.text


def test_address_is_the_one_of_today(client, home):
    found = publish(home, "情報セキュリティ研修")
    found.slug = "moved"
    found.save_revision().publish()
    assert 'href="/moved/"' in client.get("/search/", {"q": "研修"}).text


def test_query_is_escaped(client, home):
    publish(home, "<script>", "<b>&lt;script&gt;</b>")
    page = client.get("/search/", {"q": "<script>\0"})
    assert "<script>" not in page.text.replace('<script src="', "")
    assert "&lt;<mark>script</mark>&gt;" in page.text


def test_nothing_found_says_so_and_asks_whether_something_else_was_meant(client, home):
    publish(home, "マイナポータルの使いかた")
    page = client.get("/search/", {"q": "マイナポタル"})
    assert "?q=%E3%83%9E%E3%82%A4%E3%83%8A%E3%83%9D%E3%83%BC%E3%82%BF%E3%83%AB" in page.text
    assert client.get("/search/", {"q": "ぬぬぬ"}).status_code == 200


def test_ten_a_page_and_odd_page_numbers_do_not_break_it(client, home):
    for number in range(12):
        publish(home, f"研修その{number}")
    page = client.get("/search/", {"q": "研修"})
    assert page.text.count("<mark>研修</mark>") == 10
    second = client.get("/search/", {"q": "研修", "page": "2"})
    assert second.text.count("<mark>研修</mark>") == 2
    assert client.get("/search/", {"q": "研修", "page": "x"}).status_code == 200


def test_footer_leads_there(client, home):
    assert 'href="/search/"' in client.get("/guide/").text
