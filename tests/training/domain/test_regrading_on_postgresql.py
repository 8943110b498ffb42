import pytest

from tests.services import postgres_server, run_workload

PAPERS = 80


@pytest.mark.services
def test_a_mended_key_reaches_every_paper_while_learners_hand_in(tmp_path):
    with postgres_server(tmp_path, migrated=True) as postgres:
        figures = run_workload(
            "tests.training.domain.regrading_workload",
            str(PAPERS),
            folder=tmp_path,
            database=postgres.url,
            seconds=300,
        )
    assert figures["errors"] == []
    assert (figures["papers"], figures["open"], figures["wrong"]) == (2 * PAPERS, 0, 0)
    assert not figures["left_for_a_second_run"]
    # Half of the first, who gain it, and all who handed in meanwhile; besides those who have lost
    # it, whose completions stay.
    assert figures["passed"] == PAPERS // 2 + PAPERS
    assert figures["completed"] == figures["passed"]
