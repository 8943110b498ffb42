"""Sixteen presses of a button at once do what one does, on PostgreSQL."""

import pytest

from tests.services import postgres_server, run_workload


@pytest.mark.services
def test_buttons_of_notices_offices_and_offers(tmp_path):
    with postgres_server(tmp_path, migrated=True) as postgres:
        found = run_workload(
            "tests.journeys.press_at_once", folder=tmp_path, database=postgres.url, seconds=600
        )
    assert found["address"] == {"0": 15, "1": 1}
    assert found["forward"] == {"0": 15, "2": 1}
    assert found["remind"] == {"0": 15, "1": 1}
    # The prefecture and its two towns; the town without an officer gets no mail.
    assert (found["rows"], found["notice_mails"], found["notice_deeds"]) == (3, 3, 3)
    assert (found["appoint"], found["appointed"]) == (15, 1)
    assert found["past"] == 1
    assert len(found["offer"]) == found["offers"] == 1
    assert (found["one_form"], found["messages_of_one_form"]) == (1, 1)
    assert found["messages_of_the_day"] == found["message_mails"] == found["limit"]
