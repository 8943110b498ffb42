import pytest

from certificates.models import Webhook

pytestmark = pytest.mark.django_db
URL = "https://town.example.jp/hooks/certificates"


def test_webhook_is_made_listed_and_removed(api):
    made = api.post("webhooks/", {"url": URL})
    assert made.status_code == 201
    assert made.json()["secret"] == Webhook.objects.get().secret
    [listed] = api.get("webhooks/").json()
    assert (listed["url"], listed["disabled_at"], "secret" in listed) == (URL, None, False)
    assert api.delete(f"webhooks/{listed['id']}/").status_code == 204
    assert api.get("webhooks/").json() == []


def test_webhook_of_another_key_is_not_there(api, other_api):
    made = api.post("webhooks/", {"url": URL}).json()
    assert other_api.get("webhooks/").json() == []
    assert other_api.delete(f"webhooks/{made['id']}/").status_code == 404
    assert Webhook.objects.count() == 1


@pytest.mark.parametrize("url", ["http://town.example.jp/", "https://10.0.0.1/", "x", "", None])
def test_address_that_is_not_allowed_is_explained(api, url):
    response = api.post("webhooks/", {"url": url})
    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["url"]
    assert not Webhook.objects.exists()


def test_number_of_webhooks_is_limited(api):
    answers = [api.post("webhooks/", {"url": f"{URL}/{n}"}).status_code for n in range(6)]
    assert answers == [201] * 5 + [409]
    assert api.post("webhooks/", {"url": f"{URL}/0"}).status_code == 201


def test_without_a_key_there_is_nothing(anonymous):
    assert anonymous.get("webhooks/").status_code == 401
    assert anonymous.post("webhooks/", {"url": URL}).status_code == 401
    assert anonymous.delete("webhooks/1/").status_code == 401
