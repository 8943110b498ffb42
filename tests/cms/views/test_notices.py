"""通知: what officers of a body see of it, and what is recorded when."""

import pytest
from django.test import Client

from cms.domain.notices import address_notice
from cms.models import NoticeAddress
from tests import factories
from tests.cms.notices import NOW, TODAY, NoticePageFactory, make_bodies, officer_of
from training.models import OutgoingMail

pytestmark = pytest.mark.django_db
INDEX = "/offices/notices/"


@pytest.fixture
def bodies(db):
    return make_bodies()


@pytest.fixture
def home(db):
    return factories.make_home()


@pytest.fixture
def notice(home):
    return NoticePageFactory(parent=home)


@pytest.fixture
def url(notice):
    return f"{INDEX}{notice.pk}/"


def send(notice, *bodies, at=NOW):
    address_notice(
        notice_id=notice.pk,
        bodies=list(bodies),
        actor=factories.UserFactory(),
        url="https://example.jp/",
        today=TODAY,
        now=at,
    )


def sign_in(user):
    client = Client()
    client.force_login(user)
    return client


def as_officer(body):
    return sign_in(officer_of(body))


def test_reading_records_nothing_and_the_button_does(notice, url, bodies):
    send(notice, bodies["nakayama"])
    client = as_officer(bodies["nakayama"])
    page = client.get(url).text
    assert "お知らせの本文です。" in page
    assert f'action="{url}confirm/"' in page
    assert NoticeAddress.objects.get().opened_at is None
    assert client.get(f"{url}confirm/").status_code == 405
    for _press in range(2):
        assert client.post(f"{url}confirm/").url == url
    assert NoticeAddress.objects.get().opened_at is not None
    assert f'action="{url}confirm/"' not in client.get(url).text


def test_unread_ones_stand_first(home, bodies):
    client = as_officer(bodies["nakayama"])
    old = NoticePageFactory(parent=home, title="前からの通知", slug="old")
    new = NoticePageFactory(parent=home, title="新しい通知", slug="new")
    for each in (old, new):
        send(each, bodies["nakayama"])
    page = client.get(INDEX).text
    assert page.index("新しい通知") < page.index("前からの通知")
    client.post(f"{INDEX}{new.pk}/confirm/")
    page = client.get(INDEX).text
    assert page.index("前からの通知") < page.index("新しい通知")


@pytest.mark.parametrize("path", ["", "confirm/", "forward/", "remind/060003/"])
def test_of_another_body_it_is_not_there(notice, url, bodies, path):
    send(notice, bodies["nakayama"])
    stranger = as_officer(bodies["yurihama"])
    call = stranger.post if path else stranger.get
    assert call(url + path).status_code == 404
    assert NoticeAddress.objects.get().opened_at is None
    assert notice.title not in stranger.get(INDEX).text


@pytest.mark.parametrize("path", ["", "1/"])
def test_only_for_officers(path):
    assert Client().get(INDEX + path).status_code == 302
    assert sign_in(factories.LearnerFactory().user).get(INDEX + path).status_code == 403


def test_a_withdrawn_notice_is_named_and_not_shown(notice, url, bodies):
    send(notice, bodies["nakayama"])
    notice.unpublish()
    client = as_officer(bodies["nakayama"])
    assert client.get(url).status_code == client.post(f"{url}confirm/").status_code == 404
    page = client.get(INDEX).text
    assert notice.title in page
    assert url not in page


def test_a_prefecture_forwards_follows_and_reminds(notice, url, bodies):
    send(notice, bodies["yamagata"])
    town = officer_of(bodies["nakayama"])
    client = as_officer(bodies["yamagata"])
    assert "中山町" not in client.get(url).text
    for _press in range(2):
        client.post(f"{url}forward/")
    page = client.get(url).text
    assert "中山町" in page
    assert "湯梨浜町" not in page
    assert f'action="{url}forward/"' not in page
    NoticeAddress.objects.update(addressed_at=NOW)
    for _press in range(2):
        client.post(f"{url}remind/060003/")
    assert OutgoingMail.objects.filter(to=town.email).count() == 2
    assert INDEX in OutgoingMail.objects.filter(to=town.email).first().body
    assert client.post(f"{url}remind/310000/").status_code == 404


def test_a_town_is_not_offered_to_forward(notice, url, bodies):
    send(notice, bodies["nakayama"])
    assert "forward/" not in as_officer(bodies["nakayama"]).get(url).text


@pytest.mark.parametrize("count", [1, 3])
def test_lists_take_the_same_statements(home, bodies, count, django_assert_num_queries):
    client = as_officer(bodies["yamagata"])
    for number in range(count):
        notice = NoticePageFactory(parent=home, slug=f"notice-{number}")
        towns = [bodies["nakayama"], bodies["yamanobe"]][:count]
        send(notice, bodies["yamagata"], *towns)
    client.get(INDEX)
    with django_assert_num_queries(5):
        client.get(INDEX)
    with django_assert_num_queries(5):
        client.get(f"{INDEX}{notice.pk}/")


def test_page_of_a_notice_leads_officers_who_got_it_to_it(notice, url, bodies):
    link = f"{INDEX}?notice={notice.pk}"
    assert f'href="{link}"' in Client().get(notice.get_url()).text
    client = as_officer(bodies["nakayama"])
    assert client.get(link).status_code == 200
    send(notice, bodies["nakayama"])
    assert client.get(link).url == url
    assert client.get(f"{INDEX}?notice=x").status_code == 200
