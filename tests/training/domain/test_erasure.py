"""A person is forgotten; what was learned and certified stays (R6)."""

import datetime as dt
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile

from certificates.domain import issuing, production
from certificates.models import (
    Certificate,
    NameCorrection,
    OfferBlock,
    OfferMessage,
    TeachingOffer,
)
from cms.models import SignInMail
from tests import factories
from training.domain import erasure, evidence, mails, merging, quizzes
from training.models import (
    Affiliation,
    Attempt,
    AuditEntry,
    Enrolment,
    Evidence,
    Learner,
    ModuleCompletion,
    OutgoingMail,
    Quiz,
    RegistrationDraft,
    evidence_storage,
)

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 24, 1, 0, tzinfo=dt.UTC)


def erase(learner):
    erasure.erase_learner(learner_id=learner.pk, actor=learner.user, now=NOW, reason="本人の申出")
    learner.refresh_from_db()


@pytest.fixture
def certificate(learner, course):
    factories.make_certificate_template()
    enrolment = factories.make_enrolment(learner=learner, course=course, completed_at=NOW)
    certificate = issuing.request_certificate(enrolment_id=enrolment.pk, now=NOW)
    production.issue_certificate(certificate_id=certificate.pk, now=NOW)
    return certificate


def test_names_and_account_go_and_the_number_still_resolves(learner, certificate, client):
    user, address = learner.user, learner.user.email
    SignInMail.objects.create(user=user, email=address, digest="x", created_at=NOW)
    NameCorrection.objects.create(
        certificate=certificate,
        full_name="新しい 名",
        kana="アタラシイ ナ",
        reason="結婚しました",
        requested_at=NOW,
    )
    erase(learner)
    assert (learner.user, learner.full_name, learner.kana) == (None, "", "")
    assert learner.erased_at == NOW
    assert not SignInMail.objects.exists()
    user.refresh_from_db()
    assert not user.is_active
    assert not user.has_usable_password()
    assert address not in user.email
    correction = NameCorrection.objects.get()
    assert (correction.full_name, correction.kana, correction.reason) == ("", "", "")
    assert correction.decision == "refused"
    entry = AuditEntry.objects.get(action="learner.erase")
    assert entry.object_id == str(learner.pk)
    certificate.refresh_from_db()
    assert certificate.status == "issued"
    assert "有効" in client.get(f"/v/{certificate.code}").text
    assert certificate.holder == "髙橋 𠮷江", "the frozen facts are the certificate's own"
    assert Enrolment.objects.get().completed_at == NOW


def test_a_certificate_that_was_earned_is_written_while_there_is_a_name(learner, course):
    factories.make_certificate_template()
    enrolment = factories.make_enrolment(learner=learner, course=course, completed_at=NOW)
    erase(learner)
    certificate = Certificate.objects.get(enrolment=enrolment)
    assert certificate.holder == "髙橋 𠮷江"


def test_without_a_template_no_nameless_certificate_comes_later(learner, course):
    enrolment = factories.make_enrolment(learner=learner, course=course, completed_at=NOW)
    erase(learner)
    factories.make_certificate_template()
    assert issuing.find_uncertified(completed_after=None, limit=9) == []
    assert issuing.request_certificate(enrolment_id=enrolment.pk, now=NOW) is None


def test_files_and_free_text_go(learner, django_capture_on_commit_callbacks):
    affiliation = factories.AffiliationFactory(learner=learner)
    refused = factories.AffiliationFactory(
        learner=learner, category="supporter", refused_at=NOW, refusal_reason="高橋さんは不在"
    )
    row = evidence.add_evidence(
        affiliation=affiliation, upload=ContentFile(b"%PDF-1"), name="高橋.pdf", now=NOW
    )
    path = row.file.name
    RegistrationDraft.objects.create(user=learner.user, data={}, updated_at=NOW)
    OutgoingMail.objects.create(
        key="x", to=learner.user.email.upper(), subject="s", body="高橋 様", created_at=NOW
    )
    with django_capture_on_commit_callbacks(execute=True):
        erase(learner)
    assert not evidence_storage().exists(path)
    row.refresh_from_db()
    assert (row.name, row.file.name, row.deleted_at) == ("", "", NOW)
    refused.refresh_from_db()
    assert refused.refusal_reason == ""
    assert not Affiliation.objects.waiting().exists(), "no officer looks for somebody erased"
    assert not Affiliation.objects.current(today=NOW.date()).exists()
    assert not RegistrationDraft.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_a_killed_process_leaves_no_file_for_ever(learner):
    affiliation = factories.AffiliationFactory(learner=learner)
    row = evidence.add_evidence(
        affiliation=affiliation, upload=ContentFile(b"%PDF-1"), name="a.pdf", now=NOW
    )
    erase(learner)  # whatever was to come after the commit never comes
    assert evidence_storage().exists(row.file.name)
    assert evidence.delete_left_behind() == 1
    assert not evidence_storage().exists(row.file.name)
    assert not Evidence.objects.exclude(file="").exists()


def test_an_attempt_under_way_completes_nothing_afterwards(enrolment, learner):
    attempt = quizzes.start_attempt(enrolment=enrolment, quiz=Quiz.objects.get(), now=NOW)
    erase(learner)
    enrolment.refresh_from_db()
    assert enrolment.withdrawn_at == NOW
    right = {item["question"]: "key-b" for item in attempt.paper["items"]}
    assert quizzes.submit_attempt(attempt_id=attempt.pk, answers=right, now=NOW).passed
    enrolment.refresh_from_db()
    assert enrolment.completed_at is None


def test_erased_twice_is_told(learner):
    erase(learner)
    with pytest.raises(erasure.AlreadyErased):
        erase(learner)


def test_whoever_works_for_a_body_keeps_the_account(learner):
    factories.AppointmentFactory(user=learner.user)
    user = learner.user
    erase(learner)
    user.refresh_from_db()
    assert user.is_active
    assert not Learner.objects.filter(user=user).exists()


def test_what_was_merged_into_the_person_goes_too(learner):
    other = factories.LearnerFactory(full_name="高橋 吉江")
    account = other.user
    merging.merge_learners(
        from_id=other.pk, into_id=learner.pk, reason="二重登録", actor=None, now=NOW
    )
    erase(learner)
    other.refresh_from_db()
    assert (other.full_name, other.user) == ("", None)
    account.refresh_from_db()
    assert not account.is_active


def test_an_approval_brings_no_name_back(learner, certificate):
    from certificates.domain.corrections import AlreadyDecided, approve_correction

    correction = NameCorrection.objects.create(
        certificate=certificate, full_name="新しい 名", reason="x", requested_at=NOW
    )
    erase(learner)
    with pytest.raises(AlreadyDecided):
        approve_correction(
            correction_id=correction.pk,
            actor_id=factories.UserFactory().pk,
            note="",
            today=NOW.date(),
            now=NOW,
        )
    learner.refresh_from_db()
    assert learner.full_name == ""


def test_attempts_and_completions_stay(enrolment, learner):
    attempt = quizzes.start_attempt(enrolment=enrolment, quiz=Quiz.objects.get(), now=NOW)
    quizzes.submit_attempt(attempt_id=attempt.pk, answers={}, now=NOW)
    before = (Attempt.objects.count(), ModuleCompletion.objects.count())
    erase(learner)
    assert (Attempt.objects.count(), ModuleCompletion.objects.count()) == before
    assert mails.send_due_mails(now=NOW) == 0


def test_an_offer_to_teach_and_what_was_written_about_it_go(learner):
    town = factories.MunicipalityFactory()
    offer = TeachingOffer.objects.create(
        learner=learner, name_shown="full", text="スマホを教えます", changed_at=NOW
    )
    offer.areas.add(town)
    OfferBlock.objects.create(learner=learner, local_government=town, blocked_at=NOW)
    message = OfferMessage.objects.create(
        token=uuid4(),
        learner=learner,
        local_government=town,
        sender=factories.UserFactory(),
        sent_at=NOW,
        sent_on=NOW.date(),
        number=1,
        text="高橋さん、教室をお願いします",
        report="困ります",
    )
    erase(learner)
    assert not TeachingOffer.objects.exists()
    assert not OfferBlock.objects.exists()
    message.refresh_from_db()
    assert (message.text, message.report) == ("", "")
