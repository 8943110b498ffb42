"""How long a session lasts, what a shared computer keeps, and what is typed too late."""

import datetime as dt

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.accounts import sessions
from tests import factories

from .conftest import ask, code_in, enter, use_link, user_of

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = 60, 3600, 24 * 3600
HERE = {"Sec-Fetch-Site": "same-origin"}


def signed_in(user, *, shared=False):
    client = Client()
    client.force_login(user)
    if shared:
        change(client, is_shared=True)
    return client


def change(client, *, seen=0, since=0, **more):
    """Make the facts of the session older by these seconds."""
    session = client.session
    facts = session[sessions.FACTS]
    facts |= {"seen": facts["seen"] - seen, "since": facts["since"] - since} | more
    session[sessions.FACTS] = facts
    session.save()


@pytest.fixture
def officer(db):
    user = factories.UserFactory()
    user.groups.add(Group.objects.get(name="Editors"))
    return user


@pytest.mark.parametrize(
    ("kind", "idle", "absolute"),
    [
        ("learner", 14 * DAY, 90 * DAY),
        ("staff", 30 * MINUTE, 12 * HOUR),
        ("shared", 10 * MINUTE, 2 * HOUR),
    ],
)
def test_limits_hold_to_the_minute(learner, officer, kind, idle, absolute):
    user = officer if kind == "staff" else learner.user
    for age, lasts in (
        ({"seen": idle - MINUTE}, True),
        ({"seen": idle}, False),
        ({"since": absolute - MINUTE}, True),
        ({"since": absolute}, False),
    ):
        client = signed_in(user, shared=kind == "shared")
        change(client, **age)
        page = client.get("/account/")
        assert (page.status_code == 200) is lasts, (kind, age)
        if not lasts:
            assert user_of(client) is None
            assert "操作がなかった" in client.get(page.url).text


def test_visits_keep_a_session_alive_but_not_beyond_its_longest(officer):
    client = signed_in(officer)
    for _visit in range(23):
        change(client, seen=29 * MINUTE, since=29 * MINUTE)
        assert client.get("/account/").status_code == 200
    change(client, seen=29 * MINUTE, since=60 * MINUTE)
    assert client.get("/account/").status_code == 302


def test_open_editor_page_without_a_person_does_not_keep_it_alive(officer):
    client = signed_in(officer)
    change(client, seen=20 * MINUTE)
    before = client.session[sessions.FACTS]["seen"]
    client.post(reverse("wagtailadmin_editing_sessions:ping", args=["cms", "homepage", "1", 1]))
    assert client.session[sessions.FACTS]["seen"] == before
    client.get("/account/")
    assert client.session[sessions.FACTS]["seen"] > before


def test_visit_within_a_minute_writes_nothing(learner, django_assert_num_queries):
    client = signed_in(learner.user)
    client.get("/account/")
    with django_assert_num_queries(6):
        client.get("/account/")
    change(client, seen=61)
    with django_assert_num_queries(6 + 3 + 3):  # who works here, and the row with its savepoint
        client.get("/account/")


def test_what_is_alike_for_everybody_reads_no_session(client):
    assert "Cookie" not in client.get("/v/did.json").headers.get("Vary", "")


def test_session_gets_its_limits_when_an_office_begins(learner):
    client = signed_in(learner.user)
    learner.user.groups.add(Group.objects.get(name="Editors"))
    change(client, seen=61)
    client.get("/account/")
    assert client.session[sessions.FACTS]["is_staff"]


@pytest.mark.parametrize("way", ["link", "code", "password"])
def test_shared_computer_keeps_nothing(person, way):
    client = Client()
    if way == "link":
        use_link(ask(Client()), client, shared="on")
    elif way == "code":
        enter(client, code_in(ask(client, shared="on")))
    else:
        person.set_password("correct horse")
        person.save()
        client.post(
            "/account/login/",
            {"login": person.email, "password": "correct horse", "shared": "on"},
        )
    assert client.session[sessions.FACTS]["is_shared"]
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["max-age"], cookie["expires"]) == ("", "")
    for url in ("/account/", "/v/", "/v/did.json", "/nowhere/"):
        assert client.get(url).headers["Cache-Control"] == "no-store", url
    left = client.post("/account/logout/")
    assert left.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    # Which takes a message with it: nothing but the address is left to tell that all went well.
    assert 'class="notice notice--success"' in Client().get(left.url).text
    assert client.get("/account/").status_code == 302


def test_own_computer_keeps_its_cookie_and_signs_out_gently(person):
    phone, _page = use_link(ask(Client()))
    assert phone.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 90 * DAY
    left = phone.post("/account/logout/")
    assert left.url == "/"
    assert "Clear-Site-Data" not in left.headers


def test_answer_of_an_earlier_form_does_not_count(client, person):
    ask(client, shared="on")
    client.post("/account/logout/")
    enter(client, code_in(ask(client)))
    assert not client.session[sessions.FACTS]["is_shared"]


def test_password_form_asks_too(client):
    page = client.get("/account/login/?by=password").text
    # Its button stands on the other page; without it the script fails.
    assert "webauthn" not in page
    assert "みんなで使うパソコンです" in page
    assert "みんなで使うパソコンです" in client.get("/account/login/").text
    assert "みんなで使うパソコンです" in client.get("/account/signup/").text


def test_signing_out_everywhere_else_leaves_this_browser(person):
    here, _page = use_link(ask(Client()))
    elsewhere = signed_in(person)
    assert here.post("/account/sessions/end/").url == "/account/"
    assert elsewhere.get("/account/").status_code == 302
    assert "ほかの端末から" in here.get("/account/").text


def test_new_password_signs_out_elsewhere_and_says_so(person):
    person.set_password("correct horse")
    person.save()
    here, elsewhere = signed_in(person), signed_in(person)
    data = {"oldpassword": "correct horse", "password1": "mountain-village-2026"}
    data["password2"] = data["password1"]
    page = here.post("/account/password/change/", data, follow=True)
    assert "ほかの端末からはログアウトしました" in page.text
    assert elsewhere.get("/account/").status_code == 302
    assert mail.outbox[-1].to == [person.email]


def send_too_late(client, url):
    change(client, seen=15 * DAY)
    data = {"full_name": "髙橋 𠮷江", "password": "hidden-word"}
    return client.post(url, data, headers=HERE)


def test_form_sent_after_the_end_is_offered_to_the_same_person(learner):
    client = signed_in(learner.user)
    url = "/certificates/1/name/?next=1"
    assert send_too_late(client, url).url.startswith("/account/login/")
    assert "入力した内容は残っています" in client.get("/account/login/").text
    client.force_login(learner.user)
    page = client.get("/learn/").text
    assert "髙橋 𠮷江" in page
    assert "hidden-word" not in page
    assert f'action="{url}"' in page
    assert "髙橋 𠮷江" not in client.get("/nowhere/").text


def test_form_is_never_offered_to_somebody_else(learner, person):
    client = signed_in(learner.user)
    send_too_late(client, "/certificates/1/name/")
    client.force_login(person)
    assert "髙橋 𠮷江" not in client.get("/learn/", follow=True).text


def test_form_from_elsewhere_is_not_kept(learner):
    client = signed_in(learner.user)
    change(client, seen=15 * DAY)
    client.post("/certificates/1/name/", {"a": "b"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert "kept_form" not in client.session


def test_session_of_before_gets_facts(learner):
    client = signed_in(learner.user)
    session = client.session
    del session[sessions.FACTS]
    session.save()
    assert client.get("/account/").status_code == 200
    since = client.session[sessions.FACTS]["since"]
    assert timezone.now() - dt.datetime.fromtimestamp(since, dt.UTC) < dt.timedelta(minutes=1)
