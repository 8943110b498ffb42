import pytest

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(db):
    return factories.make_home()


def test_terms_have_anchors_and_rows_an_index(client):
    factories.GlossaryTermFactory()
    page = client.get("/glossary/")
    assert 'id="kominkan"' in page.text
    assert page.text.count('href="#row-') == 1
    assert "地域の人が集まる建物です。" in page.text


def test_empty_glossary_is_a_page(client):
    assert client.get("/glossary/").status_code == 200


def test_search_leads_to_the_term(client):
    factories.GlossaryTermFactory()
    assert 'href="/glossary/#kominkan"' in client.get("/search/", {"q": "公民館"}).text
