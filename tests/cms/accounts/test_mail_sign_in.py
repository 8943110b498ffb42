"""A mail with a link and a code: what each does, and what neither must do."""

import datetime as dt

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from cms.accounts import mails
from cms.models import SignInMail, User
from tests import factories

from .conftest import ask, code_in, enter, link_in, use_link, user_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("typed", ["{}", " {} ", "{}　", "wide"])
def test_code_signs_in_as_people_type_it(client, person, typed):
    code = code_in(ask(client))
    wide = code.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    text = f"{wide[:3]}　{wide[3:]}" if typed == "wide" else typed.format(code)
    assert enter(client, text).status_code == 302
    assert user_of(client) == str(person.pk)


def test_address_is_taken_in_full_width_letters(client, person):
    code = code_in(ask(client, "ＨＡＮＡＫＯ＠ｅｘａｍｐｌｅ．ｊｐ　"))
    assert enter(client, code).status_code == 302
    assert user_of(client) == str(person.pk)


def test_link_signs_in_in_a_browser_that_never_asked(client, person):
    phone, page = use_link(ask(client))
    assert page.status_code == 302
    assert user_of(phone) == str(person.pk)
    assert user_of(client) is None


def test_scanners_that_open_the_link_spend_nothing(client, person):
    message = ask(client)
    for _time in range(3):
        scanner = Client()
        page = scanner.get(link_in(message))
        assert page.status_code == 200
        assert scanner.head(link_in(message)).status_code == 200
        assert "hanako" not in page.text
        assert user_of(scanner) is None
    phone, _page = use_link(message)
    assert user_of(phone) == str(person.pk)


def test_each_mail_works_once_by_link_or_by_code(client, person):
    message = ask(client)
    use_link(message)
    again, page = use_link(message)
    assert (page.status_code, user_of(again)) == (410, None)
    assert "使えません" in again.get(link_in(message)).text
    assert enter(client, code_in(message)).status_code == 200
    assert user_of(client) is None

    other = Client()
    message = ask(other)
    enter(other, code_in(message))
    late, _page = use_link(message)
    assert user_of(late) is None


def test_using_one_mail_ends_those_before_it(client, person):
    first, second = ask(client), ask(Client())
    use_link(second)
    late, _page = use_link(first)
    assert user_of(late) is None


def test_mail_is_over_after_a_quarter_of_an_hour(client, person):
    message = ask(client)
    SignInMail.objects.update(
        created_at=SignInMail.objects.get().created_at - dt.timedelta(minutes=15, seconds=1)
    )
    late, page = use_link(message)
    assert (page.status_code, user_of(late)) == (410, None)
    enter(client, code_in(message))
    assert user_of(client) is None


def test_five_wrong_codes_end_the_code_even_for_ten_at_once(client, person):
    message = ask(client)
    pk = SignInMail.objects.get().pk
    now = SignInMail.objects.get().created_at
    assert [mails.may_try_code(mail_id=pk, now=now) for _try in range(10)].count(True) == 5
    enter(client, code_in(message))
    assert user_of(client) is None


def test_page_sends_back_after_five_wrong_codes(client, person):
    code = code_in(ask(client))
    wrong = "000000" if code != "000000" else "111111"
    answers = [enter(client, wrong).status_code for _try in range(5)]
    assert answers == [200, 200, 200, 200, 302]
    enter(client, code)
    assert user_of(client) is None


def test_unknown_address_gets_the_same_answers(client, person):
    known, unknown = Client(), Client()
    pages = []
    for visitor, address in ((known, person.email), (unknown, "nobody@example.jp")):
        asked = visitor.post("/account/login/code/", {"email": address})
        shown = visitor.get(asked.url)
        wrong = enter(visitor, "000000")
        pages.append(
            [
                (page.status_code, page.text.replace(address, "A").replace(token, "T"))
                for page in (shown, wrong)
                for token in (visitor.cookies["csrftoken"].value,)
            ]
        )
        pages[-1] = [(status, _without_tokens(text)) for status, text in pages[-1]]
    assert pages[0] == pages[1]
    assert [message.to for message in mail.outbox] == [[person.email], ["nobody@example.jp"]]
    assert "登録されていません" in mail.outbox[1].subject
    assert not SignInMail.objects.exclude(user=person).exists()


def _without_tokens(text):
    import re

    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)


def test_number_of_mails_to_one_address_is_limited(client, person):
    for _time in range(6):
        Client().post("/account/login/code/", {"email": person.email})
    assert len(mail.outbox) == 3


def test_town_hall_behind_one_address_signs_in_within_a_minute(db):
    users = [factories.UserFactory() for _number in range(200)]
    for user in users:
        visitor = Client()
        asked = visitor.post("/account/login/code/", {"email": user.email})
        assert asked.url == "/account/login/code/confirm/"
    assert len(mail.outbox) == 200
    for user in users[:50]:
        visitor = Client()
        data = {"login": user.email, "password": "correct horse"}
        assert visitor.post("/account/login/", data).status_code == 302


def test_link_takes_another_account_out_of_the_browser(client, person, learner_client):
    use_link(ask(client), learner_client)
    assert user_of(learner_client) == str(person.pk)


def test_link_leads_to_where_the_person_was_going_and_nowhere_else(client, person):
    for wanted, reached in (("/learn/reports/", "/learn/reports/"), ("//evil.example/", "/learn/")):
        client = Client()
        client.post("/account/login/code/", {"email": person.email, "next": wanted})
        _phone, page = use_link(mail.outbox[-1])
        assert page.url == reached


def test_database_holds_nothing_to_sign_in_with(client, person):
    secret = link_in(ask(client)).rstrip("/").rpartition("/")[2]
    assert secret not in str(SignInMail.objects.values().get())


def test_mail_that_cannot_be_sent_is_said(client, person, monkeypatch):
    def fail(self):
        raise OSError

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", fail)
    page = client.post("/account/login/code/", {"email": person.email}, follow=True)
    assert page.status_code == 200
    assert "メールを送れませんでした" in page.text


def test_sign_up_needs_the_mailbox_and_no_password(client, db):
    asked = client.post("/account/signup/", {"email": "new@example.jp"})
    assert asked.url == "/account/login/code/confirm/"
    assert user_of(client) is None
    enter(client, code_in(mail.outbox[-1]))
    user = User.objects.get(email="new@example.jp")
    assert user_of(client) == str(user.pk)
    assert not user.has_usable_password()
    assert EmailAddress.objects.get(user=user).verified


def test_sign_up_by_link_on_another_device(client, db):
    client.post("/account/signup/", {"email": "new@example.jp"})
    phone, _page = use_link(mail.outbox[-1])
    assert user_of(phone) == str(User.objects.get().pk)
    assert EmailAddress.objects.get().verified


def test_sign_up_with_an_address_that_has_an_account_signs_in_to_that(client, person):
    asked = client.post("/account/signup/", {"email": person.email})
    assert asked.url == "/account/login/code/confirm/"
    enter(client, code_in(mail.outbox[-1]))
    assert user_of(client) == str(person.pk)
    assert User.objects.count() == 1


def test_address_somebody_else_added_and_never_proved_leads_to_its_owner(client, person):
    thief = factories.UserFactory(email="thief@example.jp")
    EmailAddress.objects.create(user=thief, email="victim@example.jp", verified=False)
    client.post("/account/signup/", {"email": "victim@example.jp"})
    enter(client, code_in(mail.outbox[-1]))
    victim = User.objects.get(email="victim@example.jp")
    assert user_of(client) == str(victim.pk)
    assert victim != thief


def test_first_proof_of_an_address_ends_what_others_prepared(client, db):
    """Somebody made an account with the address of somebody else, and waits."""
    user = factories.UserFactory(email="victim@example.jp")
    EmailAddress.objects.create(user=user, email=user.email, verified=False, primary=True)
    SocialAccount.objects.create(user=user, provider="oidc", uid="thief")
    thief = Client()
    thief.force_login(user)
    message = ask(client, "victim@example.jp")
    enter(client, code_in(message))
    assert user_of(client) == str(user.pk)
    user.refresh_from_db()
    assert not user.has_usable_password()
    assert not SocialAccount.objects.exists()
    assert thief.get("/account/").url.startswith("/account/login/")
    assert client.get("/account/").status_code == 200


def test_account_that_is_switched_off_gets_no_mail_to_sign_in(client, person):
    message = ask(client)
    User.objects.update(is_active=False)
    late, _page = use_link(message)
    assert user_of(late) is None
    assert "/account/sign-in/" not in ask(Client()).body


@pytest.fixture
def folds_as_postgresql(db, monkeypatch):
    """With a UTF-8 locale UPPER makes "ı" an "I", and is what it compares; SQLite folds a-z."""
    if connection.vendor != "sqlite":
        return
    connection.ensure_connection()
    connection.connection.create_collation("upper", lambda a, b: int(a.upper() != b.upper()))
    monkeypatch.setitem(connection.operators, "iexact", "= %s COLLATE upper")


@pytest.mark.parametrize("look_alike", ["victim@gmaıl.com", "vıctim@gmail.com"])
@pytest.mark.parametrize("page", ["login/code", "signup", "password/reset"])
@pytest.mark.usefixtures("folds_as_postgresql")
def test_look_alike_of_an_address_is_not_its_owner(client, look_alike, page):
    victim = factories.UserFactory(email="victim@gmail.com")
    EmailAddress.objects.create(user=victim, email=victim.email, verified=True, primary=True)
    assert mails.find_user("Victim@Gmail.com") == victim
    client.post(f"/account/{page}/", {"email": look_alike})
    assert not SignInMail.objects.filter(user=victim).exists()
    assert not any("/password/reset/key/" in message.body for message in mail.outbox)


@pytest.mark.usefixtures("folds_as_postgresql")
def test_look_alike_that_came_first_does_not_take_the_mails_of_the_owner(client):
    thief = factories.UserFactory(email="vıctim@gmail.com")
    EmailAddress.objects.create(user=thief, email=thief.email, verified=True, primary=True)
    victim = factories.UserFactory(email="victim@gmail.com")
    assert mails.find_user("victim@gmail.com") == victim


def test_sign_up_sends_as_few_mails_as_signing_in(person):
    """Else it were the way round the limit: a full mailbox, and codes guessed in a day."""
    for _time in range(5):
        Client().post("/account/signup/", {"email": person.email})
    assert SignInMail.objects.count() == len(mail.outbox) == 3
    assert "しばらく待って" in Client().post("/account/signup/", {"email": person.email}).text


def test_codes_of_an_account_are_tried_a_hundred_times_a_day(client, person):
    now = timezone.now()
    for hours in (1, 25):
        SignInMail.objects.create(
            user=person,
            email=person.email,
            digest=hours,
            tries=100,
            created_at=now - dt.timedelta(hours=hours),
        )
    message = ask(client)
    assert enter(client, code_in(message)).status_code == 200
    assert user_of(client) is None
    phone, _page = use_link(message)
    assert user_of(phone) == str(person.pk)

    SignInMail.objects.filter(digest="1").delete()
    other = Client()
    assert enter(other, code_in(ask(other))).status_code == 302
