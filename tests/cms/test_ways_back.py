"""Where a page leads back to that was the answer to a form."""

import pytest
from django.test import Client

from cms.ways_back import find_readable
from tests import factories
from tests.access.matrix import read_matrix
from tests.access.routes import list_routes

VALUES = {"code": "063029", "evidence_id": "3", "path": "a"}


def fill(route):
    address = route.template
    for name in route.parameters:
        for converter in ("id:", "int:", "str:", "code:", "slug:", "uuid:", "path:", ""):
            address = address.replace(f"<{converter}{name}>", VALUES.get(name, "7"))
    return f"/{address}"


def test_every_address_that_takes_forms_only_leads_to_one_above_it_that_can_be_read():
    matrix = read_matrix()
    readable = {key[0] for key, row in matrix.items() if key[2] == "GET"} - {
        key[0]
        for key, row in matrix.items()
        if key[2] == "GET" and set(row.values()) == {"no verb"}
    }
    checked = 0
    for route in list_routes():
        if not route.is_ours or route.pattern.startswith(("editor/", "(", "^")):
            continue
        address = fill(route)
        found = find_readable(address)
        if route.pattern in readable:
            assert found == address, route.pattern
        else:
            checked += 1
            assert found != address, route.pattern
            assert address.startswith(found), route.pattern
    assert checked >= 18


@pytest.mark.parametrize(
    ("address", "back"),
    [
        ("/learn/offices/063029/confirm/", "/learn/offices/063029/"),
        ("/learn/offices/063029/evidence/4/?a=1", "/learn/offices/063029/"),
        ("/certificates/7/renew/", "/certificates/7/"),
        ("/account/sessions/end/", "/account/"),
        ("/learn/offices/063029/people/?q=1", "/learn/offices/063029/people/?q=1"),
        ("/some-page/?a=1", "/some-page/?a=1"),
        ("/", "/"),
    ],
)
def test_nearest_address_above(address, back):
    assert find_readable(address) == back


@pytest.mark.django_db
def test_language_chosen_on_the_list_to_look_at_again_leads_to_a_page():
    office = factories.AppointmentFactory()
    town = office.local_government
    waiting = factories.AffiliationFactory(
        local_government=town, confirmed_at=None, confirmed_by=None
    )
    officer = Client()
    officer.force_login(office.user)
    asked = officer.post(f"/learn/offices/{town.pk}/confirm/", {"affiliation": waiting.pk})
    assert f'name="next" value="/learn/offices/{town.pk}/confirm/"' in asked.text
    answer = officer.post(
        "/display/",
        {"next": f"/learn/offices/{town.pk}/confirm/", "language": "en"},
        follow=True,
        HTTP_SEC_FETCH_SITE="same-origin",
    )
    assert answer.status_code == 200
    assert '<html lang="en"' in answer.text
