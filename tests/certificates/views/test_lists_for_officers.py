"""Lists are open to the officers of a body while their appointment lasts."""

import datetime as dt

import pytest
from django.test import Client

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("term", "status"),
    [({}, 200), ({"ends_on": dt.date(2026, 4, 30)}, 403)],
    ids=["appointed", "term over"],
)
def test_officer_verifies_lists_while_appointed(term, status):
    client = Client()
    client.force_login(factories.AppointmentFactory(**term).user)
    assert client.get("/certificates/lists/").status_code == status
