import pytest
from django.core.cache import cache
from django.test import Client

from certificates.domain.api_keys import make_key
from tests import factories
from tests.certificates.issued import make_issued


@pytest.fixture(autouse=True)
def empty_cache():
    """Limits are counted there."""
    cache.clear()


@pytest.fixture
def certificate(db):
    return make_issued()


@pytest.fixture
def town(db):
    return factories.MunicipalityFactory()


@pytest.fixture
def made_key(town):
    return make_key(local_government=town, label="住民課", now=factories.NOW)


class Api:
    def __init__(self, token):
        self.client = Client(headers={"authorization": f"Bearer {token}"} if token else None)

    def post(self, path, data):
        return self.client.post(f"/api/v1/{path}", data, content_type="application/json")

    def get(self, path):
        return self.client.get(f"/api/v1/{path}")

    def delete(self, path):
        return self.client.delete(f"/api/v1/{path}")


@pytest.fixture
def api(made_key):
    return Api(made_key[1])


@pytest.fixture
def other_api(town):
    return Api(make_key(local_government=town, label="別の課", now=factories.NOW)[1])


@pytest.fixture
def anonymous(db):
    return Api("")
