"""A notice reaches the officers of a body once, and what the body does with it is on record."""

import datetime as dt

import pytest
from django.db import IntegrityError

from cms.domain import notices
from cms.domain.notice_status import add_up, read_status
from cms.models import NoticeAddress
from tests import factories
from tests.cms.notices import NOW, TODAY, NoticePageFactory, make_bodies, officer_of
from training.models import AuditEntry, OutgoingMail

pytestmark = pytest.mark.django_db
URL = "https://example.jp/offices/notices/1/"


@pytest.fixture
def bodies(db):
    return make_bodies()


@pytest.fixture
def notice(db):
    return NoticePageFactory(parent=factories.make_home())


@pytest.fixture
def ministry(db):
    return factories.UserFactory()


def given(**fields):
    return {"url": URL, "today": TODAY, "now": NOW} | fields


def send(notice, ministry, bodies, **fields):
    return notices.address_notice(
        notice_id=notice.pk, actor=ministry, bodies=bodies, **given(**fields)
    )


def mailed():
    return sorted(OutgoingMail.objects.values_list("to", flat=True))


def deeds(action):
    return list(AuditEntry.objects.filter(action=action).values_list("details", flat=True))


def test_sent_twice_it_arrives_once(notice, ministry, bodies):
    officer = officer_of(bodies["yamagata"])
    targets = [bodies["yamagata"], bodies["nakayama"]]
    assert send(notice, ministry, targets) == 2
    assert send(notice, ministry, targets) == 0
    assert mailed() == [officer.email]
    mail = OutgoingMail.objects.get()
    assert notice.title in mail.subject
    assert URL in mail.body
    assert deeds("notice.address") == [{"bodies": 2, "mails": 1}]


def test_the_database_keeps_a_body_from_being_addressed_twice(notice, ministry, bodies):
    send(notice, ministry, [bodies["yamagata"]])
    with pytest.raises(IntegrityError):
        NoticeAddress.objects.create(
            notice=notice, local_government=bodies["yamagata"], addressed_at=NOW
        )


def test_only_officers_of_today_get_a_mail_and_each_one_mail(notice, ministry, bodies):
    both = officer_of(bodies["nakayama"])
    factories.AppointmentFactory(user=both, local_government=bodies["yamanobe"])
    officer_of(bodies["nakayama"], ends_on=TODAY - dt.timedelta(days=1))
    officer_of(bodies["nakayama"], starts_on=TODAY + dt.timedelta(days=1))
    gone = officer_of(bodies["nakayama"])
    gone.is_active = False
    gone.save()
    officer_of(bodies["yurihama"])
    send(notice, ministry, [bodies["nakayama"], bodies["yamanobe"]])
    assert mailed() == [both.email]


def test_preview_tells_what_sending_does(notice, ministry, bodies):
    officer_of(bodies["yamagata"])
    both = officer_of(bodies["nakayama"])
    factories.AppointmentFactory(user=both, local_government=bodies["yurihama"])
    send(notice, ministry, [bodies["yurihama"]])
    targets = notices.choose_bodies(
        all_prefectures=True,
        all_towns=False,
        towns_of=[bodies["yamagata"].pk],
        codes=[bodies["yurihama"].pk],
    )
    plan = notices.plan_addressing(notice=notice, bodies=targets, today=TODAY)
    assert {body.name for body in plan.bodies} == {"山形県", "鳥取県", "中山町", "山辺町"}
    assert {body.name for body in plan.without_officer} == {"鳥取県", "山辺町"}
    assert (plan.addressed_before, plan.mails) == (1, 1)
    before = OutgoingMail.objects.count()
    assert send(notice, ministry, targets) == len(plan.bodies)
    assert OutgoingMail.objects.count() - before == plan.mails


def test_bodies_that_merged_away_are_not_addressed(bodies):
    bodies["yamanobe"].successor = bodies["nakayama"]
    bodies["yamanobe"].abolished_on = TODAY
    bodies["yamanobe"].save()
    found = notices.choose_bodies(
        all_prefectures=False, all_towns=True, towns_of=[], codes=[bodies["yamanobe"].pk]
    )
    assert {body.name for body in found} == {"中山町", "湯梨浜町", "琴浦町"}


def test_a_draft_is_sent_to_nobody(notice, ministry, bodies):
    notice.unpublish()
    with pytest.raises(notices.NotPublished):
        send(notice, ministry, [bodies["yamagata"]])
    assert not NoticeAddress.objects.exists()


def test_the_first_confirmation_stands(notice, ministry, bodies):
    send(notice, ministry, [bodies["nakayama"], bodies["yamanobe"]])
    first, second = officer_of(bodies["nakayama"]), officer_of(bodies["nakayama"])
    for actor, at in ((first, NOW), (second, NOW + dt.timedelta(hours=1))):
        notices.confirm_notice(
            notice_id=notice.pk, codes={bodies["nakayama"].pk}, actor=actor, now=at
        )
    opened = NoticeAddress.objects.exclude(opened_at=None).get()
    assert (opened.local_government, opened.opened_by, opened.opened_at) == (
        bodies["nakayama"],
        first,
        NOW,
    )


def forward(notice, actor, codes):
    return notices.forward_notice(notice_id=notice.pk, actor=actor, codes=codes, **given())


def test_a_prefecture_forwards_to_its_own_towns_once(notice, ministry, bodies):
    had_it = officer_of(bodies["yamanobe"])
    send(notice, ministry, [bodies["yamagata"], bodies["yamanobe"]])
    officer, town = officer_of(bodies["yamagata"]), officer_of(bodies["nakayama"])
    officer_of(bodies["yurihama"])
    codes = {bodies["yamagata"].pk}
    assert forward(notice, officer, codes) == 1
    assert forward(notice, officer, codes) == 0
    row = NoticeAddress.objects.get(local_government=bodies["nakayama"])
    assert row.forwarded_from.local_government == bodies["yamagata"]
    assert mailed() == sorted([had_it.email, town.email])
    assert "山形県" in OutgoingMail.objects.get(to=town.email).body
    own = NoticeAddress.objects.get(local_government=bodies["yamagata"])
    assert (own.forwarded_by, own.opened_by) == (officer, officer)
    assert deeds("notice.forward") == [{"bodies": 1, "mails": 1}]


def test_a_town_forwards_nothing(notice, ministry, bodies):
    send(notice, ministry, [bodies["nakayama"]])
    assert forward(notice, officer_of(bodies["nakayama"]), {bodies["nakayama"].pk}) == 0
    assert NoticeAddress.objects.count() == 1


def test_a_prefecture_that_was_not_addressed_forwards_nothing(notice, ministry, bodies):
    send(notice, ministry, [bodies["tottori"]])
    assert forward(notice, officer_of(bodies["yamagata"]), {bodies["yamagata"].pk}) == 0


def remind(notice, actor, day, **fields):
    now = NOW + dt.timedelta(days=day)
    today = TODAY + dt.timedelta(days=day)
    return notices.remind_bodies(
        notice_id=notice.pk, actor=actor, url=URL, today=today, now=now, **fields
    )


def test_those_who_have_not_are_reminded_once_a_day(notice, ministry, bodies):
    waiting, done = officer_of(bodies["nakayama"]), officer_of(bodies["yurihama"])
    send(notice, ministry, [bodies["nakayama"], bodies["yurihama"], bodies["kotoura"]])
    notices.confirm_notice(notice_id=notice.pk, codes={"313726"}, actor=done, now=NOW)
    OutgoingMail.objects.all().delete()
    assert remind(notice, ministry, 0) == 0, "it got the notice today"
    assert [remind(notice, ministry, 1) for _press in range(2)] == [1, 0]
    assert remind(notice, ministry, 2) == 1
    assert mailed() == [waiting.email] * 2
    assert deeds("notice.remind") == [{"bodies": 1, "mails": 1}] * 2
    without_officer = NoticeAddress.objects.get(local_government=bodies["kotoura"])
    assert without_officer.reminded_at is None


def test_a_prefecture_that_was_asked_is_reminded_until_it_forwards(notice, ministry, bodies):
    officer = officer_of(bodies["yamagata"])
    send(notice, ministry, [bodies["yamagata"]])
    notices.confirm_notice(notice_id=notice.pk, codes={"060003"}, actor=officer, now=NOW)
    assert remind(notice, ministry, 1) == 0
    notice.asks_to_forward = True
    notice.save()
    assert remind(notice, ministry, 1) == 1
    forward(notice, officer, {"060003"})
    assert remind(notice, ministry, 2) == 0


def test_a_prefecture_reminds_its_own_towns_only(notice, ministry, bodies):
    near, _far = officer_of(bodies["nakayama"]), officer_of(bodies["yurihama"])
    send(notice, ministry, [bodies["nakayama"], bodies["yurihama"]])
    OutgoingMail.objects.all().delete()
    actor = officer_of(bodies["yamagata"])
    assert remind(notice, actor, 1, prefecture=bodies["yamagata"]) == 1
    assert mailed() == [near.email]


def test_status_by_prefecture(notice, ministry, bodies, django_assert_num_queries):
    officer = officer_of(bodies["yamagata"])
    send(notice, ministry, [bodies["yamagata"], bodies["yurihama"]])
    forward(notice, officer, {"060003"})
    notices.confirm_notice(notice_id=notice.pk, codes={"063029"}, actor=officer, now=NOW)
    with django_assert_num_queries(2):
        rows = read_status(notice=notice)
    assert [
        (row.name, bool(row.own), row.towns.bodies, row.towns.opened, row.towns.unopened)
        for row in rows
    ] == [("山形県", True, 2, 1, 1), ("鳥取県", False, 1, 0, 1)]
    assert (add_up(rows=rows).bodies, add_up(rows=rows).opened) == (4, 2)


@pytest.mark.parametrize("count", [1, 3])
def test_sending_takes_the_same_statements_for_any_number(
    notice, ministry, bodies, count, django_assert_num_queries
):
    targets = [bodies[key] for key in ("nakayama", "yamanobe", "yurihama")][:count]
    for body in targets:
        officer_of(body)
    with django_assert_num_queries(8):
        send(notice, ministry, targets)
    assert OutgoingMail.objects.count() == count
