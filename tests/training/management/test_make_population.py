"""A made-up population: the same for the same seed, whole, and never among real people."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from certificates.domain.codes import read_code
from certificates.domain.issuing import find_uncertified
from certificates.models import Certificate, NumberSeries
from tests import factories
from training.domain.population import make_population
from training.models import (
    Affiliation,
    Attempt,
    Enrolment,
    FigureBuild,
    GradedItem,
    Learner,
    ModuleCompletion,
    Response,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme(course):
    factories.PurposeNoticeFactory(published_on="2026-01-01")
    factories.MunicipalityFactory()
    factories.MunicipalityFactory(code="063011", name="山辺町")
    factories.make_certificate_template()
    return course


def make(seed=1, **options):
    return make_population(
        enrolments=60, seed=seed, now=factories.NOW, tell=lambda text: None, **options
    )


def describe():
    rows = Enrolment.objects.order_by("pk").values_list(
        "enrolled_at", "completed_at", "learner__full_name", "learner__affiliations__category"
    )
    return list(rows)


def test_same_seed_makes_the_same_people(programme):
    made = []
    for seed in (1, 1, 2):
        make(seed)
        made.append(describe())
        for model in (Certificate, GradedItem, Response, Attempt, ModuleCompletion, Enrolment):
            model.objects.all()._raw_delete("default")
        Affiliation.objects.all()._raw_delete("default")
        Learner.objects.all()._raw_delete("default")
    assert made[0] == made[1] != made[2]


def test_records_are_whole(programme):
    counts = make()
    assert counts["enrolment"] == Enrolment.objects.count() == 60
    completed = Enrolment.objects.completed()
    assert 0 < completed.count() < 60
    assert Certificate.objects.count() == completed.count() == counts["certificate"]
    assert not find_uncertified(completed_after=None, limit=10)
    assert all(read_code(typed=each.code) for each in Certificate.objects.all())
    given = sum(NumberSeries.objects.values_list("last_number", flat=True))
    assert given == Certificate.objects.count()
    assert not Enrolment.objects.filter(enrolled_at__gt=factories.NOW).exists()
    # What is made afterwards in the usual way finds its place.
    factories.make_enrolment(course=programme)


def test_real_people_are_not_mixed_with_made_up_ones(programme):
    factories.LearnerFactory()
    with pytest.raises(CommandError, match="--force"):
        call_command("make_population", enrolments=5)
    call_command("make_population", enrolments=5, force=True)
    assert Enrolment.objects.count() == 5
    assert FigureBuild.objects.latest().as_of <= timezone.now()


def test_without_a_course_it_says_what_to_do(db):
    with pytest.raises(CommandError, match="load_demo"):
        call_command("make_population", enrolments=5)
