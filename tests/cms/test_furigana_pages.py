"""Who sees furigana: whoever switched them on, and nobody else."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import find
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.models import Reading
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(course):
    module = factories.ModulePageFactory(
        parent=course, slug="read", title="講師の役割", objectives=[("text", "x")]
    )
    module.save_revision().publish()
    return module.get_url()


def choose(reader, **data):
    reader.post("/display/", data, HTTP_SEC_FETCH_SITE="same-origin")


def test_the_switch_works_without_a_script_and_is_remembered(url):
    reader = Client()
    assert "<rt" not in reader.get(url).text
    choose(reader, furigana="on", next=url)
    page = reader.get(url).text
    assert '<ruby>講師<rp>（</rp><rt aria-hidden="true">こうし</rt><rp>）</rp></ruby>の' in page
    assert '<input type="radio" name="furigana" value="on" checked>' in page
    assert "<rt" not in page[: page.index("<main")]
    assert "<rt" not in Client().get(url).text
    choose(reader, furigana="", next=url)
    assert "<rt" not in reader.get(url).text


def test_an_editors_correction_is_seen_at_once(url):
    reader = Client()
    reader.cookies["display"] = "furigana-on"
    assert ">こうし</rt>" in reader.get(url).text
    Reading.objects.create(written="講師", reading="こうじ")
    assert ">こうじ</rt>" in reader.get(url).text


def test_whoever_did_not_ask_pays_nothing(url):
    reader = Client()
    reader.get(url)
    with CaptureQueriesContext(connection) as usual:
        reader.get(url)
    reader.cookies["display"] = "furigana-on"
    with CaptureQueriesContext(connection) as asked:
        reader.get(url)
    readings = [each["sql"] for each in asked if "reading" in each["sql"]]
    assert len(readings) == len(asked) - len(usual) == 2


@pytest.mark.parametrize("address", ["/v/", "/notices/feed/"])
def test_what_is_compared_letter_by_letter_or_is_no_page_has_none(address):
    reader = Client()
    reader.cookies["display"] = "furigana-on"
    assert "<rt" not in reader.get(address, follow=True).text


def test_names_of_people_are_not_guessed(learner, learner_client):
    learner_client.cookies["display"] = "furigana-on"
    page = learner_client.get("/learn/").text
    assert learner.full_name in page
    assert "<rt" in page


def test_readings_are_ten_pixels_and_no_line_ends_within_a_word():
    css = find("training/css/layout.css")
    rules = dict(re.findall(r"\n([^\n{}]+) \{([^}]*)\}", Path(css).read_text()))
    assert "white-space: nowrap" in rules["ruby"]
    assert float(re.search(r"max\([\d.]+em, ([\d.]+)rem\)", rules["rt"])[1]) * 16 >= 10
