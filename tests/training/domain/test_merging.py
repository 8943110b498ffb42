"""One person registered twice; towns that become one."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from certificates.domain import issuing
from certificates.models import OfferBlock, TeachingOffer
from tests import factories
from training.domain import affiliations, merging
from training.domain.scopes import read_scope
from training.models import (
    Affiliation,
    Attempt,
    AuditEntry,
    Enrolment,
    Evidence,
    LocalGovernment,
    ModuleCompletion,
    ModulePage,
    Quiz,
)

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 24, 1, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 24)


@pytest.fixture
def double():
    return factories.LearnerFactory(full_name="高橋 吉江")


def merge(double, learner, **options):
    return merging.merge_learners(
        from_id=double.pk, into_id=learner.pk, reason="二重登録", actor=None, now=NOW, **options
    )


def test_the_history_of_both_is_one(course, learner, double):
    factories.make_certificate_template()
    done = factories.make_enrolment(learner=double, course=course, completed_at=NOW)
    certificate = issuing.request_certificate(enrolment_id=done.pk, now=NOW)
    Attempt.objects.create(
        enrolment=done, quiz=Quiz.objects.get(), number=1, paper={}, started_at=NOW
    )
    merged = merge(double, learner)
    assert (merged.enrolments, merged.withdrawn) == (1, 0)
    assert Enrolment.objects.get().learner == learner
    assert Attempt.objects.get().enrolment.learner == learner
    certificate.refresh_from_db()
    assert certificate.enrolment.learner == learner
    assert certificate.holder == "高橋 吉江"
    double.refresh_from_db()
    assert double.merged_into == learner
    entry = AuditEntry.objects.get(action="learner.merge")
    assert (entry.object_id, entry.reason) == (str(double.pk), "二重登録")


@pytest.mark.parametrize("further", ["double", "learner"])
def test_of_two_open_enrolments_the_one_that_is_further_goes_on(course, learner, double, further):
    rows = {
        "double": factories.make_enrolment(learner=double, course=course),
        "learner": factories.make_enrolment(learner=learner, course=course),
    }
    module = ModulePage.objects.child_of(course).get()
    ModuleCompletion.objects.create(enrolment=rows[further], module=module, completed_at=NOW)
    assert merge(double, learner).withdrawn == 1
    assert Enrolment.objects.open().get() == rows[further]
    assert set(Enrolment.objects.values_list("learner", flat=True)) == {learner.pk}


def test_what_was_begun_before_it_was_completed_elsewhere_ends(course, learner, double):
    factories.make_enrolment(learner=learner, course=course)
    later = NOW + dt.timedelta(days=1)
    factories.make_enrolment(learner=double, course=course, completed_at=later)
    assert merge(double, learner).withdrawn == 1
    assert not Enrolment.objects.open().exists()


def test_the_same_affiliation_on_both_sides_is_one_with_all_evidence(learner, double):
    mine = factories.AffiliationFactory(learner=learner)
    theirs = factories.AffiliationFactory(
        learner=double, confirmed_at=NOW, started_on=dt.date(2025, 4, 1)
    )
    factories.AffiliationFactory(learner=double, ended_on=dt.date(2020, 3, 31))
    Evidence.objects.create(affiliation=mine, file="a.pdf", name="a", uploaded_at=NOW)
    merge(double, learner)
    kept = Affiliation.objects.get(ended_on=None)
    assert (kept.pk, kept.learner) == (theirs.pk, learner)
    assert kept.evidence.count() == 1
    assert learner.affiliations.count() == 2


def test_nothing_happens_in_a_dry_run(course, learner, double):
    factories.make_enrolment(learner=double, course=course)
    assert merge(double, learner, is_dry_run=True).enrolments == 1
    double.refresh_from_db()
    assert double.merged_into is None
    assert Enrolment.objects.get().learner == double
    assert not AuditEntry.objects.exists()


def test_run_again_it_moves_what_came_in_between(course, learner, double):
    merge(double, learner)
    factories.make_enrolment(learner=double, course=course)
    assert merge(double, learner).enrolments == 1


def test_merged_once_more_both_point_at_the_one_that_is_left(learner, double):
    third = factories.LearnerFactory()
    merge(double, learner)
    merge(learner, third)
    double.refresh_from_db()
    assert double.merged_into == third


def test_what_makes_no_sense_is_told(learner, double):
    third = factories.LearnerFactory()
    merge(double, learner)
    for pair in ((learner, learner), (double, third), (third, double)):
        with pytest.raises(merging.NotMergeable):
            merge(*pair)
    with pytest.raises(CommandError, match="there is no learner 0"):
        call_command("merge_learners", "0", str(learner.pk), reason="x")


def test_the_old_account_is_led_to_the_one_left(course, learner, double, client):
    merge(double, learner)
    client.force_login(double.user)
    page = client.get("/learn/", follow=True).text
    assert "別のアカウントがあります" in page
    assert learner.user.email not in page
    assert f"{learner.user.email[0]}…@example.jp" in page
    assert client.post(f"/learn/courses/{course.pk}/enrol/").url == "/learn/merged/"
    assert not Enrolment.objects.exists()


def test_offers_to_teach_and_blocks_come_along(learner, double):
    town = factories.MunicipalityFactory()
    for person in (learner, double):
        TeachingOffer.objects.create(
            learner=person, name_shown="full", text=person.full_name, changed_at=NOW
        )
        OfferBlock.objects.create(learner=person, local_government=town, blocked_at=NOW)
    merge(double, learner)
    assert TeachingOffer.objects.get().text == learner.full_name
    assert OfferBlock.objects.get().learner == learner


@pytest.fixture
def nakayama():
    return factories.MunicipalityFactory()


@pytest.fixture
def yamanobe():
    return factories.MunicipalityFactory(code="063011", name="山辺町")


def merge_towns(*old, into="063011", on="令和8年10月1日", **options):
    out = StringIO()
    call_command("merge_local_governments", *old, into=into, on=on, stdout=out, **options)
    return out.getvalue()


def test_rights_and_names_follow_a_merger_and_affiliations_stay(nakayama, yamanobe):
    row = factories.AffiliationFactory()
    officer = factories.AppointmentFactory(local_government=yamanobe).user
    assert "1 people" in merge_towns("063029")
    row.refresh_from_db()
    assert row.local_government == nakayama
    assert read_scope(user=officer, today=TODAY).can_act_for("063029")
    history = affiliations.read_history(learner_id=row.learner_id)
    text = affiliations.describe(affiliation=history[0], today=TODAY)
    assert text == "地域おこし協力隊の隊員（山形県山辺町（旧中山町））"
    assert AuditEntry.objects.get().details == {"into": "063011", "on": "2026-10-01"}
    merge_towns("063029")
    assert AuditEntry.objects.count() == 1, "done again, nothing is done"


def test_a_body_that_comes_into_being_by_the_merger_is_made(nakayama, yamanobe):
    with pytest.raises(CommandError, match="last digit"):
        merge_towns("063029", "063011", into="062991", name="新山形市", kana="しんやまがたし")
    merge_towns("063029", "063011", into="062995", name="新山形市", dry_run=True)
    assert not LocalGovernment.objects.filter(name="新山形市").exists()
    merge_towns("063029", "063011", into="062995", name="新山形市")
    new = LocalGovernment.objects.get(name="新山形市")
    assert set(new.predecessors.values_list("pk", flat=True)) == {"063029", "063011"}
    assert new.prefecture == nakayama.prefecture


@pytest.mark.parametrize(
    ("old", "options", "text"),
    [
        ("063029", {"into": "999999"}, "no local government 999999"),
        ("999999", {}, "no local government 999999"),
        ("063011", {}, "into itself"),
        ("060003", {}, "only municipalities"),
        ("063029", {"on": "来年"}, "日付"),
    ],
)
def test_a_merger_that_cannot_be_is_told(nakayama, yamanobe, old, options, text):
    with pytest.raises(CommandError, match=text):
        merge_towns(old, **options)
    assert not LocalGovernment.objects.exclude(successor=None).exists()


def test_a_body_merges_once(nakayama, yamanobe):
    merge_towns("063029")
    factories.MunicipalityFactory(code="062014", name="山形市", kind="city")
    with pytest.raises(CommandError, match="already"):
        merge_towns("063029", into="062014")
    with pytest.raises(CommandError, match="name that one"):
        merge_towns("062014", into="063029")
