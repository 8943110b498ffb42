"""The learner's attempt in a real browser: nothing acknowledged is lost, nothing counts twice."""

import re

import pytest
from playwright.sync_api import expect

from . import story
from .attempts import (
    PASSWORD,
    attempt_page,
    new_context,
    prepare_attempts,
    read_attempts,
    read_saved,
    saved,
    set_deadline,
    tick,
    tick_all_right,
    url_of,
)
from .conftest import phone

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]


@pytest.fixture(scope="module")
def prepared(embedded_site):
    """As many as the tests take."""
    return iter(prepare_attempts(embedded_site, *[{}] * 20))


@pytest.fixture(scope="module")
def others(embedded_site):
    paged, timed = {"one_per_page": True}, {"time_limit_minutes": 30, "max_attempts": 3}
    return prepare_attempts(embedded_site, paged, *[timed] * 3)


def test_saved_answers_are_there_after_the_phone_died(browser, embedded_site, prepared):
    one = next(prepared)
    context = new_context(browser, embedded_site, one)
    page = context.new_page()
    page.goto(url_of(embedded_site, one))
    saved(page).to_have_text("")
    tick(page, 1, "選択肢c")
    saved(page).to_have_text("保存しました")
    context.close()

    with attempt_page(browser, embedded_site, one) as page:
        expect(page.locator("#item-1").get_by_label("選択肢c")).to_be_checked()
        tick(page, 1, "選択肢b")
        saved(page).to_have_text("保存しました")
    assert read_saved(embedded_site, one) == {one.questions[0]: "key-b"}


def test_without_a_connection_answers_wait_and_are_handed_in_later(
    browser, embedded_site, prepared
):
    one = next(prepared)
    with attempt_page(browser, embedded_site, one) as page:
        page.context.set_offline(True)
        tick_all_right(page)
        saved(page).to_contain_text("まだ保存できていません")
        page.get_by_role("button", name="解答を提出する").tap()
        saved(page).to_contain_text("送信していません")
        expect(page.locator("#item-3").get_by_label("正しい")).to_be_checked()
        assert read_saved(embedded_site, one) == {}

        page.context.set_offline(False)
        saved(page).to_have_text("保存しました")
        assert len(read_saved(embedded_site, one)) == 3
        page.get_by_role("button", name="解答を提出する").tap()
        expect(page.get_by_text("合格", exact=True).first).to_be_visible()
        assert page.evaluate("JSON.stringify(sessionStorage)").count("item-") == 0


def test_what_was_not_sent_survives_a_reload(browser, embedded_site, prepared):
    one = next(prepared)
    with attempt_page(browser, embedded_site, one) as page:
        page.on("dialog", lambda dialog: dialog.accept())
        # Not by a route: what is sent while a page goes away passes those by.
        page.evaluate("() => { window.fetch = () => Promise.reject() }")
        tick(page, 1, "選択肢b")
        saved(page).to_contain_text("まだ保存できていません")
        assert " checked" not in page.reload().text().partition("<main")[2]
        expect(page.locator("#item-1").get_by_label("選択肢b")).to_be_checked()
        saved(page).to_have_text("保存しました")
    assert read_saved(embedded_site, one) == {one.questions[0]: "key-b"}


def test_page_asks_before_it_is_left_only_while_something_waits(browser, embedded_site, prepared):
    one = next(prepared)
    asked = []
    with attempt_page(browser, embedded_site, one) as page:
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
        tick(page, 1, "選択肢b")
        saved(page).to_have_text("保存しました")
        page.reload()
        assert asked == []
        page.route("**/save/", lambda route: route.abort())
        tick(page, 1, "選択肢c")
        saved(page).to_contain_text("まだ保存できていません")
        page.reload()
        assert asked == ["beforeunload"]


def test_two_phones_share_an_attempt_and_are_told(browser, embedded_site, prepared):
    """An answer that waited on one phone does not beat a newer one; nor does a stale page."""
    one = next(prepared)
    with (
        attempt_page(browser, embedded_site, one) as first,
        attempt_page(browser, embedded_site, one) as second,
    ):
        first.context.set_offline(True)
        tick(first, 1, "選択肢a")
        saved(first).to_contain_text("まだ保存できていません")
        tick(second, 1, "選択肢b")
        saved(second).to_have_text("保存しました")
        first.context.set_offline(False)
        expect(first.locator(".quiz-shared")).to_contain_text("別の画面や端末で、新しい解答")
        saved(first).to_have_text("保存しました")
        assert read_saved(embedded_site, one)[one.questions[0]] == "key-b"
        # What the learner sees here does not change unasked.
        expect(first.locator("#item-1").get_by_label("選択肢a")).to_be_checked()

        tick(first, 3, "正しい")
        saved(first).to_contain_text("保存しました")
        first.get_by_role("button", name="解答を提出する").tap()
        expect(first.get_by_text("いま有効な解答です").first).to_be_visible()
        expect(first.locator("#item-1").get_by_label("選択肢b")).to_be_checked()
        assert read_attempts(embedded_site, one) == [(None, 0)]


def test_double_tap_and_back_button_are_one_attempt(browser, embedded_site, prepared):
    one = next(prepared)
    posts = []
    with attempt_page(browser, embedded_site, one) as page:
        tick_all_right(page)
        saved(page).to_have_text("保存しました")
        page.on("request", lambda r: posts.append(r.url) if r.method == "POST" else None)
        page.get_by_role("button", name="解答を提出する").evaluate("b => { b.click(); b.click(); }")
        expect(page.get_by_text("合格", exact=True).first).to_be_visible()
        assert posts == [url_of(embedded_site, one)]
        page.go_back()
        expect(page.get_by_text("合格", exact=True).first).to_be_visible()
    assert read_attempts(embedded_site, one) == [(100, 1)]


def test_session_that_ended_keeps_the_answers_until_sign_in(browser, embedded_site, prepared):
    one = next(prepared)
    with attempt_page(browser, embedded_site, one) as page:
        page.context.clear_cookies(name="sessionid")
        tick(page, 1, "選択肢b")
        saved(page).to_contain_text("もう一度ログインしてください")
        with page.context.expect_page() as opened:
            page.get_by_role("link", name="ログインする（新しいタブ）").tap()
        other = opened.value
        story.sign_in_with_password(other, one.email, PASSWORD)
        other.locator("#item-1").wait_for()
        other.close()
        page.bring_to_front()
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        saved(page).to_have_text("保存しました")
        assert read_saved(embedded_site, one) == {one.questions[0]: "key-b"}
        page.get_by_role("button", name="あとで続ける").tap()
        expect(page.locator("#item-1").get_by_label("選択肢b")).to_be_checked()


def test_failing_server_is_asked_again_with_the_same_number(browser, embedded_site, prepared):
    one = next(prepared)
    numbers = []

    def lose_the_reply(route):
        numbers.append(re.search(r"number=(\d+)", route.request.post_data)[1])
        if len(numbers) == 1:
            route.fetch()
            route.fulfill(status=502)
        else:
            route.continue_()

    with attempt_page(browser, embedded_site, one) as page:
        page.route("**/save/", lose_the_reply)
        tick(page, 1, "選択肢b")
        saved(page).to_have_text("保存しました")
        tick(page, 1, "選択肢a")
        saved(page).to_have_text("保存しました")
    first, again, following = map(int, numbers)
    assert first == again < following
    assert read_saved(embedded_site, one) == {one.questions[0]: "key-a"}


def client_of(page):
    return page.locator("input[name=client]").input_value()


def test_copy_of_a_tab_is_a_client_of_its_own(browser, embedded_site, prepared):
    one = next(prepared)
    with attempt_page(browser, embedded_site, one) as page:
        tick(page, 1, "選択肢a")
        saved(page).to_have_text("保存しました")
        with page.expect_popup() as opened:
            page.evaluate("() => { window.open(location.href) }")
        copy = opened.value
        tick(copy, 1, "選択肢b")
        saved(copy).to_have_text("保存しました")
        tick(page, 3, "正しい")
        saved(page).to_have_text("保存しました")
        tick(copy, 2, "選択肢c")
        saved(copy).to_have_text("保存しました")
        assert client_of(copy) != client_of(page)
        for each in (page, copy):
            before = client_of(each)
            each.reload()
            expect(each.locator("input[name=client]")).to_have_value(before)
    first, second, third = one.questions
    assert read_saved(embedded_site, one) == {first: "key-b", second: ["key-c"], third: True}


def test_reload_without_a_connection_goes_on_as_the_same_client(browser, embedded_site, prepared):
    one = next(prepared)
    sent = []
    with attempt_page(browser, embedded_site, one) as page:
        page.on("dialog", lambda dialog: dialog.accept())
        tick(page, 1, "選択肢a")
        saved(page).to_have_text("保存しました")
        client = client_of(page)
        page.evaluate("() => { window.fetch = () => Promise.reject() }")
        tick(page, 1, "選択肢b")
        saved(page).to_contain_text("まだ保存できていません")
        page.on("request", lambda r: sent.append(r.post_data) if r.method == "POST" else None)
        page.reload()
        saved(page).to_have_text("保存しました")
        assert client_of(page) == client
    assert [re.search(r"client=(\w+)", each)[1] for each in sent] == [client]


def test_number_that_was_used_already_is_sent_under_a_new_id(browser, embedded_site, prepared):
    one = next(prepared)
    with attempt_page(browser, embedded_site, one) as page:
        client = client_of(page)
        page.route(
            "**/save/",
            lambda route: route.fulfill(status=409, json={"renew": True}),
            times=1,
        )
        tick(page, 1, "選択肢b")
        saved(page).to_have_text("保存しました")
        assert re.fullmatch(r"[A-Za-z0-9]{12}", client_of(page))
        assert client_of(page) != client
    assert read_saved(embedded_site, one) == {one.questions[0]: "key-b"}


def test_clock_that_steps_does_not_date_an_answer_back(browser, embedded_site, prepared):
    one = next(prepared)
    with attempt_page(browser, embedded_site, one) as page:
        page.context.set_offline(True)
        tick(page, 1, "選択肢b")
        saved(page).to_contain_text("まだ保存できていません")
        page.evaluate("() => { const now = Date.now; Date.now = () => now() + 3600000 }")
        with page.expect_request("**/save/") as sent:
            page.context.set_offline(False)
        assert int(re.search(r"age=(\d+)", sent.value.post_data)[1]) < 60_000
        saved(page).to_have_text("保存しました")


def test_attempt_that_is_no_more_is_not_waited_for(browser, embedded_site, prepared):
    one = next(prepared)
    with attempt_page(browser, embedded_site, one) as page:
        page.route("**/save/", lambda route: route.fulfill(status=404))
        with page.expect_event("framenavigated"):
            tick(page, 1, "選択肢b")
        # The page is there nevertheless: it is not loaded again and again.
        saved(page).to_contain_text("まだ保存できていません")
        page.unroute("**/save/")
        saved(page).to_have_text("保存しました")


def test_slow_first_save_does_not_beat_the_next_one(browser, embedded_site, prepared):
    """The first request of a phone waits for the radio: its answer looks younger than it is."""
    one = next(prepared)

    held = []
    with attempt_page(browser, embedded_site, one) as page:
        # Playwright cannot take a built-in.
        page.route("**/save/", lambda route: held.append(route), times=1)  # noqa: PLW0108
        tick(page, 1, "選択肢a")
        page.wait_for_timeout(300)
        tick(page, 1, "選択肢b")
        page.wait_for_timeout(1500)
        held[0].continue_()
        saved(page).to_have_text("保存しました")
    assert read_saved(embedded_site, one) == {one.questions[0]: "key-b"}


def test_deadline_hands_in_what_was_saved(browser, embedded_site, others):
    one = others[1]
    with attempt_page(browser, embedded_site, one) as page:
        expect(page.locator(".quiz-time")).to_contain_text("約30分")
        set_deadline(embedded_site, one, seconds=4)
        page.reload()
        tick(page, 1, "選択肢b")
        saved(page).to_have_text("保存しました")
        expect(page.locator("main h1")).to_contain_text("結果")
    ((score, submitted),) = read_attempts(embedded_site, one)
    assert (round(score), submitted) == (33, 1)


def test_five_minutes_and_one_minute_are_announced(browser, embedded_site, others):
    one = others[2]
    set_deadline(embedded_site, one, seconds=6 * 60 - 3)
    with attempt_page(browser, embedded_site, one) as page:
        page.clock.install()
        page.reload()
        left = page.locator(".quiz-bar .quiz-left")
        heard = []
        for seconds in (0, 70, 60, 60, 60, 60):
            page.clock.run_for(seconds * 1000)
            heard.append((left.inner_text(), left.get_attribute("aria-live")))
        words = [f"残り時間は約{n}分です" for n in range(6, 1, -1)]
        assert heard == [
            (text, "polite" if "約5分" in text or "1分未満" in text else "off")
            for text in [*words, "残り時間は1分未満です"]
        ]


def test_deadline_without_a_connection_promises_nothing(browser, embedded_site, others):
    one = others[3]
    with attempt_page(browser, embedded_site, one) as page:
        set_deadline(embedded_site, one, seconds=4)
        page.reload()
        tick(page, 1, "選択肢b")
        saved(page).to_have_text("保存しました")
        page.context.set_offline(True)
        tick(page, 3, "正しい")
        expect(page.locator(".quiz-bar .quiz-left")).to_have_text("制限時間になりました")
        saved(page).to_have_attribute("data-state", "over")
        page.get_by_role("button", name="解答を提出する").tap()
        # The page counts whole seconds and may be one ahead of the server.
        page.wait_for_timeout(1500)
        saved(page).to_have_attribute("data-state", "over")
        page.context.set_offline(False)
        expect(page.locator("main h1")).to_contain_text("結果")
    ((score, submitted),) = read_attempts(embedded_site, one)
    assert (round(score), submitted) == (33, 1)


def test_whole_attempt_without_javascript_one_question_a_page(browser, embedded_site, others):
    one = others[0]
    with attempt_page(browser, embedded_site, one, javascript=False) as page:
        tick(page, 1, "選択肢b")
        page.get_by_role("button", name="保存して次へ").tap()
        tick(page, 2, "選択肢b")
        page.get_by_role("button", name="保存して次へ").tap()
        tick(page, 3, "正しい")
        page.get_by_role("button", name="解答を提出する").tap()
        expect(page.locator("main h1")).to_contain_text("結果")
    ((score, submitted),) = read_attempts(embedded_site, one)
    assert (round(score), submitted) == (67, 1)


def test_whole_attempt_by_keyboard(browser, embedded_site, prepared):
    one = next(prepared)
    with attempt_page(browser, embedded_site, one, width=1280) as page:
        page.locator("#item-1").focus()
        press = page.keyboard.press
        press("Tab")
        for _key in range(2):
            press("Space" if _key == 0 else "ArrowDown")
        press("Tab")
        press("Tab")
        press("Space")
        press("Tab")
        press("Space")
        press("Tab")
        press("Space")
        saved(page).to_have_text("保存しました")
        press("Tab")
        press("Tab")
        assert page.evaluate("document.activeElement.innerText") == "解答を提出する"
        press("Enter")
        expect(page.get_by_text("合格", exact=True).first).to_be_visible()
    assert read_attempts(embedded_site, one) == [(100, 1)]


def test_how_pages_look_is_changed_by_its_button_only_and_costs_no_answer(
    browser, embedded_site, prepared
):
    one = next(prepared)
    with attempt_page(browser, embedded_site, one) as page:
        page.get_by_text("表示の設定").tap()
        page.evaluate("document.body.dataset.isOld = true")
        furigana = page.locator("#display [name=furigana]")
        furigana.first.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_load_state("networkidle")
        expect(furigana.last).to_be_focused()
        expect(page.locator("[data-is-old]")).to_have_count(1)

        page.context.set_offline(True)
        tick(page, 1, "選択肢c")
        page.get_by_role("button", name="この表示にする").tap()
        saved(page).to_contain_text("送信していません")
        page.context.set_offline(False)
        page.get_by_role("button", name="この表示にする").tap()
        expect(page.locator("#item-1 ruby").first).to_be_visible()
        expect(page.locator("[data-is-old]")).to_have_count(0)
        expect(page.locator("#item-1 input[type=radio]").nth(2)).to_be_checked()
        page.get_by_role("button", name="English").tap()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        expect(page.locator("#item-1 input[type=radio]").nth(2)).to_be_checked()
    assert read_saved(embedded_site, one) == {one.questions[0]: "key-c"}


def test_what_was_typed_is_not_lost_without_asking(browser, embedded_site):
    asked = []
    with phone(browser) as page:
        page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
        page.goto(f"{embedded_site.base_url}/account/login/?by=password")
        page.get_by_role("button", name="English").tap()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        page.locator("main input[type=email]").first.fill("hanako@example.com")
        page.get_by_role("button", name="日本語").tap()
        expect(page.locator("main input[type=email]").first).to_have_value("hanako@example.com")
        page.get_by_text("How pages look").tap()
        page.get_by_label("Very large").check()
        page.get_by_role("button", name="Show pages like this").tap()
        expect(page.locator("#display details")).not_to_have_attribute("open", "")
        expect(page.locator("html")).to_have_attribute("data-text-size", "larger")
        expect(page.locator("main input[type=email]").first).to_have_value("hanako@example.com")
    assert len(asked) == 1
