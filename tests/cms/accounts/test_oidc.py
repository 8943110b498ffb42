"""Signing in at another site: who comes in, and who does not get into an account by it."""

import json
import os
import subprocess
import sys
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from cms.models import User
from tests import factories
from tests.services import ROOT

from .conftest import ask, use_link, user_of
from .provider import CLIENT, SECRET, running_provider

pytestmark = pytest.mark.django_db
LOGIN = "/account/oidc/oidc/login/"


@pytest.fixture(scope="module")
def server():
    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(server, settings):
    settings.OIDC = {"id": "oidc", "name": "職員認証"}
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "oidc",
                    "name": "職員認証",
                    "client_id": CLIENT,
                    "secret": SECRET,
                    "settings": {"server_url": server.url, "verified_email": ["trusted.lg.jp"]},
                }
            ],
        }
    }
    return server


def come_back(client, provider, *, query="", **claims):
    """To the other site and back; it says of the person what the claims are."""
    provider.claims = {"sub": "42", "name": "山田 花子"} | claims
    away = client.post(f"{LOGIN}{query}")
    assert away.url.startswith(f"{provider.url}/authorize?")
    state = parse_qs(urlsplit(away.url).query)["state"][0]
    return client.get(f"{LOGIN}callback/", {"state": state, "code": "c"})


def test_page_offers_it_only_when_it_is_set(client, provider, settings):
    assert "職員認証でログインする" in client.get("/account/login/").text
    settings.OIDC = {}
    assert LOGIN not in client.get("/account/login/").text


def test_page_of_connections_has_a_heading_without_another_service(client, person):
    use_link(ask(Client()), client)
    page = client.get("/account/3rdparty/").text
    assert "<h1>ほかの方法でログインする</h1>" in page
    assert "、でログインできる" not in page


def test_new_person_comes_in_with_a_proven_address(client, provider):
    page = come_back(client, provider, email="new@example.jp", email_verified=True)
    user = User.objects.get(email="new@example.jp")
    assert (page.status_code, user_of(client)) == (302, str(user.pk))
    assert EmailAddress.objects.get(user=user).verified
    # The name on a certificate is what the learner enters.
    assert (user.first_name, user.last_name) == ("", "")
    assert "code_verifier" in provider.asked
    assert user_of(client) == str(user.pk)
    again = Client()
    come_back(again, provider, email="changed@example.jp", email_verified=False)
    assert user_of(again) == str(user.pk)


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "new@example.jp", "email_verified": False},
        {"email": "new@example.jp"},
        {"email": "hanako@example.jp", "email_verified": True},
        {"email": "HANAKO@example.jp", "email_verified": True},
        {"email": "hanako@example.jp", "email_verified": False},
        {},
    ],
)
def test_address_alone_opens_and_makes_no_account(client, person, provider, claims):
    page = come_back(client, provider, **claims)
    assert page.url == "/account/connect-first/"
    assert user_of(client) is None
    assert (User.objects.count(), SocialAccount.objects.count()) == (1, 0)
    assert "先にメールで" in client.get(page.url).text


def test_unproven_address_of_an_account_is_nobody_elses_either(client, provider):
    factories.UserFactory(email="editor@example.jp")
    come_back(client, provider, email="editor@example.jp", email_verified=True)
    assert user_of(client) is None


def test_form_for_another_address_is_closed(client, provider):
    come_back(client, provider, email="new@example.jp")
    assert client.get("/account/3rdparty/signup/").url == "/account/connect-first/"
    client.post("/account/3rdparty/signup/", {"email": "victim@example.jp"})
    assert not User.objects.exists()


def test_address_of_a_trusted_domain_counts_as_proven(client, provider):
    come_back(client, provider, email="officer@trusted.lg.jp")
    assert user_of(client) == str(User.objects.get().pk)


def test_signed_in_person_connects_and_then_signs_in_with_it(person, provider):
    phone, _page = use_link(ask(Client()))
    come_back(phone, provider, query="?process=connect", email="other@example.jp")
    assert SocialAccount.objects.get().user == person
    assert "つながっています" in phone.get("/account/").text
    again = Client()
    come_back(again, provider, email="other@example.jp")
    assert user_of(again) == str(person.pk)


def test_shared_computer_is_asked_here_too(client, provider):
    provider.claims = {"sub": "1", "email": "new@example.jp", "email_verified": True}
    away = client.post(LOGIN, {"shared": "on"})
    state = parse_qs(urlsplit(away.url).query)["state"][0]
    client.get(f"{LOGIN}callback/", {"state": state, "code": "c"})
    assert client.session["sign_in_facts"]["is_shared"]


def test_answer_nobody_asked_for_signs_nobody_in(client, provider):
    provider.claims = {"sub": "1", "email": "new@example.jp", "email_verified": True}
    page = client.get(f"{LOGIN}callback/", {"state": "forged", "code": "c"})
    assert (page.status_code, user_of(client)) == (401, None)
    assert "ログインしていません" in page.text


def test_environment_sets_it_up(tmp_path):
    env = os.environ | {
        "KATSUYO_HOME": str(tmp_path),
        "KATSUYO_OIDC_SERVER_URL": "https://id.example.lg.jp/realms/town",
        "KATSUYO_OIDC_CLIENT_ID": "katsuyo",
        "KATSUYO_OIDC_CLIENT_SECRET": "s",
        "KATSUYO_OIDC_NAME": "職員認証",
        "KATSUYO_OIDC_TRUSTED_DOMAINS": "example.lg.jp",
    }
    code = (
        "import json; from cms.settings import site;"
        "print(json.dumps([site.OIDC, site.SOCIALACCOUNT_PROVIDERS, site.CONTENT_SECURITY_POLICY]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, cwd=ROOT, capture_output=True, text=True, check=True
    )
    oidc, providers, policy = json.loads(done.stdout)
    assert oidc["name"] == "職員認証"
    app = providers["openid_connect"]["APPS"][0]
    assert app["settings"]["verified_email"] == ["example.lg.jp"]
    assert "https://id.example.lg.jp" in policy["DIRECTIVES"]["form-action"]
