"""The site in English: what is in Japanese is marked as Japanese, and a visitor is told."""

import re
from copy import deepcopy

import pytest
from bs4 import BeautifulSoup
from bs4.element import NavigableString
from django.conf import settings
from django.test import Client

from cms.domain.marked_languages import mark_japanese
from cms.models import HomePage, InformationPage
from tests import factories
from tests.access.observe import Visitor
from tests.access.routes import list_routes, make_address
from tests.access.world import make_world
from tests.cms.cases import CasePageFactory
from training.models import LocalGovernment

JAPANESE = re.compile("[々-〇ぁ-ヺー㐀-鿿豈-﫿\U00020000-\U0003ffff]")
TOLD = "The text of this page is in Japanese."
# Who may see the most of the site itself: the editor speaks Japanese only.
ROLES = ("anonymous", "learner", "town", "prefecture", "support", "register")


def unmarked(html):
    """Japanese that a screen reader would read with an English voice."""
    body = BeautifulSoup(html, "html.parser").body
    found = []
    for text in body.find_all(string=JAPANESE):
        if type(text) is not NavigableString:
            continue  # comments
        nearest = text.find_parent(lang=True)
        if nearest["lang"] != "ja" and not text.find_parent(["script", "style"]):
            found.append(str(text).strip())
    for tag in body.find_all(["img", "input"]):
        said = tag.get("alt") or tag.get("placeholder") or tag.get("value") or ""
        nearest = tag if tag.get("lang") else tag.find_parent(lang=True)
        if tag.get("type") != "hidden" and JAPANESE.search(said) and nearest["lang"] != "ja":
            found.append(said)
    return found


def add_pages():
    home = HomePage.objects.get()
    CasePageFactory(
        parent=home, slug="a-case", local_government=LocalGovernment.objects.get(pk="063029")
    )
    home.add_child(
        instance=InformationPage(
            title="よくある質問", slug="faq", show_in_menus=True, body=[("text", "<p>答え</p>")]
        )
    )
    return ["/", "/digital-support/digital-support-module-1/", "/notice-0/", "/a-case/", "/faq/"]


@pytest.mark.django_db
def test_every_page_marks_its_japanese():
    world = make_world()
    addresses = add_pages() + [
        make_address(route, world, world.own)
        for route in list_routes()
        if route.is_ours and not route.pattern.startswith("editor/")
    ]
    visitors = [Visitor(role, world.users[role]) for role in ROLES]
    wrong, seen = {}, set()
    for address in addresses:
        for visitor in visitors:
            visitor.client.cookies = deepcopy(visitor.cookies)
            visitor.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
            page = visitor.client.get(address)
            if page.streaming:
                page.getvalue()  # read to its end, it closes its file
            elif page.headers["Content-Type"].startswith("text/html") and "<body" in page.text:
                # What is Japanese as a whole says so itself.
                assert re.search('<html lang="(en|ja)"', page.text), address
                seen.add(address)
                if found := unmarked(page.text):
                    wrong[f"{address} for {visitor.role}"] = found
    assert wrong == {}
    assert len(seen) > 60, sorted(seen)


@pytest.mark.django_db
def test_visitor_is_told_once_where_the_text_is_japanese_and_not_in_japanese(course):
    module = course.get_children().get()
    factories.GlossaryTermFactory()
    factories.PurposeNoticeFactory()
    english, japanese = Client(), Client()
    english.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    for address in ("/", course.url, module.url, "/glossary/", "/learn/register/"):
        assert english.get(address, follow=True).text.count(TOLD) == 1, address
        assert "in-japanese" not in japanese.get(address, follow=True).text
    assert TOLD not in english.get("/courses/").text


def test_mark_goes_on_the_letters_alone_and_nothing_else_is_changed():
    page = (
        '<!doctype html><html lang="en"><head><title>山</title></head><body><!-- 山 -->'
        '<p lang="ja">山<b>川</b></p><p>See 髙橋 𠮷江&amp;Co, 3 times.</p><p>町</p>'
        "<select><option>鳥取県</option></select><input type=\"text\" value='中山町'>"
        '<script>"山"</script></body></html>'
    )
    assert mark_japanese(page) == page.replace(
        "See 髙橋 𠮷江", '<span>See <span lang="ja">髙橋 𠮷江</span></span>'
    ).replace("<p>町</p>", '<p><span lang="ja">町</span></p>').replace(
        "<option>", '<option lang="ja">'
    ).replace("<input ", '<input lang="ja" ')


def test_page_without_japanese_costs_one_look():
    page = "<html lang=en><p>A &middot; B</p>"
    assert mark_japanese(page) is page
