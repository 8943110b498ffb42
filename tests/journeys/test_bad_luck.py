"""What bad input and bad luck get."""

import pytest
from playwright.sync_api import expect

from . import story
from .conftest import phone

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]


def test_undrawable_name_is_told_with_the_character_and_loses_nothing(browser, embedded_site):
    with phone(browser) as page:
        story.open_account(page, embedded_site.base_url)
        story.accept_purpose(page)
        story.enter_name(page, "髙橋 😀")
        expect(page.get_by_text("「😀」").first).to_be_visible()
        expect(page.get_by_label("フリガナ")).to_have_value("たかはし よしえ")


def test_registration_is_gone_on_with_later_where_it_was_left(browser, embedded_site):
    with phone(browser) as page:
        address = story.open_account(page, embedded_site.base_url)
        story.accept_purpose(page)
        story.enter_name(page, story.NAME)
        page.get_by_label("区分").select_option(label="集落支援員")
        page.get_by_label("退任日").fill("去年の春")
        page.get_by_role("button", name="戻る").tap()
        expect(page.get_by_label("氏名", exact=True)).to_have_value(story.NAME)
        page.get_by_role("button", name="保存して、あとで続ける").tap()
        expect(page.get_by_role("heading", name="入力した内容を保存しました")).to_be_visible()
    with phone(browser, javascript=False) as page:
        page.goto(f"{embedded_site.base_url}/learn/")
        page.get_by_label("メールアドレス").fill(address)
        page.get_by_role("button", name="ログインのメールを送る").tap()
        story.enter_code(page, address)
        expect(page.get_by_label("区分")).to_have_value("supporter")
        expect(page.get_by_label("退任日")).to_have_value("去年の春")


def test_answers_are_there_after_the_session_ran_out(browser, embedded_site):
    with phone(browser) as page:
        address = story.open_account(page, embedded_site.base_url)
        story.register(page)
        page.get_by_role("button", name="受講登録する").first.tap()
        story.start_next_quiz(page)
        story.answer_all(page)
        before = page.locator("input:checked").count()
        token = [c for c in page.context.cookies() if c["name"] == "csrftoken"]
        page.context.clear_cookies()
        page.context.add_cookies(token)

        page.get_by_role("button", name="解答を提出する").tap()
        page.get_by_label("メールアドレス").fill(address)
        page.get_by_role("button", name="ログインのメールを送る").tap()
        story.enter_code(page, address)

        expect(page.get_by_text("解答は残っています")).to_be_visible()
        assert page.locator("input:checked").count() == before
        page.get_by_role("button", name="解答を提出する").tap()
        expect(page.get_by_text("合格", exact=True).first).to_be_visible()


@pytest.mark.parametrize("typed", ["", "abc", "0000-0000-0000Z", "/../..", "%00", "あ" * 50])
def test_wrong_codes_get_a_calm_answer(browser, embedded_site, typed):
    with phone(browser) as page:
        page.goto(f"{embedded_site.base_url}/v/")
        page.get_by_label("確認用コード").fill(typed)
        page.locator("form[method=get]").evaluate("form => form.noValidate = true")
        with page.expect_navigation() as navigation:
            page.get_by_role("button", name="確認する").first.tap()
        assert navigation.value.status == 200
        expect(page.locator("main h1")).to_be_visible()
