"""A dated history: claimed by the learner, confirmed or refused by the body."""

import datetime as dt

import pytest

from tests import factories
from training.domain import affiliations
from training.models import Affiliation, AuditEntry, OutgoingMail

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 24, 1, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 24)


@pytest.fixture
def officer():
    return factories.UserFactory()


@pytest.fixture
def yamanobe():
    return factories.MunicipalityFactory(code="063011", name="山辺町")


def add(learner, body=None, **fields):
    facts = {
        "category": "volunteer",
        "local_government": body or factories.MunicipalityFactory(),
        "started_on": None,
        "ended_on": None,
        "today": TODAY,
        "now": NOW,
    }
    return affiliations.add_affiliation(learner=learner, **facts | fields)


@pytest.mark.parametrize(
    ("category", "ended_on", "text"),
    [
        ("volunteer", None, "地域おこし協力隊の隊員（山形県中山町）"),
        ("volunteer", TODAY, "地域おこし協力隊の隊員（山形県中山町）"),
        ("volunteer", dt.date(2026, 11, 23), "地域おこし協力隊 OB・OG（山形県中山町）"),
        ("supporter", dt.date(2025, 3, 31), "集落支援員 OB・OG（山形県中山町）"),
        ("municipality_staff", dt.date(2025, 3, 31), "元市区町村職員（山形県中山町）"),
    ],
)
def test_former_volunteers_and_supporters_are_told_from_the_end(learner, category, ended_on, text):
    affiliation = add(learner, category=category, ended_on=ended_on)
    assert affiliations.describe(affiliation=affiliation, today=TODAY) == text


def test_a_body_confirms_once_and_the_learner_gets_a_mail(learner, officer):
    affiliation = add(learner)
    affiliations.confirm_affiliation(affiliation_id=affiliation.pk, user=officer, now=NOW)
    with pytest.raises(affiliations.AlreadyDecided):
        affiliations.refuse_affiliation(
            affiliation_id=affiliation.pk, user=officer, now=NOW, reason="違います"
        )
    affiliation.refresh_from_db()
    assert (affiliation.confirmed_by, affiliation.confirmed_at) == (officer, NOW)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor) == ("affiliation.confirm", officer)
    assert entry.local_government == affiliation.local_government
    mail = OutgoingMail.objects.get()
    assert mail.to == learner.user.email
    assert "/learn/affiliations/" in mail.body


def test_nobody_decides_on_their_own(learner):
    affiliation = add(learner)
    given = {"affiliation_id": affiliation.pk, "user": learner.user, "now": NOW}
    with pytest.raises(affiliations.OwnAffiliation):
        affiliations.confirm_affiliation(**given)
    with pytest.raises(affiliations.OwnAffiliation):
        affiliations.refuse_affiliation(**given, reason="まちがい")
    affiliation.refresh_from_db()
    assert (affiliation.confirmed_at, affiliation.refused_at) == (None, None)


def test_a_refusal_tells_the_reason_as_it_was_written(learner, officer):
    affiliation = add(learner)
    affiliations.refuse_affiliation(
        affiliation_id=affiliation.pk,
        user=officer,
        now=NOW,
        reason="在籍が「確認」できません & <2026>",
    )
    assert "在籍が「確認」できません & <2026>" in OutgoingMail.objects.get().body
    assert "在籍" not in str(AuditEntry.objects.values_list("details", "reason").get())
    # It may be entered again.
    assert add(learner).pk != affiliation.pk


def test_the_same_affiliation_is_there_once(learner):
    add(learner)
    with pytest.raises(affiliations.AlreadyThere):
        add(learner, started_on=TODAY)
    past = {"started_on": dt.date(2020, 4, 1), "ended_on": dt.date(2023, 3, 31)}
    assert add(learner, **past) == add(learner, **past), "sent twice"


def test_an_end_is_set_once_it_has_come(learner):
    affiliation = add(learner, started_on=dt.date(2026, 4, 1))

    def end(day):
        affiliations.end_affiliation(affiliation_id=affiliation.pk, ended_on=day, today=TODAY)

    with pytest.raises(affiliations.EndsBeforeStart):
        end(dt.date(2026, 3, 31))
    end(dt.date(2027, 3, 31))
    end(dt.date(2026, 10, 31))
    with pytest.raises(affiliations.AlreadyEnded):
        end(dt.date(2026, 9, 30))
    affiliation.refresh_from_db()
    assert affiliation.ended_on == dt.date(2026, 10, 31)


def test_a_transfer_is_both_or_neither(learner, yamanobe):
    affiliation = add(learner)
    there = add(learner, yamanobe)

    def move():
        return affiliations.transfer(
            affiliation_id=affiliation.pk,
            ended_on=dt.date(2026, 10, 31),
            category="volunteer",
            local_government=yamanobe,
            started_on=dt.date(2026, 11, 1),
            today=TODAY,
            now=NOW,
        )

    with pytest.raises(affiliations.AlreadyThere):
        move()
    affiliation.refresh_from_db()
    assert affiliation.ended_on is None
    there.delete()
    new = move()
    affiliation.refresh_from_db()
    assert affiliation.ended_on == dt.date(2026, 10, 31)
    assert (new.local_government, new.started_on, new.confirmed_at) == (
        yamanobe,
        dt.date(2026, 11, 1),
        None,
    )


def test_nobody_works_for_a_body_that_merged_but_people_did(learner, yamanobe):
    nakayama = factories.MunicipalityFactory()
    before = add(learner, nakayama)
    nakayama.successor, nakayama.abolished_on = yamanobe, dt.date(2026, 10, 1)
    nakayama.save()
    with pytest.raises(affiliations.BodyIsGone):
        add(factories.LearnerFactory(), nakayama)
    past = add(learner, nakayama, ended_on=dt.date(2026, 9, 30))
    read = {each.pk: each for each in affiliations.read_history(learner_id=learner.pk)}
    texts = [
        affiliations.describe(affiliation=read[each.pk], today=TODAY) for each in (before, past)
    ]
    assert texts == [
        "地域おこし協力隊の隊員（山形県山辺町（旧中山町））",
        "地域おこし協力隊 OB・OG（山形県中山町）",
    ]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"category": "prefecture_staff"}, affiliations.WrongKindOfBody),
        (
            {"started_on": dt.date(2026, 4, 1), "ended_on": dt.date(2026, 3, 1)},
            affiliations.EndsBeforeStart,
        ),
    ],
)
def test_what_cannot_be_is_refused(learner, fields, error):
    with pytest.raises(error):
        add(learner, **fields)
    assert not Affiliation.objects.exists()


def test_an_erased_learner_gets_no_mail(learner, officer):
    affiliation = add(learner)
    learner.user = None
    learner.save()
    affiliations.confirm_affiliation(affiliation_id=affiliation.pk, user=officer, now=NOW)
    assert not OutgoingMail.objects.exists()
