"""What every answer carries, whoever asks and whatever comes of it."""

import pytest
from django.test import Client
from django.urls import get_resolver

from tests import factories

pytestmark = pytest.mark.django_db
EDITOR = "/editor/"


def plain_urls(patterns=None, prefix="/"):
    """Every address that needs no number or name."""
    for each in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(each.pattern).replace("^", "").replace("$", "")
        if hasattr(each, "url_patterns"):
            yield from plain_urls(each.url_patterns, route)
        elif not set(route) & set("<(?[\\"):
            yield route


def visitors():
    anonymous, learner, admin = Client(), Client(), Client()
    learner.force_login(factories.LearnerFactory().user)
    admin.force_login(factories.UserFactory(is_superuser=True))
    return anonymous, learner, admin


def test_every_page_carries_the_headers():
    factories.make_course()
    urls = [url for url in plain_urls() if not url.startswith(EDITOR)]
    urls += ["/", "/nowhere/", "/media/images/none.png", "/v/AAAA-BBBB", "/account/sign-in/x/"]
    assert len(urls) > 50
    for client in visitors():
        for url in urls:
            # Some sign out.
            page = client.get(url) if "logout" not in url else Client().get(url)
            policy = page.headers["Content-Security-Policy"]
            assert "unsafe" not in policy, url
            assert "frame-ancestors" in policy, url
            assert page.headers["X-Content-Type-Options"] == "nosniff", url
            assert page.headers["Referrer-Policy"] == "same-origin", url
            assert page.headers["X-Frame-Options"] == "DENY", url
            assert "camera=" in page.headers["Permissions-Policy"], url


def test_editor_carries_them_too_and_is_never_stored(admin_client):
    for url in (EDITOR, f"{EDITOR}users/", f"{EDITOR}pages/", f"{EDITOR}nowhere/"):
        page = admin_client.get(url, follow=True)
        assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"], url
        assert page.headers["X-Content-Type-Options"] == "nosniff", url
        assert "no-store" in page.headers["Cache-Control"], url


def test_pages_of_the_account_are_never_stored(learner_client):
    urls = ["/account/", "/account/email/", "/account/2fa/", "/account/2fa/webauthn/", "/learn/"]
    for url in urls:
        assert "no-store" in learner_client.get(url).headers["Cache-Control"], url
