import datetime as dt

import pytest

from certificates.domain.api_keys import find_key, make_key, revoke_key
from certificates.models import ApiKey
from tests import factories

pytestmark = pytest.mark.django_db
NOW = factories.NOW


@pytest.fixture
def made():
    return make_key(local_government=factories.MunicipalityFactory(), label="住民課", now=NOW)


def test_token_finds_its_key_and_is_kept_nowhere(made):
    key, token = made
    assert find_key(token=token, now=NOW) == key
    kept = str(ApiKey.objects.values().get())
    assert token not in kept
    assert token.split(".")[1] not in kept
    assert token.startswith(f"{key.prefix}.")


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: t + "x", lambda t: t.split(".")[0]])
def test_wrong_token_finds_nothing(made, change):
    assert find_key(token=change(made[1]), now=NOW) is None
    assert find_key(token="", now=NOW) is None


def test_revoked_key_finds_nothing(made):
    key, token = made
    assert revoke_key(key_id=key.pk, now=NOW)
    assert not revoke_key(key_id=key.pk, now=NOW)
    assert find_key(token=token, now=NOW) is None


def test_use_is_noted_once_an_hour(made):
    def use(minutes):
        find_key(token=made[1], now=NOW + dt.timedelta(minutes=minutes))
        return ApiKey.objects.get().last_used_at - NOW

    assert use(1) == dt.timedelta(minutes=1)
    assert use(60) == dt.timedelta(minutes=1)
    assert use(62) == dt.timedelta(minutes=62)


def test_same_beginning_is_no_obstacle(made):
    key, token = made
    ApiKey.objects.create(
        local_government=key.local_government,
        label="別",
        prefix=key.prefix,
        sha256="0" * 64,
        created_at=NOW,
    )
    assert find_key(token=token, now=NOW) == key
