import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client

from tests import factories


@pytest.fixture(autouse=True)
def fresh_limits():
    """They are counted in the cache, which outlives a test."""
    cache.clear()


@pytest.fixture
def person(db):
    """With a proven address and without a password, as accounts are made."""
    user = factories.UserFactory(email="hanako@example.jp")
    user.set_unusable_password()
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def ask(client, email="hanako@example.jp", **fields):
    """Ask for the mail, and return it."""
    client.post("/account/login/code/", {"email": email} | fields)
    return mail.outbox[-1]


def link_in(message):
    return re.search(r"https?://[^/]+(/account/sign-in/\S+)", message.body)[1]


def code_in(message):
    return re.search(r"^(\d{6})$", message.body, re.MULTILINE)[1]


def enter(client, code):
    return client.post("/account/login/code/confirm/", {"code": code})


def user_of(client):
    return client.session.get("_auth_user_id")


def use_link(message, client=None, **fields):
    client = client or Client()
    return client, client.post(link_in(message), fields)
