"""A learner makes an offer, changes it, takes it back, and deals with what towns wrote."""

import uuid

import pytest
from django.test import Client

from certificates.domain.offer_messages import send_message
from certificates.models import Certificate, OfferBlock, OfferMessage, TeachingOffer
from tests import factories
from tests.certificates.offers import (
    NOW,
    TEXT,
    TODAY,
    make_bodies,
    make_certified,
    make_offer,
    officer_of,
)

pytestmark = pytest.mark.django_db
URL = "/certificates/offers/mine/"


@pytest.fixture
def bodies(db):
    return make_bodies()


@pytest.fixture
def learner(bodies):
    return make_certified()


@pytest.fixture
def client(learner):
    client = Client()
    client.force_login(learner.user)
    return client


def form(**fields):
    given = {"prefecture": "060003", "areas": ["063029"], "name_shown": "family", "text": TEXT}
    return given | fields


@pytest.fixture
def message(learner, bodies):
    return send_message(
        offer_id=make_offer(bodies["nakayama"], learner=learner).pk,
        sender=officer_of(bodies["nakayama"]),
        local_government=bodies["nakayama"],
        text="12月に教室を開きます。",
        token=uuid.uuid4(),
        url="https://example.jp/",
        today=TODAY,
        now=NOW,
    )


def test_an_offer_is_made_without_javascript(client, learner):
    page = client.get(URL).text
    assert 'value="063029"' not in page
    listed = client.post(URL, form(areas=[], list_municipalities="1"))
    for expected in ('value="063029"', 'value="060003"', TEXT):
        assert expected in listed.text
    assert "form-field__error" not in listed.text
    assert not TeachingOffer.objects.exists()
    assert client.post(URL, form()).url == URL
    offer = TeachingOffer.objects.get(learner=learner)
    assert (offer.text, offer.name_shown) == (TEXT, "family")
    page = client.get(URL).text
    assert "髙橋" in page
    assert "take-back/" in page


def test_areas_of_two_prefectures(client):
    looked = client.post(
        URL, form(areas=["063029"], prefecture="310000", list_municipalities="1")
    ).text
    assert 'value="063029"' in looked
    assert 'value="313726"' in looked
    client.post(URL, form(areas=["063029", "310000"], prefecture="310000"))
    codes = TeachingOffer.objects.get().areas.values_list("pk", flat=True)
    assert set(codes) == {"063029", "310000"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", "電話090-1234-5678まで"),
        ("text", "x" * 401),
        ("text", ""),
        ("areas", []),
        ("areas", ["999999"]),
        ("name_shown", "none"),
    ],
)
def test_bad_input_is_told_and_nothing_lost(client, field, value):
    response = client.post(URL, form(**{field: value}))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    if field == "text":
        assert value in response.text
        assert 'value="063029"' in response.text
    else:
        assert TEXT in response.text
    assert not TeachingOffer.objects.exists()


def test_more_areas_than_one_can_serve(client, bodies, monkeypatch):
    monkeypatch.setattr("certificates.offer_forms.MAX_AREAS", 1)
    response = client.post(URL, form(areas=["063029", "063011"]))
    assert "areas" in response.context["form"].errors


def test_a_name_without_a_space_has_no_family_name(client, learner):
    learner.full_name = "髙橋𠮷江"
    learner.save()
    assert "name_shown" in client.post(URL, form()).context["form"].errors
    assert client.post(URL, form(name_shown="full")).status_code == 302


def test_without_a_valid_certificate_there_is_no_offer(client):
    Certificate.objects.update(status="revoked")
    assert 'name="text"' not in client.get(URL).text
    client.post(URL, form())
    assert not TeachingOffer.objects.exists()


def test_taking_it_back_needs_no_certificate(client, learner, bodies):
    make_offer(bodies["nakayama"], learner=learner)
    Certificate.objects.update(status="revoked")
    assert "take-back/" in client.get(URL).text
    for _press in range(2):
        assert client.post(f"{URL}take-back/").status_code == 302
    assert not TeachingOffer.objects.exists()


def test_blocking_and_allowing_again(client, message):
    assert "12月に教室を開きます。" in client.get(URL).text
    for _press in range(2):
        client.post(f"{URL}messages/{message.pk}/block/")
    assert OfferBlock.objects.get().local_government_id == "063029"
    assert "blocked/063029/undo/" in client.get(URL).text
    client.post(f"{URL}blocked/063029/undo/")
    assert not OfferBlock.objects.exists()


def test_reporting(client, message):
    url = f"{URL}messages/{message.pk}/report/"
    assert client.post(url, {"report": ""}).status_code == 422
    for _press in range(2):
        assert client.post(url, {"report": "勧誘でした"}).url == URL
    assert OfferMessage.objects.get().report == "勧誘でした"
    assert f"messages/{message.pk}/report/" not in client.get(URL).text


def test_messages_of_others_are_not_there(message):
    stranger = Client()
    stranger.force_login(factories.LearnerFactory().user)
    assert "12月に教室" not in stranger.get(URL).text
    for path in ("block/", "report/"):
        url = f"{URL}messages/{message.pk}/{path}"
        assert stranger.post(url, {"report": "x"}).status_code == 404
    assert not OfferBlock.objects.exists()


def test_for_learners_only(message):
    assert Client().get(URL).status_code == 302
    officer = Client()
    officer.force_login(message.sender)
    response = officer.get(URL)
    assert response.status_code == 302
    assert "/register/" in response.url


@pytest.mark.parametrize("path", ["take-back/", "messages/1/block/", "blocked/063029/undo/"])
def test_nothing_changes_by_looking(client, path):
    assert client.get(f"{URL}{path}").status_code == 405


def test_found_from_the_certificate(client):
    page = client.get(f"/certificates/{Certificate.objects.get().pk}/")
    assert f'href="{URL}"' in page.text


def test_a_new_purpose_notice_comes_before_an_offer_and_not_before_taking_back(
    client, learner, bodies
):
    make_offer(bodies["nakayama"], learner=learner)
    factories.PurposeNoticeFactory(version=2, published_on=TODAY)
    page = client.get(URL).text
    assert "/purpose/" in page
    assert 'name="text"' not in page
    client.post(URL, form(text="新しい内容"))
    assert TeachingOffer.objects.get().text == TEXT
    client.post(f"{URL}take-back/")
    assert not TeachingOffer.objects.exists()
