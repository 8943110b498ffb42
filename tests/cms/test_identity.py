"""What a shared link, a tab and a telephone's first screen show of the site."""

import json
import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from PIL import Image

from tests import factories

STATIC = "/static/"


def find(address):
    return finders.find(address.split(STATIC, 1)[1])


@pytest.mark.django_db
def test_pages_name_icons_and_a_card_that_exist():
    factories.make_home()
    page = Client().get("/").content.decode()
    links = dict(re.findall(r'<link rel="(icon|apple-touch-icon|manifest)" href="([^"]+)"', page))
    assert all(find(link) for link in links.values())
    assert set(links) == {"icon", "apple-touch-icon", "manifest"}
    card = re.search(r'<meta property="og:image" content="([^"]+)"', page)[1]
    assert card.startswith("http")
    with Image.open(find(card)) as picture:
        assert picture.size == (1200, 630)
    with open(find(links["manifest"])) as file:
        manifest = json.load(file)
    for icon in manifest["icons"]:
        assert finders.find(f"cms/{icon['src']}")
