"""Figures for oversight, rebuilt from the facts. docs/figures.md says what counts as what."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from training.clock import JAPAN
from training.models import FigureBuild
from training.seams import certified_sources

from .figure_facts import collect_facts
from .offices import IS_STUCK, STUCK_AFTER, adapt_moment

# A rebuilding that takes longer was killed.
LONGEST_BUILD = timedelta(hours=1)

# Every person once: who registered twice is the one they were merged into. Bodies are those of
# today. Both SQLite and PostgreSQL read this.
PEOPLE = """
person AS (
    SELECT l.id AS learner_id, COALESCE(m.merged_into_id, l.merged_into_id, l.id) AS person_id,
        l.registered_at, l.erased_at
    FROM lms_training_learner l
    LEFT JOIN lms_training_learner m ON m.id = l.merged_into_id
),
body AS (
    SELECT b.code, COALESCE(s.successor_id, b.successor_id, b.code) AS today_code
    FROM lms_training_localgovernment b
    LEFT JOIN lms_training_localgovernment s ON s.code = b.successor_id
)"""

MONTHLY = """
INSERT INTO lms_training_monthlyfigure
    (build_id, month, prefecture, category, course_id, stage, module_id, count)
WITH {people},
certified AS ({certified}),
first_affiliation AS (
    SELECT p.person_id, MIN(a.id) AS id
    FROM lms_training_affiliation a
    JOIN person p ON p.learner_id = a.learner_id
    WHERE a.refused_at IS NULL
    GROUP BY p.person_id
),
home AS (
    SELECT f.person_id, COALESCE(g.prefecture_id, g.code) AS prefecture,
        CASE WHEN a.category IN ('volunteer', 'supporter') AND a.ended_on < {claimed_on}
            THEN 'alumni' ELSE a.category END AS category
    FROM first_affiliation f
    JOIN lms_training_affiliation a ON a.id = f.id
    JOIN body b ON b.code = a.local_government_id
    JOIN lms_training_localgovernment g ON g.code = b.today_code
),
enrolment AS (
    SELECT e.id, p.person_id, e.course_id, e.enrolled_at, e.completed_at
    FROM lms_training_enrolment e
    JOIN person p ON p.learner_id = e.learner_id
    WHERE e.withdrawn_at IS NULL
),
step AS (
    SELECT person_id, CAST(NULL AS bigint) AS course_id, 'registered' AS stage,
        CAST(NULL AS bigint) AS module_id, MIN(registered_at) AS at
    FROM person GROUP BY person_id
    UNION ALL
    SELECT person_id, course_id, 'enrolled', NULL, MIN(enrolled_at)
    FROM enrolment GROUP BY person_id, course_id
    UNION ALL
    SELECT e.person_id, e.course_id, 'module', m.module_id, MIN(m.completed_at)
    FROM lms_training_modulecompletion m JOIN enrolment e ON e.id = m.enrolment_id
    GROUP BY e.person_id, e.course_id, m.module_id
    UNION ALL
    SELECT person_id, course_id, 'completed', NULL, MIN(completed_at)
    FROM enrolment WHERE completed_at IS NOT NULL GROUP BY person_id, course_id
    UNION ALL
    SELECT e.person_id, e.course_id, 'certified', NULL, MIN(c.certified_at)
    FROM certified c JOIN enrolment e ON e.id = c.enrolment_id
    GROUP BY e.person_id, e.course_id
),
counted AS (
    SELECT {month} AS month, COALESCE(h.prefecture, 'none') AS prefecture,
        COALESCE(h.category, 'none') AS category, s.course_id, s.stage, s.module_id,
        COUNT(*) AS people
    FROM step s LEFT JOIN home h ON h.person_id = s.person_id
    GROUP BY 1, 2, 3, 4, 5, 6
),
whole AS (
    SELECT month, prefecture, category, course_id, stage, module_id, people FROM counted
    UNION ALL
    SELECT month, prefecture, '', course_id, stage, module_id, people FROM counted
    UNION ALL
    SELECT month, '', category, course_id, stage, module_id, people FROM counted
    UNION ALL
    SELECT month, '', '', course_id, stage, module_id, people FROM counted
)
SELECT {build}, month, prefecture, category, course_id, stage, module_id, SUM(people)
FROM whole GROUP BY month, prefecture, category, course_id, stage, module_id
"""

BODIES = """
INSERT INTO lms_training_bodyfigure
    (build_id, local_government_id, category, course_id, registered, enrolled, stuck, completed,
    certified, waiting)
WITH {people},
certified AS ({certified}),
first_member AS (
    SELECT p.person_id, b.today_code, MIN(a.id) AS id
    FROM lms_training_affiliation a
    JOIN person p ON p.learner_id = a.learner_id
    JOIN body b ON b.code = a.local_government_id
    WHERE a.refused_at IS NULL AND (a.ended_on IS NULL OR a.ended_on >= %s)
        AND p.erased_at IS NULL
    GROUP BY p.person_id, b.today_code
),
member AS (
    SELECT f.person_id, f.today_code, a.category
    FROM first_member f JOIN lms_training_affiliation a ON a.id = f.id
),
enrolment AS (
    SELECT e.id, p.person_id, e.course_id, e.completed_at,
        CASE WHEN {is_stuck} THEN 1 ELSE 0 END AS stuck,
        CASE WHEN e.completed_at IS NULL THEN 0 ELSE 1 END AS completed
    FROM lms_training_enrolment e
    JOIN person p ON p.learner_id = e.learner_id
    WHERE e.withdrawn_at IS NULL
),
state AS (
    SELECT e.person_id, e.course_id, MAX(e.stuck) AS stuck, MAX(e.completed) AS completed,
        MAX(CASE WHEN c.enrolment_id IS NOT NULL AND (c.valid_until IS NULL OR c.valid_until >= %s)
            THEN 1 ELSE 0 END) AS certified
    FROM enrolment e
    LEFT JOIN certified c ON c.enrolment_id = e.id
    GROUP BY e.person_id, e.course_id
),
state_of_any AS (
    SELECT person_id, MAX(stuck) AS stuck, MAX(completed) AS completed,
        MAX(certified) AS certified
    FROM state GROUP BY person_id
)
SELECT {build}, m.today_code, m.category, CAST(NULL AS bigint), COUNT(*), COUNT(s.person_id),
    COALESCE(SUM(s.stuck), 0), COALESCE(SUM(s.completed), 0), COALESCE(SUM(s.certified), 0), 0
FROM member m LEFT JOIN state_of_any s ON s.person_id = m.person_id
GROUP BY m.today_code, m.category
UNION ALL
SELECT {build}, m.today_code, m.category, s.course_id, 0, COUNT(*), SUM(s.stuck), SUM(s.completed),
    SUM(s.certified), 0
FROM member m JOIN state s ON s.person_id = m.person_id
GROUP BY m.today_code, m.category, s.course_id
UNION ALL
SELECT {build}, b.today_code, a.category, NULL, 0, 0, 0, 0, 0, COUNT(*)
FROM lms_training_affiliation a
JOIN body b ON b.code = a.local_government_id
JOIN lms_training_learner l ON l.id = a.learner_id
WHERE a.confirmed_at IS NULL AND a.refused_at IS NULL
    AND (a.ended_on IS NULL OR a.ended_on >= %s)
    AND l.erased_at IS NULL AND l.merged_into_id IS NULL
GROUP BY b.today_code, a.category
"""

NOBODY_CERTIFIED = (
    "SELECT CAST(NULL AS bigint) AS enrolment_id, CAST(NULL AS timestamp) AS certified_at, "
    "CAST(NULL AS date) AS valid_until WHERE 1 = 0"
)

# Compiling these takes PostgreSQL as long as running them; and it expects as many groups as people,
# so it would sort them all on disk.
SETTINGS = "SET LOCAL jit = off; SET LOCAL enable_sort = off; SET LOCAL work_mem = '64MB'"


def rebuild_figures(*, now: datetime) -> FigureBuild | None:
    """Count everything anew, beside what is shown, and put it in its place. None if a rebuilding
    that began later was done first."""
    build = FigureBuild.objects.create(as_of=now)
    _insert(build, now)
    facts = collect_facts(build=build, now=now)
    return _publish(build, facts, now)


def _insert(build: FigureBuild, now: datetime) -> None:
    today: date = now.astimezone(JAPAN).date()
    limit = adapt_moment(now - STUCK_AFTER)
    day = connection.ops.adapt_datefield_value(today)
    certified, parameters = _read_certified()
    is_postgresql = connection.vendor == "postgresql"
    month = (
        "CAST(date_trunc('month', s.at AT TIME ZONE 'Asia/Tokyo') AS date)"
        if is_postgresql
        # Japan keeps no summer time; SQLite would round a fraction of a second up.
        else "date(substr(s.at, 1, 19), '+9 hours', 'start of month')"
    )
    claimed_on = (
        "CAST(a.claimed_at AT TIME ZONE 'Asia/Tokyo' AS date)"
        if is_postgresql
        else "date(substr(a.claimed_at, 1, 19), '+9 hours')"
    )
    known = {"people": PEOPLE, "certified": certified, "build": int(build.pk)}
    monthly = MONTHLY.format(**known, month=month, claimed_on=claimed_on)
    bodies = BODIES.format(**known, is_stuck=IS_STUCK)
    for sql, values in ((monthly, []), (bodies, [day, limit, limit, limit, day, day])):
        # Each is one statement; the transaction is for its settings only.
        with transaction.atomic(), connection.cursor() as cursor:
            if is_postgresql:
                cursor.execute(SETTINGS)
            cursor.execute(sql, [*parameters, *values])


def _read_certified() -> tuple[str, list[Any]]:
    """The certificates that other apps know of, as a part of a statement."""
    parts, parameters = [NOBODY_CERTIFIED], list[Any]()
    for source in certified_sources:
        sql, values = source().order_by().query.sql_with_params()
        parts.append(sql)
        parameters += values
    return " UNION ALL ".join(parts), parameters


def _publish(build: FigureBuild, facts: dict[str, Any], now: datetime) -> FigureBuild | None:
    later = FigureBuild.objects.filter(pk__gt=OuterRef("pk"), finished_at__isnull=False)
    with transaction.atomic():
        mine = FigureBuild.objects.filter(~Exists(later), pk=build.pk)
        if not mine.update(finished_at=now, facts=facts):
            build.delete()
            return None
        finished = FigureBuild.objects.filter(finished_at__isnull=False).order_by("-pk")
        kept = list(finished.values_list("pk", flat=True)[:2])
        FigureBuild.objects.filter(pk__lt=kept[-1], finished_at__isnull=False).delete()
        killed = FigureBuild.objects.filter(as_of__lt=now - LONGEST_BUILD, finished_at=None)
        killed.delete()
    build.refresh_from_db()
    return build


def latest_build() -> FigureBuild | None:
    return latest_builds().first()


def latest_builds() -> "QuerySet[FigureBuild]":
    """The finished ones, the latest first."""
    return FigureBuild.objects.filter(finished_at__isnull=False).order_by("-pk")
