import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from wagtail.models import ModelLogEntry

from certificates.domain.api_keys import find_key
from certificates.models import ApiKey
from tests import factories

pytestmark = pytest.mark.django_db
URL = "/editor/certificates/api-keys/"


def sign_in(*permissions):
    user = factories.UserFactory()
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["access_admin", *permissions])
    )
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def town(db):
    return factories.MunicipalityFactory()


@pytest.fixture
def keeper(town):
    return sign_in("view_apikey", "add_apikey", "change_apikey")


def make(client, town):
    return client.post(f"{URL}add/", {"local_government": town.pk, "label": "住民課"})


def test_key_is_shown_once_and_works(keeper, town):
    page = make(keeper, town).content.decode()
    key = ApiKey.objects.get()
    token = page.partition(f'value="{key.prefix}.')[2].partition('"')[0]
    assert find_key(token=f"{key.prefix}.{token}", now=factories.NOW) == key
    listed = keeper.get(URL).content.decode()
    assert key.prefix in listed
    assert token not in listed
    entry = ModelLogEntry.objects.get(action="certificates.make_api_key")
    assert token not in entry.label + str(entry.data)


def test_key_is_revoked_for_good(keeper, town):
    make(keeper, town)
    key = ApiKey.objects.get()
    assert keeper.get(f"{URL}{key.pk}/revoke/").status_code == 200
    assert keeper.post(f"{URL}{key.pk}/revoke/").status_code == 302
    key.refresh_from_db()
    revoked_at = key.revoked_at
    keeper.post(f"{URL}{key.pk}/revoke/")
    key.refresh_from_db()
    assert key.revoked_at == revoked_at is not None
    assert ModelLogEntry.objects.filter(action="certificates.revoke_api_key").count() == 1


def test_each_step_needs_its_permission(keeper, town):
    make(keeper, town)
    key = ApiKey.objects.get()
    reader = sign_in("view_apikey")
    assert reader.get(URL).status_code == 200
    assert make(reader, town).status_code == 302
    assert reader.post(f"{URL}{key.pk}/revoke/").status_code == 302
    key.refresh_from_db()
    assert key.revoked_at is None
    assert ApiKey.objects.count() == 1
    assert sign_in().get(URL).status_code == 302
