"""The handbooks: who reads them, and that their words are those of the screens in their pictures.

That the pictures are those of the screens, tests/journeys/test_handbooks.py looks at.
"""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from PIL import Image

from cms import roles
from cms.handbooks import PICTURES, read_pictures
from tests import factories

HANDBOOKS = ("handbook_editors", "handbook_towns")
MOST_BYTES, MOST_OF_ALL = 60_000, 2_000_000


@pytest.fixture
def read(admin_client):
    def read(name):
        return BeautifulSoup(admin_client.get(reverse(name)).content, "html.parser")

    return read


@pytest.mark.parametrize("name", HANDBOOKS)
def test_every_word_of_the_screen_is_to_be_read_in_a_picture_of_the_handbook(read, name):
    """Red? The button is called otherwise today: mend templates/cms/handbooks."""
    page = read(name)
    pictures = read_pictures()
    shown = [pictures[image["data-shot"]] for image in page.select("img[data-shot]")]
    said = "\n".join(line for picture in shown for line in picture.words)
    words = [each.get_text() for each in page.select(".handbook__ui")]
    assert len(words) > 10
    assert [each for each in words if each not in said] == []


@pytest.mark.parametrize("name", HANDBOOKS)
def test_words_without_a_picture_are_those_of_the_catalogue(read, name):
    """In English they are there no longer under that name: look what the screen says."""
    words = [each.get_text() for each in read(name).select(".handbook__said")]
    assert len(words) > 3
    assert [each for each in words if each.isascii()] == []


@pytest.mark.parametrize("name", HANDBOOKS)
def test_pictures_have_words_and_a_size(read, name):
    images = read(name).select("img[data-shot]")
    assert len(images) > 10
    for image in images:
        assert len(image["alt"]) > 15, image["data-shot"]
        assert image["loading"] == "lazy"
        with Image.open(PICTURES / f"{image['data-shot']}.webp") as picture:
            assert (int(image["width"]), int(image["height"])) == picture.size


def test_numbers_in_the_text_are_those_of_the_picture(read):
    """Of the last picture before the next heading or picture: ① is in its alternative, too."""
    for name in HANDBOOKS:
        for step in read(name).select(".handbook__step"):
            listed = []
            for element in step.find_all(["ol", "ul", "p"], recursive=False):
                if image := element.find("img"):
                    missing = {each for text in listed for each in "①②③④" if each in text} - set(
                        image["alt"]
                    )
                    assert not missing, (image["data-shot"], missing)
                    listed = []
                else:
                    listed.append(element.get_text())


def test_every_picture_is_used_and_small(read):
    used = {
        image["data-shot"] for name in HANDBOOKS for image in read(name).select("img[data-shot]")
    }
    files = {path.stem: path.stat().st_size for path in PICTURES.glob("*")}
    assert used == set(read_pictures()) == set(files)
    assert {name: size for name, size in files.items() if size > MOST_BYTES} == {}
    assert sum(files.values()) < MOST_OF_ALL


@pytest.mark.parametrize("name", HANDBOOKS)
def test_contents_lead_to_every_step(read, name):
    page = read(name)
    anchors = [link["href"] for link in page.select(".handbook__contents a")]
    assert anchors == [f"#{heading['id']}" for heading in page.select(".handbook__step > h2")]
    for link in page.select(".handbook__step a[href^='#']"):
        assert link["href"] in anchors


def test_towns_handbook_is_for_everybody_and_editors_for_those_who_edit(client, db):
    assert client.get(reverse("handbook_towns")).status_code == 200
    assert client.get(reverse("handbook_editors")).status_code == 302
    user = factories.UserFactory()
    client.force_login(user)
    assert client.get(reverse("handbook_editors")).status_code == 403
    user.groups.add(roles.make_group(roles.EDITORS))
    assert client.get(reverse("handbook_editors")).status_code == 200


def test_in_english_a_line_says_that_it_is_japanese(client, db):
    client.cookies["language"] = "en"
    page = client.get(reverse("handbook_towns")).content.decode()
    assert "This handbook is in Japanese" in page
    assert '<div class="handbook stack" lang="ja">' in page


def test_help_of_the_editor_is_ours(admin_client):
    page = admin_client.get(reverse("wagtailadmin_home")).content.decode()
    assert page.count(reverse("handbook_editors")) >= 2  # the desk and the menu
    assert "guide.wagtail.org" not in page
    assert "whats-new" not in page
