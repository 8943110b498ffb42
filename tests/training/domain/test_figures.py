"""Stored figures against a count in plain Python that shares nothing with the statements."""

import datetime as dt
from dataclasses import replace

import pytest

from tests import factories
from tests.training import sittings
from training.domain import office_counts
from training.domain.figure_facts import measure_health
from training.domain.figures import rebuild_figures
from training.domain.offices import PeopleFilter, Status
from training.domain.statistics import PaperFilter, measure_question
from training.models import FigureBuild, Learner, MonthlyFigure, Question

from .figures_by_hand import (
    NOW,
    count_bodies,
    count_months,
    count_people_everywhere,
    read_bodies,
    read_months,
)
from .population import populate

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seed", range(4))
def test_stored_figures_are_those_counted_by_hand(seed):
    populate(seed=seed, count=25, now=NOW)
    rebuild_figures(now=NOW)
    assert read_months() == count_months()
    assert read_bodies() == count_bodies()


@pytest.mark.parametrize(
    "filters",
    [PeopleFilter(), PeopleFilter(status=Status.UNDER_WAY, category="supporter", stuck=True)],
)
def test_stored_counts_of_a_body_are_those_counted_just_now(filters, monkeypatch):
    populate(seed=5, count=40, now=NOW)
    # Merging moves what belongs to a person; only a population at random leaves it behind.
    Learner.objects.update(merged_into=None)
    counted = count_people_everywhere(filters)
    rebuild_figures(now=NOW)
    assert count_people_everywhere(filters) == counted
    monkeypatch.setattr(office_counts, "MOST_COUNTED", 0)
    stored = count_people_everywhere(filters)
    assert {each.as_of for each in stored.values()} == {NOW}
    assert {code: replace(each, as_of=None) for code, each in stored.items()} == counted
    assert sum(each.waiting for each in counted.values()) > 0
    assert sum(each.matching for each in counted.values()) > 0


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
