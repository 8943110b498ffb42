"""R5: whatever happens to the phone, no answer that was said to be saved is lost.

A learner with up to two phones, and copies of a tab on them, answers at random while connections,
pages and phones die. At the end, what counts is compared with what the learner was told, and with
what a new page shows.
"""

import contextlib
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from playwright.sync_api import Browser, Error, Page, sync_playwright

from tests.journeys.attempts import (
    Prepared,
    new_context,
    prepare_attempts,
    read_saved,
    url_of,
)
from tests.services import Site, find_browser, site_process

ACTIONS = 5
# Nobody puts one phone down and answers on the other in less. A save says how old its answer is,
# but not how long it will be on its way.
CHANGE_OF_PHONES = 1000
SLOW_3G = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 50_000,
    "uploadThroughput": 50_000,
}
FAST = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
VALUES = {1: ["key-a", "key-b", "key-c"], 2: ["key-a", "key-b", "key-c"], 3: ["true", "false"]}
STATE = "document.querySelector('.quiz-saved')?.dataset.state"
PICKED = """[...document.querySelectorAll('fieldset.question')].map(
  question => [...question.querySelectorAll('input:checked')].map(input => input.value))"""


@dataclass
class Given:
    question: int
    answer: list[str]
    is_acknowledged: bool = False


@dataclass
class Phone:
    """`pending` is what was given on it and may still be sent."""

    page: Page
    pending: list[Given] = field(default_factory=list)
    is_offline: bool = False

    def look(self) -> None:
        if self.page.evaluate(STATE) == "saved":
            for given in self.pending:
                given.is_acknowledged = True
            self.pending = []


class Session:
    def __init__(self, browser: Browser, site: Site, prepared: Prepared, rng: Random) -> None:
        self.browser, self.site, self.prepared, self.rng = browser, site, prepared, rng
        self.history: list[Given] = []
        self.phones: list[Phone] = []
        self.done: list[str] = []
        self.change_phone()

    def open_phone(self) -> Phone:
        page = new_context(self.browser, self.site, self.prepared).new_page()
        self.open_attempt(page)
        return Phone(page)

    def open_attempt(self, page: Page) -> None:
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(url_of(self.site, self.prepared))

    def change_phone(self) -> None:
        if len(self.phones) < 2:
            self.phones.append(self.open_phone())
        else:
            self.phones.append(self.phones.pop(0))
        self.phone = self.phones[-1]
        self.phone.page.wait_for_timeout(CHANGE_OF_PHONES if len(self.phones) > 1 else 0)

    def answer(self) -> None:
        phone, question = self.phone, self.rng.choice([1, 2, 3])
        value = self.rng.choice(VALUES[question])
        control = phone.page.locator(f"#item-{question} input[value='{value}']")
        was = control.is_checked()
        if was and question != 2:
            return
        control.set_checked(not was)
        given = Given(question, phone.page.evaluate(PICKED)[question - 1])
        self.history.append(given)
        phone.pending.append(given)
        phone.page.wait_for_timeout(self.rng.choice([0, 20, 150, 600]))
        phone.look()

    def tabs(self) -> list[Phone]:
        """Of the phone in hand; what happens to its connection happens to all of them."""
        return [each for each in self.phones if each.page.context == self.phone.page.context]

    def clone_tab(self) -> None:
        """As "duplicate tab" does: the new one starts with a copy of the old one's storage."""
        self.go_online()
        with self.phone.page.expect_popup() as popup:
            self.phone.page.evaluate("() => { window.open(location.href) }")
        page = popup.value
        page.on("dialog", lambda dialog: dialog.accept())
        page.locator(".quiz-saved").wait_for(state="attached")
        original, self.phone = self.phone, Phone(page)
        self.phones.append(self.phone)
        page.wait_for_timeout(CHANGE_OF_PHONES)
        self.answer()
        self.phones.remove(original)
        self.phones.append(original)
        self.phone = original
        page.wait_for_timeout(CHANGE_OF_PHONES)
        self.answer()

    def switch_connection(self) -> None:
        is_offline = not self.phone.is_offline
        self.phone.page.context.set_offline(is_offline)
        for tab in self.tabs():
            tab.is_offline = is_offline

    def change_speed(self) -> None:
        speed = self.rng.choice([SLOW_3G, FAST])
        with contextlib.suppress(Error):
            client = self.phone.page.context.new_cdp_session(self.phone.page)
            client.send("Network.emulateNetworkConditions", speed)

    def lose_a_reply(self) -> None:
        """The server saves, and the phone never hears of it."""

        def lose(route) -> None:
            with contextlib.suppress(Error):
                route.fetch()
                route.abort()

        self.phone.page.route("**/save/", lose, times=1)
        self.answer()

    def go_online(self) -> None:
        if self.phone.is_offline:
            self.switch_connection()

    def reload(self) -> None:
        if self.phone.is_offline:
            with contextlib.suppress(Error):
                self.phone.page.reload()
            self.go_online()
        self.phone.page.goto(url_of(self.site, self.prepared))

    def go_away_and_back(self) -> None:
        self.go_online()
        self.phone.page.goto(f"{self.site.base_url}{self.prepared.module_url}")
        self.phone.page.go_back()
        self.phone.page.locator(".quiz-saved").wait_for(state="attached")

    def kill_page(self) -> None:
        self.go_online()
        page = self.phone.page.context.new_page()
        self.phone.page.close()
        self.phone.page, self.phone.pending = page, []
        self.open_attempt(page)

    def kill_phone(self) -> None:
        gone = self.tabs()
        self.phone.page.context.close()
        self.phones = [each for each in self.phones if each not in gone]
        self.phone = self.open_phone()
        self.phones.append(self.phone)

    def run(self) -> None:
        troubles = [
            self.switch_connection,
            self.change_speed,
            self.lose_a_reply,
            self.reload,
            self.go_away_and_back,
            self.kill_page,
            self.kill_phone,
            self.change_phone,
            self.clone_tab,
        ]
        for _action in range(ACTIONS):
            for act in (self.answer, self.rng.choice(troubles)):
                self.done.append(act.__name__)
                act()
                self.phone.look()
        for phone in self.phones:
            self.phone = phone
            self.go_online()
            if phone.pending:
                with contextlib.suppress(Error):
                    phone.page.wait_for_function(f"{STATE} === 'saved'", timeout=5000)
            phone.look()

    def count_lost(self) -> int:
        """Of each question: what counts is the answer acknowledged last, or a later one."""
        saved, shown = None, []
        # What a phone sent before it was switched off may still arrive.
        while saved != (saved := read_saved(self.site, self.prepared)):
            with contextlib.closing(self.open_phone().page.context) as context:
                shown = context.pages[0].evaluate(PICKED)
        lost = 0
        for number, key in enumerate(self.prepared.questions, start=1):
            given = [each for each in self.history if each.question == number]
            last = max((n for n, each in enumerate(given) if each.is_acknowledged), default=None)
            if last is None:
                continue
            allowed = [each.answer for each in given[last:]]
            counts = _as_ticks(saved.get(key))
            if counts not in allowed or shown[number - 1] != counts:
                lost += 1
                print(
                    f"lost: {key} {counts} {shown[number - 1]} not in {allowed}: {self.done}",
                    file=sys.stderr,
                )
        return lost

    def close(self) -> None:
        for context in {phone.page.context for phone in self.phones}:
            context.close()


def _as_ticks(answer: object) -> list[str]:
    if isinstance(answer, list):
        return answer
    return (
        [] if answer is None else [str(answer).lower() if isinstance(answer, bool) else str(answer)]
    )


@contextlib.contextmanager
def _own_site() -> Iterator[tuple[Site, Browser]]:
    with (
        tempfile.TemporaryDirectory(prefix="katsuyo-r5-") as folder,
        site_process(Path(folder), {"KATSUYO_DEMO": "1"}) as site,
        sync_playwright() as playwright,
    ):
        flags = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=find_browser(), args=flags)
        yield site, browser
        browser.close()


class BrowserFailed(AssertionError):
    """More sessions than a busy machine explains were not played to their end."""


def run(
    sessions: int, seed: int, *, site: Site | None = None, browser: Browser | None = None
) -> dict[str, int]:
    """Without a site and a browser it starts its own."""
    if site is None or browser is None:
        with _own_site() as (own_site, own_browser):
            return run(sessions, seed, site=own_site, browser=own_browser)
    figures = {"sessions": sessions, "given": 0, "acknowledged": 0, "lost": 0, "broken_off": 0}
    for number, prepared in enumerate(prepare_attempts(site, *[{}] * sessions)):
        session = Session(browser, site, prepared, Random(f"{seed}-{number}"))
        try:
            session.run()
        except Error as error:
            # A tab that did not open in time. What was acknowledged before is judged all the same.
            figures["broken_off"] += 1
            print(f"broken off after {session.done}: {error}", file=sys.stderr)
        session.close()
        figures["given"] += len(session.history)
        figures["acknowledged"] += sum(each.is_acknowledged for each in session.history)
        figures["lost"] += session.count_lost()
    if figures["broken_off"] * 100 > sessions:
        raise BrowserFailed(f"{figures['broken_off']} of {sessions} sessions were broken off")
    return figures
