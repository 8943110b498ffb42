"""Size of text, theme and language: chosen on any page, without a script, and remembered."""

import pytest
from django.test import Client

from tests import factories

pytestmark = pytest.mark.django_db
HERE = {"HTTP_SEC_FETCH_SITE": "same-origin"}


@pytest.fixture
def visitor():
    factories.make_home()
    return Client(enforce_csrf_checks=True)


def choose(client, **data):
    return client.post("/display/", {"next": "/v/"} | data, **HERE)


def root_of(page):
    return page.content.decode().split("<html", 1)[1].split(">", 1)[0]


def test_usual_pages_say_nothing_about_their_look(visitor):
    page = visitor.get("/v/")
    assert root_of(page) == ' lang="ja"'
    assert "Cookie" in page.headers["Vary"]
    assert not page.cookies


def test_nothing_meant_for_developers_is_shown(visitor):
    assert "{#" not in visitor.get("/v/").text


def test_what_was_chosen_stands_on_every_page(visitor):
    answer = choose(visitor, text_size="larger", theme="dark")
    assert (answer.status_code, answer.url) == (302, "/v/")
    cookie = answer.cookies["display"]
    assert (cookie["samesite"], cookie["max-age"]) == ("Lax", 365 * 24 * 3600)
    for url in ("/", "/v/", "/nowhere/"):
        page = visitor.get(url)
        assert root_of(page) == ' lang="ja" data-text-size="larger" data-theme="dark"', url
        assert 'value="dark" checked' in page.content.decode(), url


def test_usual_look_leaves_no_cookie(visitor):
    choose(visitor, text_size="large", theme="dark")
    assert choose(visitor, text_size="", theme="").cookies["display"].value == ""
    assert root_of(visitor.get("/")) == ' lang="ja"'


def test_page_of_verification_sets_no_cookie_however_it_looks(visitor):
    choose(visitor, theme="light", language="en")
    page = visitor.get("/v/")
    assert not page.cookies
    assert root_of(page) == ' lang="en" data-theme="light"'


def test_language_is_remembered(visitor):
    answer = choose(visitor, language="en")
    assert answer.cookies["language"]["samesite"] == "Lax"
    page = visitor.get("/v/").content.decode()
    assert "Verify a certificate" in page
    assert '<button type="submit" name="language" value="ja" lang="ja">日本語</button>' in page
    choose(visitor, language="ja")
    assert "修了証の確認" in visitor.get("/v/").content.decode()


def test_editor_speaks_japanese_only(admin_client):
    choose(admin_client, language="en")
    assert '<html lang="ja"' in admin_client.get("/editor/").content.decode()


def test_next_visitor_of_the_same_process_gets_japanese(visitor):
    choose(visitor, language="en")
    visitor.get("/v/")
    assert "修了証の確認" in Client().get("/v/").content.decode()


def test_lesson_that_somebody_read_in_english_first_stays_japanese(visitor):
    course = factories.make_course()
    module = factories.ModulePageFactory(
        parent=course, slug="read-first", objectives=[("text", "x")]
    )
    module.save_revision().publish()
    choose(visitor, language="en")
    page = visitor.get(module.get_url()).content.decode()
    assert "What comes next" in page
    assert "What you will be able to do" not in page
    assert "What you will be able to do" not in Client().get(module.get_url()).content.decode()


@pytest.mark.parametrize(
    "cookie",
    ["", "theme", "theme-pink", "theme-dark.colour-red", 'theme-dark" onload="x', "." * 3000],
)
def test_cookie_from_anywhere_does_no_harm(visitor, cookie):
    visitor.cookies["display"] = cookie
    page = visitor.get("/v/")
    assert page.status_code == 200
    assert root_of(page) in (' lang="ja"', ' lang="ja" data-theme="dark"')


def test_what_the_form_does_not_ask_stays_in_the_cookie(visitor):
    visitor.cookies["display"] = "furigana-on"
    answer = choose(visitor, theme="dark")
    assert answer.cookies["display"].value == "theme-dark.furigana-on"
    assert 'data-furigana="on"' in root_of(visitor.get("/v/"))


def test_other_sites_choose_nothing_and_lead_nowhere(visitor):
    refused = visitor.post("/display/", {"theme": "dark"}, HTTP_SEC_FETCH_SITE="cross-site")
    assert (refused.status_code, refused.cookies.get("display")) == (403, None)
    refused = visitor.post("/display/", {"theme": "dark"}, HTTP_ORIGIN="https://elsewhere.example")
    assert refused.status_code == 403
    assert choose(visitor, theme="dark", next="https://elsewhere.example/").url == "/"
    assert choose(visitor, theme="dark", next="//elsewhere.example/").url == "/"
    assert visitor.get("/display/").status_code == 405


@pytest.mark.parametrize("page", ["foo", "foo/bar", "learn.html"])
def test_only_an_address_leads_back(visitor, page):
    assert choose(visitor, next=page, theme="dark").url == "/"


def test_a_sender_that_is_no_address_is_not_from_here(visitor):
    answer = visitor.post("/display/", {"next": "/"}, HTTP_ORIGIN="http://[bad")
    assert answer.status_code == 403
