"""Stored figures against a count in plain Python that shares nothing with the statements."""

import datetime as dt
from collections import Counter

import pytest

from certificates.models import Certificate
from tests import factories
from tests.training import sittings
from training.clock import JAPAN
from training.domain.figure_facts import measure_health
from training.domain.figures import rebuild_figures
from training.domain.offices import STUCK_AFTER
from training.domain.statistics import PaperFilter, measure_question
from training.models import (
    Affiliation,
    BodyFigure,
    Enrolment,
    FigureBuild,
    Learner,
    ModuleCompletion,
    MonthlyFigure,
    Question,
)

from .population import person_of, populate, today_body

pytestmark = pytest.mark.django_db
NOW = factories.NOW
TODAY = NOW.astimezone(JAPAN).date()


def month_of(moment):
    return moment.astimezone(JAPAN).date().replace(day=1)


def count_months():
    """By hand: {(month, prefecture, category, course, stage, module): people}, wholes too."""
    first = {}

    def take(learner, course, stage, module, at):
        key = (person_of(learner).pk, course, stage, module)
        first[key] = min(at, first.get(key, at))

    for learner in Learner.objects.all():
        take(learner, None, "registered", None, learner.registered_at)
    for each in Enrolment.objects.filter(withdrawn_at=None):
        take(each.learner, each.course_id, "enrolled", None, each.enrolled_at)
        if each.completed_at:
            take(each.learner, each.course_id, "completed", None, each.completed_at)
        for done in ModuleCompletion.objects.filter(enrolment=each):
            take(each.learner, each.course_id, "module", done.module_id, done.completed_at)
        papers = list(Certificate.objects.filter(enrolment=each).order_by("pk"))
        if any(paper.status == "issued" for paper in papers):
            take(each.learner, each.course_id, "certified", None, papers[0].issued_at)
    homes = find_homes()
    counts = Counter()
    for (person, course, stage, module), at in first.items():
        prefecture, category = homes.get(person, ("none", "none"))
        for each in {prefecture, ""}:
            for kind in {category, ""}:
                counts[month_of(at), each, kind, course, stage, module] += 1
    return counts


def find_homes():
    homes = {}
    for each in Affiliation.objects.filter(refused_at=None).order_by("pk"):
        body = today_body(each.local_government_id)
        over = each.ended_on and each.ended_on < each.claimed_at.astimezone(JAPAN).date()
        former = over and each.category in ("volunteer", "supporter")
        category = "alumni" if former else each.category
        homes.setdefault(person_of(each.learner).pk, (body.prefecture_id or body.pk, category))
    return homes


def count_bodies():
    """By hand: {(body, category, course or None for any, column): people}."""
    counts = Counter()
    members = {}
    for each in Affiliation.objects.filter(refused_at=None).order_by("pk"):
        body = today_body(each.local_government_id).pk
        if each.ended_on and each.ended_on < TODAY:
            continue
        if each.confirmed_at is None and not each.learner.merged_into:
            counts[body, each.category, None, "waiting"] += 1
        members.setdefault((person_of(each.learner).pk, body), each.category)
    for (person, body), category in members.items():
        counts[body, category, None, "registered"] += 1
        own = [
            each
            for each in Enrolment.objects.filter(withdrawn_at=None)
            if person_of(each.learner).pk == person
        ]
        for course in {None, *(each.course_id for each in own)}:
            chosen = [each for each in own if course in (None, each.course_id)]
            for name, holds in find_states(chosen).items():
                counts[body, category, course, name] += holds
    return +counts


def find_states(enrolments):
    return {
        "enrolled": bool(enrolments),
        "completed": any(each.completed_at for each in enrolments),
        "stuck": any(is_stuck(each) for each in enrolments),
        "certified": any(
            paper.expires_on is None or paper.expires_on >= TODAY
            for each in enrolments
            for paper in Certificate.objects.filter(enrolment=each, status="issued")
        ),
    }


def is_stuck(enrolment):
    if enrolment.completed_at:
        return False
    done = ModuleCompletion.objects.filter(enrolment=enrolment)
    moments = [enrolment.enrolled_at, *done.values_list("completed_at", flat=True)]
    return max(moments) < NOW - STUCK_AFTER


def read_months():
    return {
        row[:-1]: row[-1]
        for row in MonthlyFigure.objects.values_list(
            "month", "prefecture", "category", "course", "stage", "module", "count"
        )
    }


def read_bodies():
    names = ("registered", "enrolled", "stuck", "completed", "certified", "waiting")
    counts = Counter()
    for row in BodyFigure.objects.all():
        for name in names:
            key = (row.local_government_id, row.category, row.course_id, name)
            counts[key] += getattr(row, name)
    return +counts


@pytest.mark.parametrize("seed", range(4))
def test_stored_figures_are_those_counted_by_hand(seed):
    populate(seed=seed, count=25, now=NOW)
    rebuild_figures(now=NOW)
    assert read_months() == count_months()
    assert read_bodies() == count_bodies()


@pytest.mark.parametrize(
    ("at", "month"),
    [
        (dt.datetime(2026, 10, 31, 14, 59, 59, 999999, tzinfo=dt.UTC), dt.date(2026, 10, 1)),
        (dt.datetime(2026, 10, 31, 15, 0, tzinfo=dt.UTC), dt.date(2026, 11, 1)),
        (dt.datetime(2025, 12, 31, 15, 0, tzinfo=dt.UTC), dt.date(2026, 1, 1)),
    ],
)
def test_months_begin_at_midnight_in_japan(at, month):
    factories.LearnerFactory(registered_at=at)
    rebuild_figures(now=NOW)
    assert MonthlyFigure.objects.get(prefecture="", category="").month == month


def test_rebuilding_again_changes_nothing_and_keeps_one_to_read_from(enrolment):
    for hours in range(4):
        rebuild_figures(now=NOW + dt.timedelta(hours=hours))
    assert FigureBuild.objects.count() == 2
    counts = [each.monthly.count() for each in FigureBuild.objects.all()]
    assert counts[0] == counts[1] > 0


def test_a_rebuilding_that_was_overtaken_gives_way(enrolment, monkeypatch):
    from training.domain import figures

    collect, later = figures.collect_facts, []

    def be_overtaken(**kwargs):
        if not later:
            later.append(None)
            later.append(rebuild_figures(now=NOW))
        return collect(**kwargs)

    monkeypatch.setattr(figures, "collect_facts", be_overtaken)
    assert rebuild_figures(now=NOW) is None
    assert figures.latest_build() == later[1]
    assert FigureBuild.objects.count() == 1


def test_question_health_is_what_the_statistics_page_says():
    quiz = sittings.make_quiz(keys=["q1", "q2", "q3"])
    for letters in ["bbb"] * 12 + ["bab"] * 9 + ["aba"] * 8 + ["aaa"] * 7:
        sittings.sit(quiz, letters)
    again = sittings.enrol(quiz)
    for _ in range(2):
        sittings.sit(quiz, "bab", enrolment=again)
    found = {each.key: each for each in measure_health(now=NOW + dt.timedelta(days=1))}
    assert set(found) == {"q1", "q2", "q3"}
    for key, health in found.items():
        measured = measure_question(question=Question.objects.get(key=key), papers=PaperFilter())
        assert health.count == measured.count
        assert health.facility == pytest.approx(measured.facility)
        assert health.discrimination == pytest.approx(measured.discrimination)
    assert not measure_health(now=NOW + dt.timedelta(days=400))
