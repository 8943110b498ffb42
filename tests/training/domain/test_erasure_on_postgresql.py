import pytest

from tests.services import postgres_server, run_workload

LEARNERS = 20


@pytest.mark.services
def test_whoever_is_erased_while_handing_in_has_completed_before_or_never(tmp_path):
    with postgres_server(tmp_path, migrated=True) as postgres:
        figures = run_workload(
            "tests.training.domain.erasure_workload",
            str(LEARNERS),
            folder=tmp_path,
            database=postgres.url,
            seconds=600,
        )
    assert figures["errors"] == []
    assert figures["erased"] == LEARNERS
    assert (figures["both"], figures["neither"]) == (0, 0)
    # A completion that came before has its certificate, with the name that there was.
    assert figures["certificates"] == figures["named_certificates"] == figures["completed"]
