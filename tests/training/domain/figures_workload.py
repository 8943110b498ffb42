"""Run by test_figures_on_postgresql.py as a program, on an empty database with the site's settings:
figures are rebuilt and held against those counted by hand, and against the pages of the bodies."""

import json
import sys
from dataclasses import replace

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from training.domain import office_counts  # noqa: E402
from training.domain.figures import rebuild_figures  # noqa: E402
from training.domain.offices import PeopleFilter, Status  # noqa: E402
from training.models import FigureBuild, Learner  # noqa: E402

from .figures_by_hand import (  # noqa: E402
    NOW,
    count_bodies,
    count_months,
    count_people_everywhere,
    read_bodies,
    read_months,
)
from .population import populate  # noqa: E402

FILTERS = [PeopleFilter(), PeopleFilter(status=Status.UNDER_WAY), PeopleFilter(stuck=True)]


def run(count: int) -> dict:
    call_command("migrate", verbosity=0)
    populate(seed=1, count=count, now=NOW)
    rebuild_figures(now=NOW)
    months, bodies = read_months(), read_bodies()
    answer = {
        "months": len(months),
        "wrong_months": differ(months, count_months()),
        "bodies": len(bodies),
        "wrong_bodies": differ(bodies, count_bodies()),
    }
    # Merging moves what belongs to a person; only a population at random leaves it behind.
    Learner.objects.update(merged_into=None)
    rebuild_figures(now=NOW)
    counted = [count_people_everywhere(each) for each in FILTERS]
    office_counts.MOST_COUNTED = 0
    stored = [count_people_everywhere(each) for each in FILTERS]
    return answer | {
        "people": sum(each.people for each in counted[0].values()),
        "stored": all(each.as_of == NOW for one in stored for each in one.values()),
        "wrong_pages": [
            difference
            for one, other in zip(counted, stored, strict=True)
            for difference in differ(
                one, {code: replace(each, as_of=None) for code, each in other.items()}
            )
        ],
        "builds": FigureBuild.objects.count(),
    }


def differ(found: dict, wanted: dict) -> list[str]:
    return sorted(
        f"{key}: {found.get(key)}, not {wanted.get(key)}"
        for key in found.keys() | wanted.keys()
        if found.get(key) != wanted.get(key)
    )


if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[1]))))
