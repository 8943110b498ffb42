"""The ministry sends a notice out by an act of its own, and sees who has confirmed it."""

import csv
import datetime as dt
import io

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from wagtail.models import GroupPagePermission

from cms.models import NoticeAddress
from tests import factories
from tests.cms.notices import NoticePageFactory, make_bodies, officer_of
from training.models import OutgoingMail

pytestmark = pytest.mark.django_db


@pytest.fixture
def bodies(db):
    return make_bodies()


@pytest.fixture
def notice(db):
    return NoticePageFactory(parent=factories.make_home())


def urls(notice):
    return {
        name: f"/editor/notices/{notice.pk}/{name}"
        for name in ("address/", "status/", "status.csv", "remind/")
    }


def editor(notice, *permissions):
    group = Group.objects.create(name="editors of this test")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    for codename in permissions:
        GroupPagePermission.objects.create(
            group=group,
            page=notice,
            permission=Permission.objects.get(
                codename=codename, content_type__app_label="wagtailcore"
            ),
        )
    user = factories.UserFactory()
    user.groups.add(group)
    client = Client()
    client.force_login(user)
    return client


CHOICE = {"all_prefectures": "on", "codes": "山形県中山町\n313726"}


def test_publishing_alone_sends_nothing(notice, bodies):
    officer_of(bodies["yamagata"])
    notice.save_revision().publish()
    assert not OutgoingMail.objects.exists()


def test_preview_first_and_then_one_mail_however_often_the_button_is_pressed(
    admin_client, notice, bodies
):
    officer_of(bodies["nakayama"])
    url = urls(notice)["address/"]
    preview = admin_client.post(url, CHOICE)
    assert [body.name for body in preview.context["plan"].bodies] == [
        "山形県",
        "中山町",
        "鳥取県",
        "湯梨浜町",
    ]
    assert "湯梨浜町" in preview.text
    assert not NoticeAddress.objects.exists()
    for _press in range(2):
        admin_client.post(url, CHOICE | {"send": "1"})
    assert NoticeAddress.objects.count() == 4
    mail = OutgoingMail.objects.get()
    assert f"http://testserver/offices/notices/{notice.pk}/" in mail.body


def test_the_preview_carries_the_choice_on(admin_client, notice, bodies):
    preview = admin_client.post(urls(notice)["address/"], CHOICE | {"towns_of": ["060003"]}).text
    assert 'name="all_prefectures" value="True"' in preview
    assert 'name="towns_of" value="060003"' in preview
    assert "山形県中山町" in preview


def test_a_list_typed_in_full_width_names_the_same_bodies(admin_client, notice, bodies):
    typed = "３１３７２６\n山形県　中山町\n063029"
    page = admin_client.post(urls(notice)["address/"], {"codes": typed})
    assert page.context["form"].errors == {}
    assert page.context["form"].cleaned_data["codes"] == ["313726", "063029"]


def test_a_body_that_does_not_exist_is_named_and_nothing_lost(admin_client, notice, bodies):
    page = admin_client.post(urls(notice)["address/"], {"codes": "山形県中山村\n313726"})
    assert page.context["form"].errors["codes"][0].endswith("山形県中山村")
    assert "313726" in page.text
    assert page.context["plan"] is None


def test_no_choice_is_asked_for(admin_client, notice, bodies):
    page = admin_client.post(urls(notice)["address/"], {})
    assert page.context["form"].non_field_errors()


def test_a_draft_cannot_be_sent_out(admin_client, notice, bodies):
    notice.unpublish()
    page = admin_client.post(urls(notice)["address/"], CHOICE | {"send": "1"})
    assert page.status_code == 200
    assert not NoticeAddress.objects.exists()


def test_only_for_those_who_may_publish_it(notice, bodies):
    writer = editor(notice, "change_page")
    for name, url in urls(notice).items():
        response = writer.post(url, CHOICE) if name == "remind/" else writer.get(url)
        assert response.status_code == 302, name
        assert response.url == "/editor/"
    writer.post(urls(notice)["address/"], CHOICE | {"send": "1"})
    assert not NoticeAddress.objects.exists()
    assert "notices" not in writer.get(f"/editor/pages/{notice.pk}/edit/").text


def test_a_publisher_finds_the_buttons(notice, bodies):
    publisher = editor(notice, "change_page", "publish_page")
    page = publisher.get(f"/editor/pages/{notice.pk}/edit/").text
    assert urls(notice)["address/"] in page
    assert publisher.get(urls(notice)["status/"]).status_code == 200


def test_officers_and_strangers_stay_outside(notice, bodies):
    client = Client()
    assert client.get(urls(notice)["status/"]).status_code == 302
    client.force_login(officer_of(bodies["nakayama"]))
    assert client.get(urls(notice)["status/"]).status_code in (302, 403)


def test_status_by_prefecture_by_town_and_as_csv(admin_client, notice, bodies):
    url = urls(notice)
    officer_of(bodies["nakayama"])
    admin_client.post(url["address/"], {"towns_of": ["060003"], "send": "1"})
    page = admin_client.get(f"{url['status/']}?prefecture=060003").text
    assert "中山町" in page
    assert "湯梨浜町" not in page
    lines = admin_client.get(url["status.csv"]).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(lines)))
    assert [row[:2] for row in rows[1:]] == [["063011", "山形県山辺町"], ["063029", "山形県中山町"]]
    assert rows[1][2] != rows[2][2], "one has an officer, one has not"


def test_the_reminder_goes_out_once_a_day(admin_client, notice, bodies):
    officer_of(bodies["nakayama"])
    url = urls(notice)
    admin_client.post(url["address/"], {"codes": "063029", "send": "1"})
    NoticeAddress.objects.update(addressed_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC))
    for _press in range(2):
        admin_client.post(url["remind/"])
    assert OutgoingMail.objects.count() == 2


def test_a_notice_that_was_sent_out_is_not_deleted(admin_client, notice, bodies):
    admin_client.post(urls(notice)["address/"], CHOICE | {"send": "1"})
    response = admin_client.post(f"/editor/pages/{notice.pk}/delete/")
    assert response.url == f"/editor/pages/{notice.pk}/edit/"
    home = notice.get_parent()
    assert admin_client.post(f"/editor/pages/{home.pk}/delete/").status_code == 302
    notice.refresh_from_db()
    admin_client.post(f"/editor/bulk/wagtailcore/page/delete/?id={notice.pk}")
    notice.refresh_from_db()


@pytest.mark.parametrize("count", [1, 3])
def test_status_takes_the_same_statements(
    admin_client, notice, bodies, count, django_assert_max_num_queries
):
    url = urls(notice)
    codes = "\n".join(bodies[key].pk for key in ("nakayama", "yamanobe", "yamagata")[:count])
    admin_client.post(url["address/"], {"codes": codes, "send": "1"})
    admin_client.get(url["status/"])
    with django_assert_max_num_queries(25) as captured:
        admin_client.get(f"{url['status/']}?prefecture=060003")
    ours = [each for each in captured.captured_queries if "cms_noticeaddress" in each["sql"]]
    assert len(ours) == 3
