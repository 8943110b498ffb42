import os

import pytest
from django.db import connection
from django.test import Client
from pytest_django.plugin import blocking_manager_key

from certificates.models import Certificate, certificate_storage
from tests import factories

# Playwright keeps an event loop running in its worker; other tests there are not asynchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item):
    """Tests with real transactions leave empty tables: what migrations had put there is put back,
    the root of the pages among it."""
    try:
        return (yield)
    finally:
        marker = item.get_closest_marker("django_db")
        if marker and marker.kwargs.get("transaction"):
            with item.config.stash[blocking_manager_key].unblock():
                connection.creation.deserialize_db_from_string(connection._test_serialized_contents)


@pytest.fixture(autouse=True)
def archive(tmp_path):
    """Each test's own: the archive remembers every number that was printed."""
    for storage in (certificate_storage(), Certificate._meta.get_field("file").storage):
        for name in ("base_location", "location"):
            storage.__dict__.pop(name, None)
        storage._location = tmp_path / "certificates"
    return tmp_path / "certificates"


@pytest.fixture
def course(db):
    return factories.make_course()


@pytest.fixture
def learner(db):
    return factories.LearnerFactory()


@pytest.fixture
def enrolment(course, learner):
    return factories.make_enrolment(learner=learner, course=course)


@pytest.fixture
def admin_client(db):
    client = Client()
    client.force_login(factories.UserFactory(is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def learner_client(learner):
    client = Client()
    client.force_login(learner.user)
    return client


@pytest.fixture
def other_client(db):
    """Signed in as a learner with nothing to do with the one under test."""
    client = Client()
    client.force_login(factories.LearnerFactory(full_name="別の 人").user)
    return client
