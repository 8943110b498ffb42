"""The three pictures of the README, from the running site by way of the main story; or those of
the handbooks, which a test compares with the screens."""

import argparse
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from cms.demo.accounts import DEMO_ACCOUNTS
from tests.journeys import handbooks, story
from tests.journeys.conftest import FLAGS, QUICK, phone
from tests.services import find_browser, site_process

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"


def picture_learner_and_town_hall(browser, base_url: str) -> None:
    with phone(browser) as page:
        story.open_account(page, base_url)
        story.register(page)
        page.get_by_role("button", name="受講登録する").first.tap()
        page.get_by_text("受講登録しました").wait_for()
        page.goto(f"{base_url}/digital-support/safety-and-privacy/")
        page.screenshot(path=IMAGES / "learner.png")
        page.goto(f"{base_url}/digital-support/")
        story.pass_all_quizzes(page)
        ready = page.get_by_role("link", name="修了証（PDF）をダウンロード")
        while not ready.count():
            page.goto(f"{base_url}/learn/")
        page.locator("a[href^='/certificates/']").last.tap()
        address = page.locator("a[href*='/v/'][href*='-']").first.get_attribute("href")
    with phone(browser) as page:
        page.goto(address)
        page.screenshot(path=IMAGES / "verification.png")


def picture_editor(browser, base_url: str) -> None:
    accounts = {role: (address, password) for role, address, password in DEMO_ACCOUNTS}
    address, password = accounts["question keeper"]
    page = browser.new_page(viewport={"width": 1280, "height": 860}, locale="ja-JP")
    page.goto(f"{base_url}/editor/")
    story.sign_in_with_password(page, address, password)
    page.goto(f"{base_url}/editor/snippets/lms_training/question/")
    page.screenshot(path=IMAGES / "editor.png")


def picture_handbooks(browser, site) -> list[str]:
    """Returns what could not be renewed as it is."""
    taken = dict(handbooks.take_all(browser, site.base_url, handbooks.prepare_handbooks(site)))
    handbooks.write_all(taken)
    return [f"{name}: English left: {each.english}" for name, each in taken.items() if each.english]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--handbooks", action="store_true", help="only those of the handbooks")
    only_handbooks = parser.parse_args().handbooks
    IMAGES.mkdir(exist_ok=True)
    problems = []
    with (
        tempfile.TemporaryDirectory() as home,
        site_process(Path(home), QUICK) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        if only_handbooks:
            problems = picture_handbooks(browser, site)
        else:
            picture_editor(browser, site.base_url)
            picture_learner_and_town_hall(browser, site.base_url)
        browser.close()
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
