"""Who works here shows a second factor on every page; learners may."""

import datetime as dt
import io
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.template.loader import render_to_string
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from cms.roles import is_staff_member
from tests import factories
from training.models import Appointment, AuditEntry

from .conftest import ask, link_in, use_link, user_of

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def rule(settings):
    settings.STAFF_MFA = True


@pytest.fixture
def editor(person):
    person.groups.add(Group.objects.get(name="Editors"))
    return person


def digits(secret=SECRET):
    return format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1]))


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def editor_urls():
    """Every address of the editor that needs no number."""
    found = []

    def walk(patterns, prefix):
        for each in patterns:
            route = prefix + str(each.pattern)
            if hasattr(each, "url_patterns"):
                walk(each.url_patterns, route)
            elif not set(route) & set("<(?[\\"):
                found.append("/" + route.replace("^", "").replace("$", ""))

    walk(get_resolver().url_patterns, "")
    return [url for url in found if url.startswith("/editor/")]


def test_every_page_of_the_editor_asks_for_it():
    client = signed_in(factories.UserFactory(is_superuser=True))
    urls = [url for url in editor_urls() if url not in ("/editor/login/",)]
    assert len(urls) > 100
    for url in urls:
        for method in (client.get, client.post):
            assert method(url).headers.get("Location") == "/account/2fa/", url


def test_every_kind_of_person_who_works_here_is_one(person):
    today = timezone.localdate()
    assert not is_staff_member(person, today=today)
    town = factories.MunicipalityFactory()
    office = Appointment.objects.create(
        user=person, local_government=town, starts_on=today - dt.timedelta(days=9)
    )
    assert is_staff_member(person, today=today)
    Appointment.objects.filter(pk=office.pk).update(ends_on=today - dt.timedelta(days=1))
    assert not is_staff_member(person, today=today)
    person.user_permissions.add(Permission.objects.get(codename="view_enrolment"))
    assert is_staff_member(person, today=today)
    assert is_staff_member(factories.UserFactory(is_superuser=True), today=today)
    officer = factories.UserFactory()
    officer.groups.add(Group.objects.create(name="町の担当"))
    assert is_staff_member(officer, today=today)


def test_officer_is_asked_everywhere_but_on_public_and_account_pages(editor):
    client = signed_in(editor)
    for url in ("/learn/", "/certificates/lists/", "/learn/reports/", "/"):
        assert client.get(url).url == "/account/2fa/", url
    for url in ("/account/", "/account/email/", "/account/2fa/", "/account/logout/", "/v/"):
        assert client.get(url).status_code == 200, url
    assert "ほかの人の情報" in client.get("/account/2fa/").text
    refused = client.get("/certificates/lists/", headers={"Accept": "application/json"})
    assert refused.status_code == 403
    assert client.post("/account/logout/").status_code == 302


def test_learner_is_not_asked(learner_client):
    assert learner_client.get("/learn/").status_code == 200


def test_learner_who_gets_a_right_is_asked_in_the_editor_at_once(learner, learner_client):
    assert learner_client.get("/learn/").status_code == 200
    learner.user.groups.add(Group.objects.get(name="Editors"))
    assert learner_client.get("/editor/").url == "/account/2fa/"


def test_setting_up_an_app_opens_the_way(editor, monkeypatch):
    monkeypatch.setattr("django.db.transaction.on_commit", lambda then, **_options: then())
    client, _page = use_link(ask(Client()))
    assert client.get("/editor/").url == "/account/2fa/"
    shown = client.get("/account/2fa/totp/activate/")
    assert "<svg" in shown.text
    secret = client.session["mfa.totp.secret"]
    wide = digits(secret).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert client.post("/account/2fa/totp/activate/", {"code": wide}).status_code == 302
    assert client.get("/editor/").status_code == 200
    assert secret not in str(Authenticator.objects.get(type="totp").data)
    codes = client.get("/account/2fa/recovery-codes/").text
    assert 'href="/editor/"' in codes
    assert "認証アプリが設定されました" in mail.outbox[-1].subject


def test_mail_alone_does_not_open_an_account_with_an_app(editor):
    TOTP.activate(editor, SECRET)
    phone, page = use_link(ask(Client()))
    assert page.url == "/account/2fa/authenticate/"
    assert user_of(phone) is None
    assert phone.get("/editor/").url.startswith("/editor/login/")
    assert phone.post("/account/2fa/authenticate/", {"code": "12"}).status_code == 200
    phone.post("/account/2fa/authenticate/", {"code": digits()})
    assert user_of(phone) == str(editor.pk)
    assert phone.get("/editor/").status_code == 200


def test_recovery_code_works_once(editor):
    TOTP.activate(editor, SECRET)
    code = RecoveryCodes.activate(editor).get_unused_codes()[0]
    for works in (True, False):
        phone, _page = use_link(ask(Client()))
        phone.post("/account/2fa/authenticate/", {"code": f"{code[:4]} {code[4:]}"})
        assert (user_of(phone) == str(editor.pk)) is works


def test_session_from_before_the_app_was_set_up_is_asked_for_it(editor):
    client = signed_in(editor)
    TOTP.activate(editor, SECRET)
    asked = client.get("/learn/reports/").url
    assert asked == "/account/2fa/reauthenticate/?next=%2Flearn%2Freports%2F"
    assert client.post(asked, {"code": digits()}).url == "/learn/reports/"
    assert client.get("/learn/reports/").headers.get("Location") is None


def test_removing_the_last_one_closes_the_way_again(editor):
    TOTP.activate(editor, SECRET)
    phone, _page = use_link(ask(Client()))
    phone.post("/account/2fa/authenticate/", {"code": digits()})
    assert phone.post("/account/2fa/totp/deactivate/").status_code == 302
    assert phone.get("/editor/").url == "/account/2fa/"


def test_old_session_signs_in_anew_before_it_changes_anything(person, monkeypatch):
    phone, _page = use_link(ask(Client()))
    assert phone.get("/account/2fa/totp/activate/").status_code == 200
    session = phone.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()
    for url in ("/account/2fa/totp/activate/", "/account/2fa/webauthn/add/"):
        assert phone.get(url).url.startswith("/account/again/?next=")
    added = phone.post("/account/email/", {"action_add": "", "email": "other@example.jp"})
    assert added.url.startswith("/account/again/")
    assert "もう一度ログイン" in phone.get("/account/again/").text


def test_demo_account_is_let_in_with_a_sentence_and_only_on_a_demo(settings, db):
    user = factories.UserFactory(email="editor@katsuyo.example")
    user.groups.add(Group.objects.get(name="Editors"))
    other = factories.UserFactory(is_superuser=True)
    settings.STAFF_MFA_WAIVED_FOR_DEMO = True
    factories.make_home()
    assert signed_in(user).get("/editor/").status_code == 200
    assert "二段階認証を省いています" in signed_in(user).get("/").text
    assert "二段階認証を省いています" not in Client().get("/").text
    # Two landmarks of one name cannot be told apart.
    page = render_to_string(
        "components/header.html",
        {"is_demo": True, "request": SimpleNamespace(second_factor_waived=True)},
    )
    assert page.count('<p class="container">') == 2
    assert page.count("<aside") == 1
    assert signed_in(other).get("/editor/").url == "/account/2fa/"
    settings.HTTPS = True
    assert signed_in(user).get("/editor/").url == "/account/2fa/"


def test_sentences_on_a_demonstration_are_one_landmark(rf):
    request = rf.get("/")
    request.second_factor_waived = True
    header = render_to_string("components/header.html", {"request": request, "is_demo": True})
    assert "見本のサイト" in header
    assert "二段階認証を省いています" in header
    assert header.count("<aside") == 1


def test_deployment_check_refuses_what_weakens_the_rule(settings):
    def found():
        return {each.id for each in run_checks(include_deployment_checks=True)}

    settings.STAFF_MFA_WAIVED_FOR_DEMO = False
    assert not found() & {"cms.E001", "cms.E002"}
    settings.STAFF_MFA, settings.STAFF_MFA_WAIVED_FOR_DEMO = False, True
    assert found() >= {"cms.E001", "cms.E002"}


def test_operator_resets_for_somebody_who_lost_the_phone(editor):
    TOTP.activate(editor, SECRET)
    client = signed_in(editor)
    with pytest.raises(CommandError):
        call_command("reset_second_factor", "nobody@example.jp", reason="電話で確認")
    out = io.StringIO()
    call_command("reset_second_factor", editor.email, reason="上司が電話で確認", stdout=out)
    assert "1 removed" in out.getvalue()
    assert not Authenticator.objects.exists()
    assert client.get("/account/").status_code == 302
    entry = AuditEntry.objects.get(action="account.reset_second_factor")
    assert entry.reason == "上司が電話で確認"
    assert editor.email not in str(entry.details)


def test_link_page_is_open_to_staff(editor):
    client = signed_in(editor)
    assert client.get(link_in(ask(Client()))).status_code == 200
