import datetime as dt
import re

import pytest
from bs4 import BeautifulSoup

from cms.domain.guide import read_guide
from tests import factories
from tests.cms.notices import NoticePageFactory

pytestmark = pytest.mark.django_db
ANSWER = "/guide/?shop=no&own=yes&level=basic&who=everybody"


@pytest.fixture(autouse=True)
def home(db):
    return factories.make_home()


def main(page):
    """Without the header and the footer, which have forms of their own."""
    return page.text.partition("<main")[2].partition("</main>")[0]


def test_questions_come_first_and_nothing_is_wrong_yet(client):
    page = client.get("/guide/")
    assert main(page).count('type="radio"') == 8
    assert "form-field--wrong" not in page.text
    assert "guide-answer" not in page.text


def test_answer_has_an_address_of_its_own_and_keeps_what_was_chosen(client):
    page = client.get(ANSWER)
    verdicts = re.findall(r"guide-verdict--(\w+)", page.text)
    assert verdicts == [
        *("not_covered", "covered", "not_stated"),
        *("not_covered", "not_covered", "not_stated"),
    ]
    assert main(page).count(" checked") == 4
    assert ANSWER.replace("&", "&amp;") in page.text


def test_answer_says_as_of_when_and_leads_to_the_notice(client, home):
    assert "2024年1月19日" in client.get(ANSWER).text
    notice = NoticePageFactory(
        parent=home, slug=read_guide().notice, issued_on=dt.date(2024, 1, 19)
    )
    assert f'href="{notice.get_url()}"' in client.get(ANSWER).text


@pytest.mark.parametrize("query", ["shop=no", "shop=maybe&own=yes&level=basic&who=disabled"])
def test_missing_or_unknown_answers_are_asked_for_and_the_others_stay(client, query):
    page = client.get(f"/guide/?{query}&own=yes")
    assert page.status_code == 200
    assert "form-field--wrong" in page.text
    assert "guide-answer" not in page.text
    assert re.search(r'name="own" value="yes"[^>]* checked', page.text)


def test_parameters_of_others_are_no_answer(client):
    assert "form-field--wrong" not in client.get("/guide/?utm_source=mail").text


def test_table_has_every_answer_and_leads_to_each(client):
    page = client.get("/guide/matrix/")
    links = re.findall(r'href="(/guide/\?[^"]+)"', page.text)
    assert len(set(links)) == 16
    for link in links:
        assert "guide-answer" in client.get(link.replace("&amp;", "&")).text


def test_asking_with_nothing_chosen_says_what_is_missing(client):
    page = client.get("/guide/", {"ask": "1"})
    assert main(page).count("エラー：") == 4
    assert "guide-answer" not in page.text


def test_an_answer_is_shown_at_the_address_that_stays(client):
    assert client.get(f"{ANSWER}&ask=1").headers["location"] == ANSWER


def test_cells_of_the_matrix_name_their_budget_where_the_headings_are_out_of_sight(client):
    table = BeautifulSoup(client.get("/guide/matrix/").content, "html.parser").find("table")
    assert "table-cards" in table["class"]
    budgets = [cell.get_text() for cell in table.select("thead th")[4:6]]
    for row in table.select("tbody tr"):
        assert [cell["data-label"] for cell in row.select("td")[:2]] == budgets
