"""S6: no cross-access. Every address × every role × own and other × GET and POST, as
docs/access.csv says.

Short: every address of this site's own in every role, and of the others' (Wagtail, allauth) those
whom they must refuse; long: everything.
"""

import sys

from django.db import transaction
from wagtail.signal_handlers import disable_reference_index_auto_update

from tests.access.matrix import compare, read_matrix
from tests.access.observe import observe
from tests.access.routes import list_routes
from tests.access.world import ROLES, make_world

OUTSIDE = ("anonymous", "learner", "town")


def run(*, long: bool) -> dict:
    routes = list_routes()
    ours = [route for route in routes if route.is_ours]
    others = [route for route in routes if not route.is_ours]
    with transaction.atomic(), disable_reference_index_auto_update():
        world = make_world()
        seen = [
            observe(world, routes=ours),
            observe(world, routes=others, roles=ROLES if long else OUTSIDE),
        ]
        transaction.set_rollback(True)
    expected = read_matrix()
    wrong = [line for part in seen for line in compare(expected=expected, seen=part)]
    for line in wrong:
        print(line, file=sys.stderr)
    outcomes = [outcome for part in seen for row in part.values() for outcome in row.values()]
    patterns = {key[0] for part in seen for key in part}
    return {
        "addresses": len(patterns),
        "requests": len(outcomes),
        "otherwise": len(wrong),
        "not_walked": len({route.pattern for route in routes} - patterns),
        "errors": sum(outcome.startswith("error") for outcome in outcomes),
        # A world in which everybody is refused would prove nothing.
        "blind": int(outcomes.count("allowed") < 500),
    }
