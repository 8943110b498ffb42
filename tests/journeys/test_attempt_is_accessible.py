"""axe finds nothing in any state of an attempt, on a telephone and on a wide screen."""

import pytest
from playwright.sync_api import expect

from . import story
from .attempts import (
    PASSWORD,
    attempt_page,
    new_context,
    prepare_attempts,
    saved,
    set_deadline,
    tick,
    tick_all_right,
    url_of,
)
from .axe import expect_accessible

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]
WIDTHS = (360, 1280)
KINDS = (
    "single_choice",
    "multiple_choice",
    "true_false",
    "ordering",
    "matching",
    "numeric",
    "short_text",
    "image_choice",
)
RULES = {
    "paged": {"one_per_page": True},
    "timed": {"time_limit_minutes": 30, "max_attempts": 2, "waiting_minutes": 10},
    "expired": {"time_limit_minutes": 30, "max_attempts": 2, "waiting_minutes": 10},
    "plain": {},
    "every kind": {"kinds": KINDS, "unconfirmed": [2], "shuffle_choices": True},
    "silent": {"shows": "nothing"},
    "marks": {"shows": "marks"},
}


@pytest.fixture(scope="module")
def prepared(embedded_site):
    """By width and name of the rules."""
    made = prepare_attempts(embedded_site, *[rules for _ in WIDTHS for rules in RULES.values()])
    names = [(width, name) for width in WIDTHS for name in RULES]
    return dict(zip(names, made, strict=True))


@pytest.fixture(params=WIDTHS)
def open_page(request, browser, embedded_site, prepared):
    def open_page(name, **options):
        one = prepared[request.param, name]
        return attempt_page(browser, embedded_site, one, width=request.param, **options)

    open_page.of = lambda name: prepared[request.param, name]
    return open_page


def button(page, name):
    return page.get_by_role("button", name=name)


def test_states_while_answers_are_saved(open_page):
    with open_page("plain") as page:
        expect_accessible(page, "nothing answered")
        tick(page, 1, "選択肢b")
        saved(page).to_have_text("保存しました")
        expect_accessible(page, "saved")
        page.context.set_offline(True)
        tick(page, 3, "誤り")
        saved(page).to_contain_text("まだ保存できていません")
        expect_accessible(page, "no connection")
        button(page, "解答を提出する").click()
        saved(page).to_contain_text("送信していません")
        expect_accessible(page, "nothing was sent")
        page.context.set_offline(False)
        saved(page).to_have_text("保存しました")

        other = page.context.new_page()
        other.goto(page.url)
        tick(other, 2, "選択肢b")
        saved(other).to_have_text("保存しました")
        other.close()
        tick(page, 1, "選択肢a")
        expect(page.locator(".quiz-newer")).to_be_visible()
        expect_accessible(page, "newer answers elsewhere")
        button(page, "解答を提出する").click()
        expect(page.get_by_text("いま有効な解答です").first).to_be_visible()
        expect_accessible(page, "what counts is shown before handing in")

        page.context.clear_cookies(name="sessionid")
        tick(page, 1, "選択肢c")
        saved(page).to_contain_text("もう一度ログインしてください")
        expect_accessible(page, "signed out")


def test_states_of_handing_in(open_page):
    with open_page("every kind") as page:
        expect(page.get_by_text("全8問のうち1問は参考です")).to_be_visible()
        expect_accessible(page, "every kind")
        page.locator("#item-6-text").fill("たくさん")
        button(page, "解答を提出する").click()
        expect(page.locator("#open-items")).to_be_focused()
        expect_accessible(page, "questions left open and a wrong one")
        page.locator("#item-6-text").fill("12")
        expect(page.locator("#open-items li")).to_have_count(len(KINDS) - 1)
        expect_accessible(page, "one of them answered")
        page.get_by_role("radio", name="絵b").check()
        saved(page).to_have_text("保存しました")
        button(page, "このまま提出する").click()
        expect(page.locator("main h1")).to_contain_text("結果")
        expect(page.get_by_text("あと4問の正解で合格でした")).to_be_visible()
        expect_accessible(page, "not passed")
        page.get_by_role("link", name="受験の記録").click()
        expect_accessible(page, "history")
    with open_page("paged") as page:
        page.get_by_text("設問の一覧").click()
        expect_accessible(page, "one question a page")
        for name in ("次へ", "次へ"):
            button(page, name).click()
        button(page, "解答を提出する").click()
        expect(page.locator("#open-items")).to_be_focused()
        expect_accessible(page, "one question a page, left open")
        page.goto(page.url.split("?")[0])
        tick(page, 1, "選択肢b")
        button(page, "次へ").click()
        tick(page, 2, "選択肢b")
        tick(page, 2, "選択肢c")
        button(page, "次へ").click()
        tick(page, 3, "正しい")
        button(page, "解答を提出する").click()
        expect(page.get_by_text("合格", exact=True).first).to_be_visible()
        expect_accessible(page, "passed, and the course completed")


@pytest.mark.parametrize("rules", ["silent", "marks"])
def test_results_that_show_less(open_page, rules):
    with open_page(rules) as page:
        tick(page, 1, "選択肢a")
        button(page, "解答を提出する").click()
        button(page, "このまま提出する").click()
        expect(page.locator("main h1")).to_contain_text("結果")
        expect_accessible(page, f"result that shows {rules}")
        page.get_by_role("link", name="受験の記録").click()
        expect_accessible(page, f"history that shows {rules}")


def test_states_of_a_quiz_with_limits(embedded_site, open_page):
    timed = open_page.of("timed")
    with open_page("timed") as page:
        expect_accessible(page, "with a time limit")
        page.goto(f"{embedded_site.base_url}{timed.module_url}")
        expect(page.get_by_text("制限時間は30分です")).to_be_visible()
        expect_accessible(page, "module with rules, under way")

        page.goto(url_of(embedded_site, timed))
        set_deadline(embedded_site, timed, seconds=5)
        page.reload()
        tick(page, 1, "選択肢b")
        saved(page).to_have_text("保存しました")
        page.context.set_offline(True)
        tick(page, 3, "正しい")
        expect(page.locator(".quiz-bar .quiz-left")).to_have_text("制限時間になりました")
        saved(page).to_have_attribute("data-state", "over")
        expect_accessible(page, "time is up, no connection")


def test_states_after_the_time(browser, embedded_site, open_page, request):
    """Without its scripts the page waits for the button; with them it goes on by itself."""
    expired = open_page.of("expired")
    width = request.node.callspec.params["open_page"]
    context = new_context(browser, embedded_site, expired, width=width)
    page = context.new_page()
    page.route("**/*.js", lambda route: route.abort())
    # Opened at once: every minute the worker hands in what is over.
    set_deadline(embedded_site, expired, seconds=0)
    page.goto(url_of(embedded_site, expired))
    expect(page.get_by_text("保存されていた解答を採点します")).to_be_visible()
    expect_accessible(page, "time is up")
    button(page, "結果").click()
    expect(page.locator("main h1")).to_contain_text("結果")
    expect(page.get_by_text("自動で提出しました")).to_be_visible()
    expect_accessible(page, "handed in by itself; wait for the next")
    page.goto(f"{embedded_site.base_url}{expired.module_url}")
    expect_accessible(page, "module with rules, waiting")
    context.close()


def test_answers_that_waited_for_the_sign_in(open_page):
    """Without the script: posted signed out, they are shown after signing in."""
    one = open_page.of("plain")
    with open_page("plain") as page:
        page.route("**/attempt*.js", lambda route: route.abort())
        page.reload()
        tick_all_right(page)
        page.context.clear_cookies(name="sessionid")
        button(page, "解答を提出する").click()
        story.sign_in_with_password(page, one.email, PASSWORD)
        expect(page.get_by_text("解答は残っています")).to_be_visible()
        expect_accessible(page, "restored")
