"""Pages of information: what is on them, and that the first page leads to them."""

import re

import pytest

from cms.models import InformationPage
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(db):
    return factories.make_home()


def publish(home, *headings, **fields):
    page = InformationPage(
        title="よくある質問",
        slug="often-asked",
        body=[("heading", each) for each in headings],
        **fields,
    )
    home.add_child(instance=page)
    return page


def test_list_of_contents_leads_to_every_heading(client, home):
    page = publish(home, "一つ目", "二つ目", "三つ目", "四つ目")
    html = client.get(page.get_url()).text
    anchors = re.findall(r'href="#(.目|..目|...目)"', html)
    assert len(anchors) == 4
    for anchor in anchors:
        assert f'id="{anchor}"' in html


def test_short_page_has_no_list_of_contents(client, home):
    page = publish(home, "一つ目", "二つ目")
    assert 'id="contents"' not in client.get(page.get_url()).text


def test_first_page_leads_to_what_is_in_menus_only(client, home):
    page = publish(home, show_in_menus=True)
    assert f'href="{page.get_url()}"' in client.get("/").text
    page.show_in_menus = False
    page.save()
    assert f'href="{page.get_url()}"' not in client.get("/").text
