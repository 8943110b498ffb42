"""What keeps a certificate from being made delays it and keeps nobody else waiting."""

import datetime as dt

import pytest

from certificates import tasks
from certificates.domain import issuing, production
from certificates.domain.trial import find_template_problems
from certificates.models import Certificate, CertificateTemplate
from certificates.rendering.errors import UndrawableText
from tests import factories

pytestmark = pytest.mark.django_db
NOW = factories.NOW


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({}, None),
        ({"issuer_name": "吉田😀"}, "「😀」"),
        ({"wording": "\n" * 60 + "あ"}, "1ページ"),
    ],
)
def test_trial_print_says_what_is_wrong_with_a_template(fields, word):
    template = CertificateTemplate(
        **{"title": "修了証書", "wording": "修了したことを証します。", "issuer_office": "総務省"}
        | fields
    )
    problems = find_template_problems(template=template)
    assert (problems == []) if word is None else (word in problems[0][1])


def test_mended_template_frees_a_certificate_that_could_not_be_printed():
    template = factories.make_certificate_template(issuer_name="吉田😀")
    enrolment = factories.make_enrolment(completed_at=NOW)
    certificate = issuing.request_certificate(enrolment_id=enrolment.pk, now=NOW)
    with pytest.raises(UndrawableText):
        production.issue_certificate(certificate_id=certificate.pk, now=NOW)

    CertificateTemplate.objects.filter(pk=template.pk).update(issuer_name="吉田")
    later = NOW + dt.timedelta(hours=1)
    with pytest.raises(UndrawableText):
        production.issue_certificate(certificate_id=certificate.pk, now=later)
    later += dt.timedelta(hours=1)
    assert production.issue_certificate(certificate_id=certificate.pk, now=later)
    certificate.refresh_from_db()
    assert certificate.facts["issuer_name"] == "吉田"


def test_one_completion_that_fails_keeps_no_other_waiting(monkeypatch, caplog):
    factories.make_certificate_template()
    course = factories.make_course()
    bad, good = (
        factories.make_enrolment(
            course=course, learner=factories.LearnerFactory(), completed_at=tasks.timezone.now()
        )
        for _ in range(2)
    )
    request = issuing.request_certificate

    def fail_for_the_first(*, enrolment_id, now):
        if enrolment_id == bad.pk:
            raise KeyError("outline")
        return request(enrolment_id=enrolment_id, now=now)

    monkeypatch.setattr(issuing, "request_certificate", fail_for_the_first)
    monkeypatch.setattr(tasks.issue, "apply_async", lambda *args, **kwargs: None)
    tasks.sweep()
    assert [each.enrolment for each in Certificate.objects.all()] == [good]
    assert f"completion {bad.pk}" in caplog.text


def test_completions_without_a_template_wait_and_are_counted(caplog):
    enrolment = factories.make_enrolment(completed_at=NOW)
    tasks.sweep()
    assert "1 completions" not in caplog.text
    tasks.sweep(everything=True)
    assert "1 completions" in caplog.text
    assert issuing.find_uncertified(completed_after=None, limit=10) == []
    assert issuing.count_without_template() == 1
    factories.make_certificate_template()
    assert issuing.find_uncertified(completed_after=None, limit=10) == [enrolment.pk]


def test_the_daily_sweep_is_scheduled(settings):
    daily = settings.CELERY_BEAT_SCHEDULE["certificates.sweep_everything"]
    assert daily["kwargs"] == {"everything": True}
