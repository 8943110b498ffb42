"""A certified learner of 中山町 who offers to teach there, and officers of three towns."""

import datetime as dt

from certificates.models import TeachingOffer
from tests import factories
from tests.certificates.issued import make_issued

NOW = dt.datetime(2026, 11, 24, 1, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 24)
TEXT = "スマートフォンの基本を、少人数の教室で教えられます。"


def make_bodies():
    """By short names; the first two are neighbours."""
    yamagata = factories.PrefectureFactory()
    tottori = factories.PrefectureFactory(code="310000", name="鳥取県")
    return {
        "yamagata": yamagata,
        "tottori": tottori,
        "nakayama": factories.MunicipalityFactory(prefecture=yamagata),
        "yamanobe": factories.MunicipalityFactory(
            code="063011", name="山辺町", prefecture=yamagata
        ),
        "yurihama": factories.MunicipalityFactory(
            code="313726", name="湯梨浜町", prefecture=tottori
        ),
    }


def make_offer(*areas, learner=None, text=TEXT, name_shown="full"):
    """Without a learner: by a new one with certificate and affiliation."""
    learner = learner or make_certified()
    offer = TeachingOffer.objects.create(
        learner=learner, text=text, name_shown=name_shown, changed_at=NOW
    )
    offer.areas.set(areas)
    return offer


def make_certified():
    learner = make_issued().enrolment.learner
    factories.AffiliationFactory(learner=learner)
    return learner


def certify_one_more(certificate, **fields):
    """Another learner with a certificate of the same course."""
    learner = factories.LearnerFactory(**fields)
    factories.AffiliationFactory(learner=learner)
    enrolment = certificate.enrolment
    enrolment.pk, enrolment.learner = None, learner
    enrolment.save()
    certificate.pk, certificate.enrolment = None, enrolment
    certificate.number += learner.pk
    certificate.code = f"{learner.pk:013d}"
    certificate.save()
    return learner


def officer_of(body, **fields):
    return factories.AppointmentFactory(local_government=body, **fields).user
