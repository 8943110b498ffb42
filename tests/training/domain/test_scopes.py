"""Which bodies an account may see and act for."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser, Permission

from tests import factories
from training.domain.scopes import NOTHING, read_scope

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 24)


@pytest.fixture
def nakayama():
    return factories.MunicipalityFactory()


def officer_of(body, **fields):
    return factories.AppointmentFactory(local_government=body, **fields).user


def test_an_officer_acts_for_the_own_town_only(nakayama):
    other = factories.MunicipalityFactory(code="063011", name="山辺町")
    scope = read_scope(user=officer_of(nakayama), today=TODAY)
    assert scope.can_see(nakayama.code)
    assert scope.can_act_for(nakayama.code)
    assert not scope.can_see(other.code)
    assert not scope.can_act_for(other.code)


def test_a_prefecture_looks_at_its_towns_and_acts_for_itself(nakayama):
    elsewhere = factories.MunicipalityFactory(
        code="313726",
        name="湯梨浜町",
        prefecture=factories.PrefectureFactory(code="310000", name="鳥取県"),
    )
    scope = read_scope(user=officer_of(nakayama.prefecture), today=TODAY)
    assert scope.can_see(nakayama.code)
    assert not scope.can_act_for(nakayama.code)
    assert scope.can_act_for(nakayama.prefecture_id)
    assert not scope.can_see(elsewhere.code)


@pytest.mark.parametrize(
    "term",
    [
        {"starts_on": dt.date(2026, 4, 1), "ends_on": dt.date(2026, 11, 23)},
        {"starts_on": dt.date(2026, 11, 25)},
    ],
    ids=["over", "not yet"],
)
def test_rights_end_with_the_term(nakayama, term):
    assert read_scope(user=officer_of(nakayama, **term), today=TODAY) == NOTHING


def test_the_last_day_still_counts(nakayama):
    user = officer_of(nakayama, ends_on=TODAY)
    assert read_scope(user=user, today=TODAY).can_act_for(nakayama.code)


def test_a_town_takes_over_what_merged_into_it(nakayama):
    old = factories.MunicipalityFactory(
        code="063207", name="旧町", successor=nakayama, abolished_on=dt.date(2026, 10, 1)
    )
    older = factories.MunicipalityFactory(
        code="063215", name="旧村", successor=old, abolished_on=dt.date(2020, 10, 1)
    )
    scope = read_scope(user=officer_of(nakayama), today=TODAY)
    assert scope.own == {nakayama.code, old.code, older.code}


def test_the_ministry_sees_all_and_acts_for_none(nakayama):
    user = factories.UserFactory()
    user.user_permissions.add(Permission.objects.get(codename="view_enrolment"))
    scope = read_scope(user=user, today=TODAY)
    assert scope.can_see(nakayama.code)
    assert not scope.can_act_for(nakayama.code)


def test_nobody_else_sees_anything(nakayama):
    dismissed = officer_of(nakayama)
    dismissed.is_active = False
    for user in (AnonymousUser(), factories.UserFactory(), dismissed):
        assert read_scope(user=user, today=TODAY) == NOTHING


def test_statements(nakayama, django_assert_num_queries):
    user = factories.UserFactory()
    user.get_all_permissions()
    with django_assert_num_queries(1):
        read_scope(user=user, today=TODAY)
