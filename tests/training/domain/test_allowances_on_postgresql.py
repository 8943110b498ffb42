import pytest

from tests.services import postgres_server, run_workload

ROUNDS = 25


@pytest.mark.services
def test_more_time_reaches_an_attempt_that_starts_at_that_moment(tmp_path):
    with postgres_server(tmp_path, migrated=True) as postgres:
        figures = run_workload(
            "tests.training.domain.allowances_workload",
            str(ROUNDS),
            folder=tmp_path,
            database=postgres.url,
            seconds=300,
        )
    assert figures == {
        "rounds": ROUNDS,
        "attempts": ROUNDS,
        "too_short": 0,
        "without_allowance": 0,
        "errors": [],
    }
