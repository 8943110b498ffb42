"""A count in plain Python that shares nothing with the statements of the figures, and what these
wrote."""

from collections import Counter

from certificates.models import Certificate
from tests import factories
from training.clock import JAPAN
from training.domain.office_counts import count_people
from training.domain.offices import STUCK_AFTER, read_office
from training.models import (
    Affiliation,
    BodyFigure,
    Enrolment,
    Learner,
    LocalGovernment,
    ModuleCompletion,
    MonthlyFigure,
)

from .population import person_of, today_body

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


def count_people_everywhere(filters):
    """What the page of each body of today says that has people: {its code: Counts}."""
    counts = {
        body.pk: count_people(
            codes=read_office(code=body.pk).codes, filters=filters, today=TODAY, now=NOW
        )
        for body in LocalGovernment.objects.filter(successor=None)
    }
    return {code: each for code, each in counts.items() if each.people}
