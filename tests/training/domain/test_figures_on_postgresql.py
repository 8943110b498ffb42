import pytest

from tests.services import postgres_server, run_workload

LEARNERS = 60


@pytest.mark.services
def test_figures_are_counted_as_by_hand_and_as_on_the_pages_of_bodies(tmp_path):
    with postgres_server(tmp_path, migrated=True) as postgres:
        answer = run_workload(
            "tests.training.domain.figures_workload",
            str(LEARNERS),
            folder=tmp_path,
            database=postgres.url,
            seconds=300,
        )
    assert (answer["wrong_months"], answer["wrong_bodies"], answer["wrong_pages"]) == ([], [], [])
    assert answer["stored"]
    assert answer["builds"] == 2
    assert min(answer["months"], answer["bodies"], answer["people"]) > LEARNERS / 4
