"""The public page of figures."""

import csv
import datetime as dt
import io

import pytest
from django.test import Client

from tests import factories
from training.domain.figures import rebuild_figures

pytestmark = pytest.mark.django_db
NOW = factories.NOW
BEFORE = dt.datetime(2026, 10, 31, 14, 59, tzinfo=dt.UTC)


def make_people(count, *, body, at=BEFORE):
    for _ in range(count):
        learner = factories.LearnerFactory(user=None, registered_at=at)
        factories.AffiliationFactory(learner=learner, local_government=body)


@pytest.fixture
def programme(course):
    """12 people in Yamagata and 3 in Tottori, by the end of October; more since."""
    tottori = factories.PrefectureFactory(code="310000", name="鳥取県")
    other = factories.MunicipalityFactory(code="313726", name="湯梨浜町", prefecture=tottori)
    make_people(12, body=factories.MunicipalityFactory())
    make_people(3, body=other)
    factories.make_enrolment(course=course)
    make_people(20, body=other, at=dt.datetime(2026, 10, 31, 15, 0, tzinfo=dt.UTC))
    rebuild_figures(now=NOW)


def read_csv(client):
    response = client.get("/figures.csv")
    return list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))


def test_small_numbers_are_hidden_and_what_gives_them_away(programme, client):
    rows = {row[1]: row[2:] for row in read_csv(client)}
    assert rows["鳥取県"][0] not in ("3", "23")
    assert rows["山形県"][0] != "12"
    assert rows[list(rows)[-1]][0] == "15"


def test_page_tells_until_when_and_stores_nothing_at_the_visitor(programme, client):
    page = client.get("/figures/")
    assert "2026年10月31日" in page.text
    assert not page.cookies
    assert "public" in page["Cache-Control"]
    assert "public" in client.get("/figures.csv")["Cache-Control"]


def test_pages_of_signed_in_people_are_not_for_everybody(programme, learner_client):
    assert "public" not in learner_client.get("/figures/")["Cache-Control"]


def test_statements(programme, client, django_assert_num_queries):
    client.get("/figures/")
    with django_assert_num_queries(1):
        client.get("/figures/")


def test_before_the_first_count_there_is_a_page(client, course):
    assert Client().get("/figures/").status_code == 200
    assert Client().get("/figures.csv").status_code == 404


def test_footer_leads_there(client, course):
    assert 'href="/figures/"' in client.get("/").text
