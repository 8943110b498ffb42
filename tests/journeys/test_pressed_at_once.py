"""Sixteen presses of a button at once do what one does, on PostgreSQL."""

import json
import os
import subprocess
import sys

import pytest

from tests.services import ROOT, postgres_server


@pytest.mark.services
def test_buttons_of_notices_and_offers(tmp_path):
    with postgres_server(tmp_path) as postgres:
        env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "cms.settings.site",
            "KATSUYO_HOME": str(tmp_path / "home"),
            "KATSUYO_BROKER_URL": "memory://localhost",
            "DATABASE_URL": postgres.url,
        }
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "tests.journeys.press_at_once"],
            cwd=ROOT,
            env=env,
            stdout=subprocess.PIPE,
            text=True,
            timeout=600,
        )
    assert done.returncode == 0
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["address"] == {"0": 15, "1": 1}
    assert found["forward"] == {"0": 15, "2": 1}
    assert found["remind"] == {"0": 15, "1": 1}
    # The prefecture and its two towns; the town without an officer gets no mail.
    assert (found["rows"], found["notice_mails"], found["notice_deeds"]) == (3, 3, 3)
    assert len(found["offer"]) == found["offers"] == 1
    assert (found["one_form"], found["messages_of_one_form"]) == (1, 1)
    assert found["messages_of_the_day"] == found["message_mails"] == found["limit"]
