"""Open attempts on a running site, a phone that is signed in, and what the server has of them."""

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Browser, BrowserContext, LocatorAssertions, Page, expect

from tests.services import Site

from .sessions import carry_session, run_in_site

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
    made = run_in_site(site, "prepare_attempts.py", ATTEMPTS=json.dumps(rules), PASSWORD=PASSWORD)
    return [Prepared(**each) for each in made]


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
    carry_session(context, site.base_url, prepared.session)


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
