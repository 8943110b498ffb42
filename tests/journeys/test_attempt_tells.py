"""What an open attempt tells: of other tabs, and of what is still open."""

import re

import pytest
from playwright.sync_api import expect

from .attempts import (
    attempt_page,
    prepare_attempts,
    read_attempts,
    read_saved,
    saved,
    tick,
    tick_all_right,
    url_of,
)

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]


@pytest.fixture(scope="module")
def prepared(embedded_site):
    return iter(prepare_attempts(embedded_site, *[{}] * 5))


def newer(page):
    return page.get_by_role("link", name="いま有効な解答を表示する")


def become_visible(page):
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_newer_answers_of_another_tab_are_offered_and_nothing_is_lost(
    browser, embedded_site, prepared
):
    one = next(prepared)
    with attempt_page(browser, embedded_site, one) as page:
        other = page.context.new_page()
        other.goto(url_of(embedded_site, one))
        with page.expect_response("**/save/"):
            become_visible(page)
        expect(newer(page)).to_be_hidden()
        tick(other, 1, "選択肢b")
        saved(other).to_have_text("保存しました")
        become_visible(page)
        expect(newer(page)).to_be_visible()
        expect(page.locator("#item-1").get_by_label("選択肢b")).not_to_be_checked()

        # Without a connection the page stays, with what was given on it.
        page.context.set_offline(True)
        tick(page, 3, "正しい")
        saved(page).to_contain_text("まだ保存できていません")
        newer(page).click()
        saved(page).to_contain_text("送信していません")
        expect(page.locator("#item-3").get_by_label("正しい")).to_be_checked()

        page.context.set_offline(False)
        saved(page).to_have_text("保存しました")
        newer(page).click()
        expect(page.locator("#item-1").get_by_label("選択肢b")).to_be_checked()
        expect(page.locator("#item-3").get_by_label("正しい")).to_be_checked()
        expect(newer(page)).to_be_hidden()
        become_visible(other)
        expect(newer(other)).to_be_visible()
    first, _second, third = one.questions
    assert read_saved(embedded_site, one) == {first: "key-b", third: True}


def test_looking_without_a_connection_says_nothing_untrue(browser, embedded_site, prepared):
    """Nothing waits to be saved: there is nothing to tell."""
    one = next(prepared)
    with attempt_page(browser, embedded_site, one) as page:
        page.context.set_offline(True)
        with page.expect_event("requestfailed"):
            become_visible(page)
        saved(page).to_have_text("")


def test_tab_of_an_attempt_handed_in_elsewhere_shows_the_result(browser, embedded_site, prepared):
    one = next(prepared)
    with attempt_page(browser, embedded_site, one) as page:
        other = page.context.new_page()
        other.goto(url_of(embedded_site, one))
        tick_all_right(other)
        other.get_by_role("button", name="解答を提出する").click()
        expect(other.locator("main h1")).to_contain_text("結果")
        become_visible(page)
        expect(page.locator("main h1")).to_contain_text("結果")


def test_copy_that_goes_on_under_the_same_name_is_not_taken_for_a_repeat(
    browser, embedded_site, prepared
):
    """A tab is copied, answers b, then c, and is closed; the copy answers b."""
    one = next(prepared)
    with attempt_page(browser, embedded_site, one) as page:
        tick(page, 1, "選択肢a")
        saved(page).to_have_text("保存しました")
        copied = page.evaluate("JSON.stringify(sessionStorage)")
        for letter in "bc":
            tick(page, 1, f"選択肢{letter}")
            saved(page).to_have_text("保存しました")
        copy = page.context.new_page()
        # As the browser hands a copy its storage, before the page's script reads it.
        copy.add_init_script(f"Object.assign(sessionStorage, {copied})")
        client = page.locator("input[name=client]").input_value()
        page.close()
        copy.goto(url_of(embedded_site, one))
        expect(copy.locator("input[name=client]")).to_have_value(client)
        tick(copy, 1, "選択肢b")
        saved(copy).to_have_text("保存しました")
    assert read_saved(embedded_site, one) == {one.questions[0]: "key-b"}


def test_marks_of_open_questions_go_as_they_are_answered(browser, embedded_site, prepared):
    one = next(prepared)
    with attempt_page(browser, embedded_site, one) as page:
        summary = page.locator("#open-items")
        marks = page.locator(".form-field__error").filter(has_text="未解答")
        page.get_by_role("button", name="解答を提出する").click()
        expect(summary.get_by_role("listitem")).to_have_count(3)
        tick(page, 1, "選択肢b")
        expect(summary.get_by_role("listitem")).to_have_count(2)
        expect(marks).to_have_count(2)
        touched = page.locator("#item-2").get_by_label("選択肢b", exact=True)
        touched.check()
        place = touched.bounding_box()["y"]
        expect(marks).to_have_count(1)
        # What is beneath the finger stays there.
        assert abs(touched.bounding_box()["y"] - place) < 2
        expect(page.get_by_role("button", name="このまま提出する")).to_be_visible()
        tick(page, 3, "正しい")
        expect(summary).to_be_hidden()
        expect(marks).to_have_count(0)
        expect(page).not_to_have_title(re.compile("確認してください"))

        # Taken back, it is open again: at once, and to the server when it is handed in.
        page.locator("#item-2").get_by_label("選択肢b", exact=True).uncheck()
        expect(summary.get_by_role("listitem")).to_have_count(1)
        expect(marks).to_have_count(1)
        tick(page, 2, "選択肢a")
        expect(summary).to_be_hidden()
        page.route("**/save/", lambda route: route.abort())
        page.locator("#item-2").get_by_label("選択肢a", exact=True).uncheck()
        page.unroute("**/save/")
        page.get_by_role("button", name="解答を提出する").click()
        expect(summary).to_be_focused()
        expect(summary.get_by_role("listitem")).to_have_count(1)
        page.get_by_role("button", name="このまま提出する").click()
        expect(page.locator("main h1")).to_contain_text("結果")
    ((score, submitted),) = read_attempts(embedded_site, one)
    assert (round(score), submitted) == (67, 1)
