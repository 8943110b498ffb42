"""What a person does on the site, in one place for every journey."""

import re
import tomllib
from functools import cache
from pathlib import Path
from uuid import uuid4

from playwright.sync_api import Locator, Page

MODULES = Path(__file__).resolve().parents[2] / "cms" / "demo" / "modules"
NAME = "髙橋 𠮷江"


@cache
def read_questions() -> dict[str, dict]:
    """Every question of the course by its text."""
    files = (tomllib.loads(path.read_text("utf-8")) for path in sorted(MODULES.glob("*.toml")))
    return {question["stem"]: question for file in files for question in file["questions"]}


def open_account(page: Page, base_url: str) -> str:
    """From the first page to the registration form. Returns the address."""
    address = f"{uuid4()}@example.jp"
    page.goto(base_url)
    page.get_by_role("link", name="講座を見て、はじめる").tap()
    if page.url.endswith("#courses"):
        # Other journeys have added courses: the home page leads to its list of them.
        page.get_by_role("link", name="地域でスマホを教える人のための").first.tap()
    page.get_by_role("button", name="受講登録する").first.tap()
    page.get_by_role("link", name="アカウントを作る").tap()
    page.get_by_label("メールアドレス").fill(address)
    page.locator("main").get_by_role("button", name="アカウントを作る").tap()
    enter_code(page, address)
    return address


def read_mail(page: Page, address: str) -> tuple[str, str]:
    """The link and the code of the newest mail to this address, from the demonstration's mails."""
    top = "/".join(page.url.split("/")[:3])
    mails = page.context.request.get(f"{top}/mail/").text()
    for found in re.findall(r'href="(/mail/[0-9-]+/)', mails):
        mail = page.context.request.get(f"{top}{found}").text()
        if address in mail:
            link = re.search(r"http[^\s\"<]+/account/sign-in/[^\s\"<]+", mail)
            return link[0], re.search(r"^(\d{6})$", mail, re.MULTILINE)[1]
    raise AssertionError(f"no mail to {address}")


def enter_code(page: Page, address: str) -> None:
    page.get_by_label("6桁の数字").wait_for()
    _link, code = read_mail(page, address)
    page.get_by_label("6桁の数字").fill(code)
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name="ログイン").first.tap()


def sign_in_with_password(page: Page, address: str, password: str) -> None:
    """From the page for signing in."""
    page.get_by_role("link", name="パスワードでログインする").click()
    page.get_by_label("メールアドレス").fill(address)
    page.get_by_label("パスワード", exact=True).fill(password)
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name="ログイン", exact=True).click()


def sign_out(page: Page) -> None:
    with page.expect_navigation():
        page.locator("header").get_by_role("button", name="ログアウト").click()


def register(page: Page, *, javascript: bool = True, name: str = NAME) -> None:
    """Three steps, from the purpose notice to the button that registers."""
    accept_purpose(page)
    enter_name(page, name)
    page.get_by_label("区分").select_option(label="地域おこし協力隊の隊員")
    page.get_by_label("着任日").fill("令和8年4月1日")
    page.get_by_label("都道府県", exact=True).select_option(label="山形県")
    if not javascript:
        page.get_by_role("button", name="市区町村の一覧を表示する").tap()
    page.locator("#id_municipality option[value='063029']").wait_for(state="attached")
    page.get_by_label("市区町村", exact=True).select_option(label="中山町")
    page.get_by_role("button", name="登録する", exact=True).tap()


def accept_purpose(page: Page) -> None:
    page.get_by_label("利用目的を確認しました").check()
    page.get_by_role("button", name="次へ進む").last.tap()


def enter_name(page: Page, name: str) -> None:
    page.get_by_label("氏名", exact=True).fill(name)
    page.get_by_label("フリガナ").fill("たかはし よしえ")
    page.get_by_role("button", name="次へ進む").last.tap()


def start_next_quiz(page: Page) -> None:
    """From the page of the course, or of a result, into the next quiz."""
    page.get_by_role("link", name="単元").filter(has_text="」").first.tap()
    page.get_by_role("button", name="確認テストを受ける").tap()


def answer(item: Locator, question: dict) -> None:
    if question["kind"] == "true_false":
        item.get_by_label("正しい" if question["answer"] else "誤り", exact=True).check()
        return
    for choice in question["choices"]:
        if choice["correct"]:
            item.get_by_label(choice["text"], exact=True).check()


def answer_all(page: Page) -> None:
    page.locator("fieldset.choices").first.wait_for()
    for item in page.locator("fieldset.choices").all():
        answer(item, read_questions()[item.locator(".stem p").first.inner_text()])


def pass_all_quizzes(page: Page) -> None:
    """Ends on the result of the last one."""
    for _module in range(8):
        start_next_quiz(page)
        answer_all(page)
        page.get_by_role("button", name="解答を提出する").tap()
        page.get_by_text("合格", exact=True).first.wait_for()
