"""From signing in to a result by keyboard alone, on a wide screen and enlarged to 400 %."""

import pytest
from playwright.sync_api import expect

from .accessibility_results import note_journey, write_results
from .attempts import PASSWORD, prepare_attempts
from .axe import too_wide
from .keyboard import Keyboard

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]
RULES = {"kinds": ("single_choice", "multiple_choice", "ordering", "matching")}
# 1280 × 1024 at once, and what is left of it.
SCREENS = {
    "keyboard": {"viewport": {"width": 1280, "height": 1024}},
    "zoom": {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4},
    "text": {"viewport": {"width": 1280, "height": 1024}},
}
LARGE = "document.documentElement.style.fontSize = '200%'"


@pytest.fixture(scope="module")
def prepared(embedded_site):
    return dict(zip(SCREENS, prepare_attempts(embedded_site, *[RULES] * 3), strict=True))


def answer(hand: Keyboard) -> None:
    """One question of each kind, as the arrows, the space and letters do it."""
    hand.tab_to("選択肢a", tag="INPUT")
    hand.press("Space")
    hand.press("ArrowDown")
    assert "選択肢b" in hand.look()["name"]
    for letter in "bc":
        hand.tab_to(f"選択肢{letter}", tag="INPUT")
        hand.press("Space")
    for right in ({"a": "1", "b": "2", "c": "3"}, {letter: f"組{letter}" for letter in "abc"}):
        for _select in right:
            letter = hand.tab_to("選択肢", tag="SELECT")["name"][-1]
            hand.choose(right[letter])


@pytest.mark.parametrize("screen", SCREENS)
def test_keyboard_is_enough(browser, embedded_site, prepared, screen):
    one = prepared[screen]
    context = browser.new_context(locale="ja-JP", **SCREENS[screen])
    context.set_default_timeout(15_000)
    if screen == "text":
        context.add_init_script(f"addEventListener('DOMContentLoaded', () => {{ {LARGE} }})")
    page = context.new_page()
    hand = Keyboard(page)

    def arrive(words: str) -> None:
        expect(page.locator("main h1")).to_contain_text(words)
        if (wider := too_wide(page)) > 0:
            hand.problems.append(f"{page.title()}: {wider} px too wide")

    page.goto(f"{embedded_site.base_url}/account/login/?by=password")
    arrive("ログイン")
    hand.tab_to("本文へ")
    hand.press("Enter")
    expect(page.locator("main")).to_be_focused()
    hand.write("メールアドレス", one.email)
    hand.write("パスワード", PASSWORD)
    hand.follow("ログイン", tag="BUTTON")
    arrive("マイページ")
    hand.follow("講座 browser")
    arrive("講座 browser")
    hand.follow("単元", tag="A")
    hand.follow("確認テストの続き")
    arrive("確認テスト")
    answer(hand)
    hand.tab_to("解答を提出する", tag="BUTTON")
    hand.tab_to("あとで続ける", tag="BUTTON", backwards=True)
    hand.follow("解答を提出する", tag="BUTTON")
    arrive("結果")
    expect(page.get_by_text("合格", exact=True).first).to_be_visible()
    hand.tab_to("表示の設定")
    hand.press("Enter")
    hand.tab_to("標準", tag="INPUT")
    hand.press("ArrowRight")
    hand.look()
    expect(page.locator("html")).to_have_attribute("data-text-size", "large")
    panel = page.locator("#display details")
    expect(panel).to_have_attribute("open", "")
    hand.tab_to("English", tag="BUTTON")
    expect(panel).not_to_have_attribute("open", "")  # nothing is focused beneath it
    context.close()
    note_journey(screen, hand.problems)
    write_results()
    assert hand.problems == []
