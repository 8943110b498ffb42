"""A small population at random: every odd case that the figures' rules speak of."""

import datetime as dt
from random import Random

from certificates.models import Certificate, CertificateTemplate
from tests import factories
from training.domain.outlines import publish_version
from training.models import (
    Affiliation,
    Enrolment,
    Learner,
    LocalGovernment,
    ModuleCompletion,
    ModulePage,
)

START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def make_bodies():
    yamagata = factories.PrefectureFactory()
    tottori = factories.PrefectureFactory(code="310000", name="鳥取県")
    new = factories.MunicipalityFactory()
    old = factories.MunicipalityFactory(
        code="063207", name="旧町", successor=new, abolished_on=dt.date(2026, 10, 1)
    )
    older = factories.MunicipalityFactory(
        code="063215", name="旧村", successor=old, abolished_on=dt.date(2020, 10, 1)
    )
    other = factories.MunicipalityFactory(code="313726", name="湯梨浜町", prefecture=tottori)
    return [yamagata, tottori, new, old, older, other]


def populate(*, seed, count, now):
    """Learners, courses and certificates as chance will have it, until `now`."""
    chance = Random(seed)
    bodies = make_bodies()
    courses = [factories.make_course(modules=2), factories.make_course(modules=1, slug="second")]
    versions = {each.pk: publish_version(course=each, now=START) for each in courses}
    factories.make_certificate_template(issuer_name="発行 者")

    def moment(after=START):
        return after + (now - after) * chance.random()

    learners = [factories.LearnerFactory(user=None, registered_at=moment()) for _ in range(count)]
    for learner in learners:
        for _ in range(chance.choice([0, 1, 1, 2])):
            _affiliate(chance, learner, chance.choice(bodies), moment)
        for course in courses:
            for _again in range(chance.choice([0, 1, 1, 2])):
                _enrol(chance, learner, course, versions[course.pk], moment)
    for learner in chance.sample(learners, count // 5):
        target = chance.choice(learners)
        if target != learner and not target.merged_into_id:
            Learner.objects.filter(pk=learner.pk, merged_from=None).update(merged_into=target)
            learner.merged_into_id = target.pk


def _affiliate(chance, learner, body, moment):
    claimed_at = moment()
    ended_on = chance.choice([None, claimed_at.date() + dt.timedelta(chance.randint(-90, 200))])
    state = chance.choice(["confirmed_at", "refused_at", ""])
    category = chance.choice(Affiliation.Category.values)
    if ended_on is None and state != "refused_at":
        rows = Affiliation.objects.filter(
            learner=learner, local_government=body, category=category, ended_on=None
        )
        if rows.filter(refused_at=None).exists():
            return
    factories.AffiliationFactory(
        learner=learner,
        local_government=body,
        category=category,
        claimed_at=claimed_at,
        ended_on=ended_on,
        **({state: claimed_at} if state else {}),
    )


def _enrol(chance, learner, course, version, moment):
    enrolled_at = moment()
    fate = chance.choice(["open", "completed", "withdrawn"])
    completed_at = moment(enrolled_at) if fate == "completed" else None
    open_ones = Enrolment.objects.open().filter(learner=learner, course=course)
    if fate == "open" and open_ones.exists():
        return
    enrolment = Enrolment.objects.create(
        learner=learner,
        course=course,
        version=version,
        enrolled_at=enrolled_at,
        completed_at=completed_at,
        withdrawn_at=moment(enrolled_at) if fate == "withdrawn" else None,
    )
    for module in ModulePage.objects.child_of(course):
        if fate == "completed" or chance.random() < 0.5:
            ModuleCompletion.objects.create(
                enrolment=enrolment, module=module, completed_at=moment(enrolled_at)
            )
    if fate == "completed":
        _certify(chance, enrolment, moment)


def _certify(chance, enrolment, moment):
    status = chance.choice(["issued", "pending", "revoked", "superseded", "none"])
    if status == "none":
        return
    issued_at = None if status == "pending" else moment(enrolment.completed_at)
    first = make_certificate(enrolment, status=status, issued_at=issued_at, chance=chance)
    if status == "superseded":
        make_certificate(
            enrolment,
            status=chance.choice(["issued", "revoked"]),
            issued_at=moment(issued_at),
            supersedes=first,
            chance=chance,
        )


def make_certificate(enrolment, *, status, issued_at, supersedes=None, chance):
    number = Certificate.objects.count() + 1
    return Certificate.objects.create(
        enrolment=enrolment,
        template=CertificateTemplate.objects.get(),
        fiscal_year=2026,
        number=number,
        code=f"{number:013d}",
        facts={"number": str(number)},
        status=status,
        created_at=enrolment.completed_at,
        issued_at=issued_at,
        revoked_at=issued_at if status == "revoked" else None,
        expires_on=chance.choice([None, dt.date(2026, 6, 30), dt.date(2029, 3, 31)]),
        supersedes=supersedes,
        sha256="ab" * 32 if issued_at else "",
    )


def today_body(code):
    body = LocalGovernment.objects.get(pk=code)
    while body.successor:
        body = body.successor
    return body


def person_of(learner):
    while learner.merged_into:
        learner = learner.merged_into
    return learner
