"""地域の修了者, as towns see it; and who sees nothing of it."""

import re

import pytest
from django.test import Client

from certificates.models import Certificate, OfferBlock, OfferMessage
from tests import factories
from tests.certificates.offers import (
    TEXT,
    certify_one_more,
    make_bodies,
    make_offer,
    officer_of,
)
from training.models import OutgoingMail

pytestmark = pytest.mark.django_db
INDEX = "/certificates/offers/"


@pytest.fixture
def bodies(db):
    return make_bodies()


@pytest.fixture
def offer(bodies):
    return make_offer(bodies["nakayama"])


def sign_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def client(bodies):
    return sign_in(officer_of(bodies["nakayama"]))


def fill_in(client, url, **fields):
    """The form as the page gave it."""
    page = client.get(url).text
    hidden = dict(
        re.findall(r'type="hidden" name="(token|local_government)" value="([^"]+)"', page)
    )
    return hidden | {"text": "12月に教室を開きます。"} | fields


def test_the_list_shows_what_was_agreed_to_and_no_address(client, offer):
    page = client.get(INDEX)
    assert offer.learner.full_name in page.text
    assert TEXT in page.text
    assert "デジタル活用支援 研修" in page.text
    assert f"{INDEX}{offer.pk}/" in page.text
    for text in (page.text, client.get(f"{INDEX}{offer.pk}/").text):
        assert offer.learner.user.email not in text
        assert Certificate.objects.get().facts["code"] not in text
    assert "no-store" in page["Cache-Control"]
    assert '<meta name="robots" content="noindex">' in page.text


def test_only_the_family_name_where_that_was_chosen(client, bodies):
    make_offer(bodies["nakayama"], name_shown="family")
    page = client.get(INDEX).text
    assert "髙橋" in page
    assert "𠮷江" not in page


def test_what_a_learner_writes_is_text(client, bodies):
    make_offer(bodies["nakayama"], text="<script>alert(1)</script>")
    page = client.get(INDEX).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_filters(client, offer):
    assert TEXT in client.get(f"{INDEX}?prefecture=060003").text
    assert TEXT not in client.get(f"{INDEX}?prefecture=310000").text
    assert TEXT not in client.get(f"{INDEX}?word=パソコン").text
    assert client.get(f"{INDEX}?prefecture=x&word=%00&page=x").status_code == 200


def test_officers_of_towns_and_nobody_else(bodies, offer):
    url = f"{INDEX}{offer.pk}/"
    others = {
        "prefecture": officer_of(bodies["yamagata"]),
        "former officer": officer_of(bodies["nakayama"], ends_on="2026-10-01"),
        "learner": factories.LearnerFactory().user,
        "the learner": offer.learner.user,
        "ministry": factories.UserFactory(is_superuser=True, is_staff=True),
    }
    for address in (INDEX, url):
        response = Client().get(address)
        assert response.status_code == 302
        assert "/account/" in response.url
        for who, user in others.items():
            assert sign_in(user).get(address).status_code == 403, who
            assert sign_in(user).post(url, {"text": "x"}).status_code == 403, who


def test_a_message_goes_out_once_and_shows_no_address(client, offer):
    url = f"{INDEX}{offer.pk}/"
    form = fill_in(client, url)
    for _press in range(2):
        response = client.post(url, form, follow=True)
        assert offer.learner.user.email not in response.text
    mail = OutgoingMail.objects.get()
    assert mail.to == offer.learner.user.email
    assert "http://testserver/certificates/offers/mine/" in mail.body
    assert OfferMessage.objects.get().local_government_id == "063029"


def test_nobody_writes_for_another_town(client, offer, bodies):
    url = f"{INDEX}{offer.pk}/"
    form = fill_in(client, url, local_government=bodies["yurihama"].pk)
    assert client.post(url, form).status_code == 422
    assert not OutgoingMail.objects.exists()


def test_an_officer_of_two_towns_says_for_which(offer, bodies):
    user = officer_of(bodies["nakayama"])
    factories.AppointmentFactory(user=user, local_government=bodies["yamanobe"])
    url = f"{INDEX}{offer.pk}/"
    client = sign_in(user)
    assert "<select" in client.get(url).text
    client.post(url, fill_in(client, url, local_government="063011"))
    assert OfferMessage.objects.get().local_government == bodies["yamanobe"]


def test_the_limit_is_told_and_the_text_kept(client, offer, monkeypatch):
    monkeypatch.setattr("certificates.domain.offer_messages.OFFER_MESSAGES_PER_DAY", 1)
    url = f"{INDEX}{offer.pk}/"
    client.post(url, fill_in(client, url))
    refused = client.post(url, fill_in(client, url, text="二通目です。"))
    assert refused.status_code == 422
    assert "二通目です。" in refused.text
    assert OutgoingMail.objects.count() == 1


def test_a_blocked_town_finds_nothing(client, offer, bodies):
    url = f"{INDEX}{offer.pk}/"
    form = fill_in(client, url)
    OfferBlock.objects.create(
        learner=offer.learner, local_government=bodies["nakayama"], blocked_at=factories.NOW
    )
    assert client.get(url).status_code == client.post(url, form).status_code == 404
    assert TEXT not in client.get(INDEX).text
    assert not OutgoingMail.objects.exists()


def test_taken_back_it_is_gone_at_once(client, offer):
    url = f"{INDEX}{offer.pk}/"
    form = fill_in(client, url)
    sign_in(offer.learner.user).post("/certificates/offers/mine/take-back/")
    assert client.post(url, form).status_code == 404
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_statements(client, bodies, count, django_assert_num_queries):
    make_offer(bodies["nakayama"])
    for number in range(1, count):
        learner = certify_one_more(Certificate.objects.first(), full_name=f"別の 人{number}")
        make_offer(bodies["nakayama"], learner=learner)
    client.get(INDEX)
    with django_assert_num_queries(10):
        page = client.get(INDEX)
    assert page.text.count(TEXT) == count
