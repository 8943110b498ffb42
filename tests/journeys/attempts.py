"""Open attempts on a running site, a phone that is signed in, and what the server has of them."""

import contextlib
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, LocatorAssertions, Page, expect

from tests.services import ROOT, Site

PASSWORD = "mountain-village-2026"


@dataclass(frozen=True)
class Prepared:
    attempt: int
    session: str
    email: str
    module_url: str
    module: int
    questions: list[str]


def prepare_attempts(site: Site, *rules: dict) -> list[Prepared]:
    """A learner each. Unless the rules name other kinds, the questions are: single choice (b),
    multiple choice (b, c), true or false (true)."""
    script = (Path(__file__).parent / "prepare_attempts.py").read_text("utf-8")
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", script],
        cwd=ROOT,
        env=os.environ
        | site.env
        | {
            "KATSUYO_HOME": str(site.home),
            "DJANGO_SETTINGS_MODULE": "cms.settings.site",
            "ATTEMPTS": json.dumps(rules),
            "PASSWORD": PASSWORD,
        },
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return [Prepared(**each) for each in json.loads(done.stdout)]


def new_context(
    browser: Browser, site: Site, prepared: Prepared, *, width: int = 360, javascript: bool = True
) -> BrowserContext:
    context = browser.new_context(
        viewport={"width": width, "height": 740},
        has_touch=True,
        is_mobile=width < 500,
        java_script_enabled=javascript,
        locale="ja-JP",
    )
    context.set_default_timeout(15_000)
    sign_in(context, site, prepared)
    return context


def sign_in(context: BrowserContext, site: Site, prepared: Prepared) -> None:
    context.add_cookies(
        [{"name": "sessionid", "value": prepared.session, "url": site.base_url, "httpOnly": True}]
    )


def url_of(site: Site, prepared: Prepared) -> str:
    return f"{site.base_url}/learn/attempts/{prepared.attempt}/"


@contextlib.contextmanager
def attempt_page(browser: Browser, site: Site, prepared: Prepared, **options) -> Iterator[Page]:
    context = new_context(browser, site, prepared, **options)
    page = context.new_page()
    page.goto(url_of(site, prepared))
    yield page
    context.close()


def saved(page: Page) -> LocatorAssertions:
    return expect(page.locator(".quiz-saved"))


def tick(page: Page, number: int, letter: str) -> None:
    page.locator(f"#item-{number}").get_by_label(letter, exact=True).check()


def tick_all_right(page: Page) -> None:
    tick(page, 1, "選択肢b")
    tick(page, 2, "選択肢b")
    tick(page, 2, "選択肢c")
    tick(page, 3, "正しい")


@contextlib.contextmanager
def database(site: Site) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(site.home / "db.sqlite3", timeout=20)
    with contextlib.closing(connection), connection:
        yield connection


def read_saved(site: Site, prepared: Prepared) -> dict[str, object]:
    """What counts, by question: the answer given last, whatever arrived last."""
    with database(site) as connection:
        rows = connection.execute(
            "SELECT question_key, answer FROM lms_training_response WHERE attempt_id = ?"
            " ORDER BY given_at, sequence",
            [prepared.attempt],
        )
        return {key: json.loads(answer) for key, answer in rows}


def read_attempts(site: Site, prepared: Prepared) -> list[tuple]:
    """Score and whether it was handed in, of each attempt of that learner at that quiz."""
    with database(site) as connection:
        return connection.execute(
            "SELECT score, submitted_at IS NOT NULL FROM lms_training_attempt WHERE enrolment_id ="
            " (SELECT enrolment_id FROM lms_training_attempt WHERE id = ?) ORDER BY number",
            [prepared.attempt],
        ).fetchall()


def set_deadline(site: Site, prepared: Prepared, *, seconds: float) -> None:
    deadline = (datetime.now(UTC) + timedelta(seconds=seconds)).replace(tzinfo=None)
    with database(site) as connection:
        connection.execute(
            "UPDATE lms_training_attempt SET deadline = ? WHERE id = ?",
            [deadline.isoformat(" "), prepared.attempt],
        )
