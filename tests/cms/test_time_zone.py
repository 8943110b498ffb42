import importlib

import pytest
from django.apps import apps
from wagtail.users.models import UserProfile

from tests import factories

pytestmark = pytest.mark.django_db


def test_staff_are_not_asked_for_a_time_zone(admin_client):
    assert "current_time_zone" not in admin_client.get("/editor/account/").text


def test_zone_that_was_chosen_before_is_forgotten():
    profile = UserProfile.get_for_user(factories.UserFactory())
    profile.current_time_zone = "Europe/London"
    profile.save()
    migration = importlib.import_module("cms.migrations.0007_one_time_zone")
    migration.forget_time_zones(apps, None)
    profile.refresh_from_db()
    assert profile.get_current_time_zone() == "Asia/Tokyo"
