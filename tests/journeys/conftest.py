"""The site as scripts/run starts it, once per kind of database, and a phone to look at it with."""

import contextlib
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.services import Site, find_browser, postgres_server, redis_server, site_process

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
QUICK = {"KATSUYO_SWEEP_SECONDS": "2", "KATSUYO_DEMO": "1"}


@contextlib.contextmanager
def scaled_out_site(folder) -> Iterator[tuple[Site, str]]:
    """On PostgreSQL and Redis; also yields the database's address."""
    with postgres_server(folder, migrated=True) as postgres, redis_server(folder) as redis:
        address = redis.url.removesuffix("/0")
        env = {
            "DATABASE_URL": postgres.url,
            "KATSUYO_BROKER_URL": f"{address}/0",
            "KATSUYO_CACHE_URL": f"{address}/1",
            "KATSUYO_LEASE_SECONDS": "12",
        }
        with site_process(folder / "home", QUICK | env) as site:
            yield site, postgres.url


@pytest.fixture(scope="session")
def embedded_site(tmp_path_factory) -> Iterator[Site]:
    with site_process(tmp_path_factory.mktemp("embedded"), QUICK) as site:
        yield site


@pytest.fixture(scope="session")
def scaled_site(tmp_path_factory) -> Iterator[tuple[Site, str]]:
    with scaled_out_site(tmp_path_factory.mktemp("scaled")) as both:
        yield both


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        yield chromium
        chromium.close()


@contextlib.contextmanager
def phone(browser: Browser, *, javascript: bool = True) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 360, "height": 740},
        has_touch=True,
        is_mobile=True,
        java_script_enabled=javascript,
        locale="ja-JP",
    )
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()
