"""Passkeys need a browser, and so does the button that goes back."""

import pytest
from playwright.sync_api import Page, expect

from cms.demo.accounts import DEMO_ACCOUNTS

from . import story
from .conftest import phone

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]


def give_passkeys(page: Page) -> None:
    """A device that has seen the right finger."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    options |= {"hasUserVerification": True, "isUserVerified": True}
    options |= {"automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_passkey_is_set_up_named_used_and_removed(browser, embedded_site):
    # A passkey belongs to a name: no browser makes one for a bare address.
    site = embedded_site.base_url.replace("127.0.0.1", "localhost")
    with phone(browser) as page:
        problems = []
        page.on("console", lambda m: problems.append(m.text) if "Policy" in m.text else None)
        give_passkeys(page)
        story.open_account(page, site)
        page.goto(f"{site}/account/2fa/webauthn/add/")
        page.get_by_label("このパスキーの名前").fill("わたしの電話")
        page.get_by_role("button", name="パスキーを設定する").tap()
        expect(page.get_by_text("予備コードを作りました")).to_be_visible()
        page.goto(f"{site}/account/")
        story.sign_out(page)

        page.goto(f"{site}/account/login/?next=/account/2fa/webauthn/")
        page.get_by_label("みんなで使うパソコンです").check()
        page.get_by_role("button", name="パスキーでログインする").tap()
        expect(page.get_by_text("わたしの電話")).to_be_visible()
        page.get_by_role("link", name="このパスキーを削除する").tap()
        page.get_by_role("button", name="このパスキーを削除する").tap()
        expect(page.get_by_text("パスキーを削除しました")).to_be_visible()
        assert problems == []
        session = [cookie for cookie in page.context.cookies() if cookie["name"] == "sessionid"]
        assert session[0]["expires"] == -1


def test_link_in_the_mail_signs_in_on_the_telephone_that_opens_it(browser, embedded_site):
    with phone(browser) as asking, phone(browser, javascript=False) as reading:
        address = story.open_account(asking, embedded_site.base_url)
        story.sign_out(asking)
        asking.goto(f"{embedded_site.base_url}/account/login/")
        asking.get_by_label("メールアドレス").fill(address)
        asking.get_by_role("button", name="ログインのメールを送る").tap()
        asking.get_by_label("6桁の数字").wait_for()
        link, _code = story.read_mail(asking, address)
        reading.goto(link)
        with reading.expect_navigation():
            reading.get_by_role("button", name="ログインする").tap()
        reading.goto(f"{embedded_site.base_url}/account/")
        expect(reading.get_by_text(address)).to_be_visible()


def test_going_back_after_signing_out_shows_nothing(browser, embedded_site):
    _role, address, password = DEMO_ACCOUNTS[0]
    with phone(browser) as page:
        page.goto(f"{embedded_site.base_url}/account/login/")
        story.sign_in_with_password(page, address, password)
        page.goto(f"{embedded_site.base_url}/account/")
        expect(page.locator("main").get_by_text(address)).to_be_visible()
        story.sign_out(page)
        expect(page.get_by_text("ログアウトしました")).to_be_visible()
        page.go_back()
        expect(page.get_by_role("heading", name="ログイン", exact=True)).to_be_visible()
        assert address not in page.content()
