"""Lists, feed, and what search engines read."""

import datetime as dt
import json
import re
from xml.etree import ElementTree

import pytest
from django.test import Client
from wagtail.models import PageViewRestriction

from tests import factories
from tests.cms.notices import NoticePageFactory
from training.models import CoursePage, ModulePage

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
def home(db):
    return factories.make_home()


@pytest.fixture
def notices(home):
    old = NoticePageFactory(parent=home, title="前の通知", slug="old", number="総行第1号")
    new = NoticePageFactory(
        parent=home, title="次の通知 & 別紙", slug="new", issued_on=dt.date(2026, 11, 22)
    )
    hidden = NoticePageFactory(parent=home, title="内輪の通知", slug="hidden")
    PageViewRestriction.objects.create(page=hidden, restriction_type="login")
    NoticePageFactory(parent=home, title="下書き", slug="draft", live=False)
    return [new, old]


def test_list_has_public_notices_with_number_and_addressees_the_newest_first(client, notices):
    page = client.get("/notices/")
    assert re.findall(r'href="(/\w+/)" lang="ja">(?:次|前)の通知', page.text) == ["/new/", "/old/"]
    for words in ("総行第1号", "各都道府県", "2026年11月22日"):
        assert words in page.text
    assert "内輪の通知" not in page.text


def test_list_without_a_notice_is_a_page(client, home):
    assert client.get("/notices/").status_code == 200


def test_feed_has_the_same_in_atom(client, notices):
    answer = client.get("/notices/feed/")
    feed = ElementTree.fromstring(answer.content)
    titles = [each.findtext(f"{ATOM}title") for each in feed.iter(f"{ATOM}entry")]
    assert titles == ["次の通知 & 別紙", "前の通知"]
    links = [each.find(f"{ATOM}link").get("href") for each in feed.iter(f"{ATOM}entry")]
    assert [link.partition("//")[2].partition("/")[2] for link in links] == ["new/", "old/"]
    assert 'href="/notices/feed/"' in client.get("/notices/").text


def test_feed_leaves_out_what_no_feed_can_hold(client, home):
    """Such as the line breaks of a slide that was pasted."""
    NoticePageFactory(
        parent=home, title="前の\x0b通知", summary="要\x01点\nと\ufffe別紙", slug="old"
    )
    feed = ElementTree.fromstring(client.get("/notices/feed/").content)
    entry = feed.find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "前の通知"
    assert entry.findtext(f"{ATOM}summary") == "要点\nと別紙"


def test_sitemap_has_no_module_of_an_unpublished_course(client):
    course = factories.make_course()
    address = f"{ModulePage.objects.child_of(course).get().get_url()}</loc>"
    assert address in client.get("/sitemap.xml").text
    course.unpublish()
    assert address not in client.get("/sitemap.xml").text


def test_sitemap_has_what_everybody_may_read(client, notices, settings):
    settings.SITE_URL = "https://katsuyo.example"
    tree = ElementTree.fromstring(client.get("/sitemap.xml").content)
    found = {each.text for each in tree.iter(f"{SITEMAP}loc")}
    for path in (
        "/",
        "/new/",
        "/old/",
        "/guide/",
        "/glossary/",
        "/cases/",
        "/notices/",
        "/handbooks/towns/",
    ):
        assert f"https://katsuyo.example{path}" in found
    assert not [address for address in found if "hidden" in address or "draft" in address]
    for address in found:
        path = address.removeprefix("https://katsuyo.example")
        assert Client().get(path).status_code == 200, address


def test_robots_are_told_of_the_sitemap_and_kept_from_the_editor(client, home):
    lines = client.get("/robots.txt").text.splitlines()
    assert "Disallow: /editor/" in lines
    assert lines[-1].startswith("Sitemap: http")


def test_every_address_of_a_page_has_one_that_counts(client, home, settings):
    settings.SITE_URL = "https://katsuyo.example"
    canonical = '<link rel="canonical" href="https://katsuyo.example/notices/">'
    assert canonical in client.get("/notices/?utm_source=mail").text
    answer = "/guide/?shop=no&own=yes&level=basic&who=disabled"
    escaped = answer.replace("&", "&amp;")
    assert f'rel="canonical" href="https://katsuyo.example{escaped}"' in client.get(answer).text
    assert "canonical" not in client.get("/nowhere/").text
    assert "canonical" not in client.get("/search/?q=x").text


def test_address_that_is_not_there_offers_the_search(client, home):
    page = client.get("/nowhere/")
    assert page.status_code == 404
    assert 'role="search"' in page.text


def test_course_is_described_for_search_engines_and_cannot_break_out(client, course):
    CoursePage.objects.update(summary="</script><b>&")
    page = client.get(course.get_url())
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.text)
    facts = json.loads(data)
    assert facts["@type"] == "Course"
    assert facts["name"] == course.title
    assert facts["description"] == "</script><b>&"
    assert facts["hasCourseInstance"]["courseWorkload"] == "PT15M"


def test_first_page_says_how_long_the_course_takes(client, course):
    assert "15" in re.search(r'<p class="hero__length">(.*?)</p>', client.get("/").text)[1]
    factories.make_course(slug="second")
    assert "hero__length" not in client.get("/").text


def test_every_page_leads_to_the_handbook_for_towns(client, home):
    page = client.get("/v/").text
    assert '<a href="/handbooks/towns/">' in page[page.index("<footer") :]
