import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from cms import roles
from tests import factories
from training.models import Appointment

pytestmark = pytest.mark.django_db
URL = "/editor/appointments/"


@pytest.fixture
def administrator(db):
    user = factories.UserFactory()
    user.groups.add(roles.make_group(roles.ADMINISTRATORS))
    client = Client()
    client.force_login(user)
    return client


def data(town, **changes):
    return {
        "email": "officer@example.jp",
        "local_government": town.pk,
        "starts_on": timezone.localdate().isoformat(),
        "ends_on": "",
        "reason": "新任",
    } | changes


def test_officer_is_appointed_and_let_go(administrator):
    town = factories.MunicipalityFactory()
    assert administrator.post(f"{URL}add/", data(town)).status_code == 302
    assert "officer@example.jp" in administrator.get(URL).text
    officer = Client()
    officer.force_login(Appointment.objects.get().user)
    page = f"/learn/offices/{town.pk}/people/"
    assert officer.get(page).status_code == 200
    end = f"{URL}{Appointment.objects.get().pk}/end/"
    assert administrator.get(end).status_code == 200
    assert administrator.post(end, {"at_once": ""}).status_code == 200
    assert officer.get(page).status_code == 200
    assert administrator.post(end, {"at_once": "", "now-reason": "異動"}).status_code == 302
    assert officer.get(page).status_code == 404
    assert "officer@example.jp" not in administrator.get(URL).text
    assert "officer@example.jp" in administrator.get(f"{URL}?all=1&q=officer").text


@pytest.mark.parametrize(
    "changes",
    [
        {"email": "no address"},
        {"starts_on": "いつか"},
        {"ends_on": "2020-01-01"},
        {"reason": "", "email": "kept@example.jp"},
    ],
)
def test_what_was_typed_is_kept_when_something_is_wrong(administrator, changes):
    town = factories.MunicipalityFactory()
    response = administrator.post(f"{URL}add/", data(town, **changes))
    assert response.status_code == 200
    assert max(changes.values()) in response.text
    assert not Appointment.objects.exists()


def test_days_of_an_appointment_that_is_there_are_told(administrator):
    town = factories.MunicipalityFactory()
    today = timezone.localdate()
    last = today + dt.timedelta(days=9)
    administrator.post(f"{URL}add/", data(town, ends_on=last.isoformat()))
    response = administrator.post(f"{URL}add/", data(town))
    [error] = response.context["form"].errors["email"]
    assert date_format(today) in error
    assert date_format(last) in error
    assert Appointment.objects.count() == 1


def test_last_day_is_set(administrator):
    appointment = factories.AppointmentFactory()
    day = timezone.localdate() + dt.timedelta(days=3)
    address = f"{URL}{appointment.pk}/end/"
    assert administrator.post(address, {"last_day": "", "ends_on": "x"}).status_code == 200
    administrator.post(address, {"last_day": "", "ends_on": day.isoformat()})
    appointment.refresh_from_db()
    assert appointment.ends_on is None
    administrator.post(address, {"last_day": "", "ends_on": day.isoformat(), "reason": "異動"})
    appointment.refresh_from_db()
    assert appointment.ends_on == day


def test_body_is_found_by_its_name_with_the_prefecture_where_it_needs_it(administrator):
    gifu = factories.PrefectureFactory(code="210005", name="岐阜県")
    ours = factories.MunicipalityFactory(code="214043", name="池田町", prefecture=gifu)
    nagano = factories.PrefectureFactory(code="200000", name="長野県")
    theirs = factories.MunicipalityFactory(code="204811", name="池田町", prefecture=nagano)
    other = factories.MunicipalityFactory()
    page = administrator.get(f"{URL}add/").text
    assert f'<option value="{ours}">' in page
    told = administrator.post(f"{URL}add/", data(ours, local_government="池田町"))
    assert str(theirs) in told.context["form"].errors["local_government"][0]
    assert 'value="池田町"' in told.text
    told = administrator.post(f"{URL}add/", data(ours, local_government="無い町"))
    assert told.context["form"].errors["local_government"]
    administrator.post(f"{URL}add/", data(ours, local_government=f" {ours}"))
    administrator.post(f"{URL}add/", data(ours, local_government="中山町", email="b@example.jp"))
    bodies = Appointment.objects.order_by("pk").values_list("local_government", flat=True)
    assert list(bodies) == [ours.pk, other.pk]


@pytest.mark.parametrize("officers", [1, 3])
def test_list_has_a_fixed_number_of_statements(
    administrator, django_assert_max_num_queries, officers
):
    for _each in range(officers):
        factories.AppointmentFactory()
    administrator.get(URL)
    with django_assert_max_num_queries(12):
        administrator.get(URL)
