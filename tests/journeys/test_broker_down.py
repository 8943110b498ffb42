"""The broker dies: learners notice nothing, and the certificate comes when it is back."""

import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psycopg
import pytest

from tests.services import ROOT, postgres_server, redis_server, site_process

pytestmark = [pytest.mark.journey, pytest.mark.services, pytest.mark.xdist_group("journeys")]


def test_completion_survives_a_dead_broker_and_cache(tmp_path):
    with postgres_server(tmp_path, migrated=True) as postgres, redis_server(tmp_path) as redis:
        env = {
            "DATABASE_URL": postgres.url,
            "KATSUYO_BROKER_URL": redis.url,
            "KATSUYO_CACHE_URL": redis.url,
            "KATSUYO_SWEEP_SECONDS": "2",
        }
        with site_process(tmp_path / "home", env) as site:
            redis.kill()
            with urllib.request.urlopen(f"{site.base_url}/digital-support/", timeout=20) as page:
                assert page.status == 200
            script = (Path(__file__).parent / "complete_many.py").read_text("utf-8")
            subprocess.run(
                [sys.executable, "manage.py", "shell", "-v0", "-c", script],
                cwd=ROOT,
                env=os.environ
                | env
                | {
                    "KATSUYO_HOME": str(site.home),
                    "COMPLETIONS": "1",
                    "DJANGO_SETTINGS_MODULE": "cms.settings.site",
                },
                check=True,
                timeout=60,
            )
            with psycopg.connect(postgres.url, autocommit=True) as connection:
                query = "SELECT status FROM lms_certificates_certificate"
                assert connection.execute(query).fetchall() == [("pending",)]
                redis.start()
                give_up_at = time.monotonic() + 60
                while connection.execute(query).fetchall() != [("issued",)]:
                    assert time.monotonic() < give_up_at
                    time.sleep(0.5)
