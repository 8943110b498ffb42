"""Which pictures the handbooks show. A selector is CSS, with words after " :: " if need be."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

Act = Callable[[Page, dict[str, Any]], None]


@dataclass(frozen=True)
class Shot:
    """Of `parts` the picture is cut out, round those of `press` it has numbered rings. `words`,
    if given, say instead of `parts` what must be read in it word by word: not what other journeys
    and the days change."""

    name: str
    who: str
    path: str
    parts: tuple[str, ...]
    press: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    act: Act | None = None
    screen: str = "editor"
    height: int = 900


def public(name: str, who: str, path: str, *parts: str, **options: Any) -> Shot:
    return Shot(name, who, path, parts, screen="public", **options)


def open_actions(page: Page, _numbers: dict[str, Any]) -> None:
    page.get_by_role("button", name="その他の操作").last.click()


def open_blocks(page: Page, _numbers: dict[str, Any]) -> None:
    page.locator(BODY).get_by_role("button", name="ブロックを挿入").last.click()
    page.get_by_text("すること・しないこと").last.wait_for()


def open_preview(page: Page, _numbers: dict[str, Any]) -> None:
    page.get_by_role("button", name="プレビューの表示を切り替え").click()
    # Its own journeys look at what is in the frame; it takes a while, and is not part of this.
    page.get_by_label("プレビューの種類").wait_for()
    page.frame_locator("#w-preview-iframe, .w-preview__iframe").get_by_role(
        "heading", name="相談会の準備"
    ).first.wait_for()
    page.wait_for_timeout(300)


def open_schedule(page: Page, _numbers: dict[str, Any]) -> None:
    page.get_by_role("button", name="ステータスの表示を切り替え").click()
    page.get_by_role("button", name="公開予定を設定").click()
    page.get_by_role("dialog").get_by_role("button").last.wait_for()


def open_status(page: Page, _numbers: dict[str, Any]) -> None:
    page.get_by_role("button", name="ステータスの表示を切り替え").click()
    page.get_by_text("公開予定を設定").wait_for()


def scroll_to(selector: str) -> Act:
    def act(page: Page, _numbers: dict[str, Any]) -> None:
        page.locator(selector).first.scroll_into_view_if_needed()

    return act


def upload_roster(page: Page, _numbers: dict[str, Any]) -> None:
    roster = (
        "氏名,フリガナ,メールアドレス,区分,着任日\n"
        "松本 葵,マツモト アオイ,matsumoto@example.jp,地域おこし協力隊の隊員,令和8年4月1日\n"
        "前田 進,マエダ ススム,maeda＠example.jp,集落支援員,2026/4/1\n"
        "中村 薫,ナカムラ カオル,nakamura,集落支援員,2026/4/1\n"
    )
    file = {"name": "名簿.csv", "mimeType": "text/csv", "buffer": roster.encode()}
    page.locator("input[type=file]").set_input_files(file)
    with page.expect_navigation():
        page.get_by_role("button", name="アップロードして確かめる").click()
    from .handbooks import PRESS, STYLE  # noqa: PLC0415

    page.add_style_tag(content=STYLE)
    page.add_script_tag(path=PRESS)


BODY = "[data-contentpath=body]"
TITLE = ".w-field[data-field='title'], #id_title"
SAVE = "footer button :: 下書きを保存"

SHOTS = (
    public(
        "sign-in",
        "",
        "/account/login/",
        "main h1",
        "main",
        press=("input[type=email]", "main form button"),
    ),
    public("second-step", "newcomer", "/account/2fa/", "main", press=("a :: パスキーを設定する", "a :: 認証アプリを設定する")),
    Shot(
        "desk",
        "editor",
        "/editor/",
        (".desk",),
        press=(".desk__part a",),
        words=(".desk > h2", ".desk__part", "#desk-due, [id=desk-due]"),
    ),
    Shot(
        "modules",
        "editor",
        "/editor/pages/{course}/",
        ("#main header, header", "table"),
        press=("header a[href*=add_subpage]", "table a :: 相談会の準備"),
    ),
    Shot(
        "module",
        "editor",
        "/editor/pages/{module}/edit/",
        ("#main",),
        press=("#id_title", "#id_summary", SAVE),
        words=("header", "footer"),
    ),
    Shot("blocks", "editor", "/editor/pages/{module}/edit/", (".w-combobox",), act=open_blocks, press=(".w-combobox [role=option] :: すること・しないこと",)),
    Shot("do-dont", "editor", "/editor/pages/{module}/edit/", ("[data-contentpath=body]",), height=1900),
    Shot("preview", "editor", "/editor/pages/{module}/edit/", ("#main",), act=open_preview, press=("[aria-label='プレビューの表示を切り替え']", "#id_preview_mode, [name=preview_mode], .form-side select")),
    Shot("check-way", "editor", "/editor/pages/{module}/edit/", ("#main",), act=lambda page, _n: page.locator("header").get_by_role("button", name="操作").first.click()),
    Shot("check", "editor", "/editor/training/courses/{course}/check/", ("#main",)),
    Shot("submit", "editor", "/editor/pages/{module}/edit/", ("footer",), act=open_actions, press=("footer button :: 承認者による承認に提出する",)),
    Shot("approve", "approver", "/editor/pages/{waiting_module}/edit/", ("footer",), act=open_actions, press=("footer button :: 修正を依頼", "footer button :: コメントを付けて承認して公開")),
    Shot("schedule", "approver", "/editor/pages/{module}/edit/", ("#main",), act=open_schedule),
    Shot("history", "editor", "/editor/pages/{module}/history/", ("#main",)),
    Shot("compare", "editor", "/editor/pages/{module}/revisions/compare/{old}...{new}/", ("#main",)),
    Shot("question", "keeper", "/editor/snippets/lms_training/question/edit/{question}/", ("#main",), height=2600),
    Shot("quiz", "keeper", "/editor/snippets/lms_training/quiz/edit/{quiz}/", ("#main",), height=2600),
    Shot("import", "keeper", "/editor/questions/exchange/", ("#main",)),
    Shot("term", "approver", "/editor/snippets/cms/glossaryterm/edit/{term}/", ("#main",)),
    public("office", "officer", "/learn/offices/{town}/", "main", height=1600),
    public("waiting", "officer", "/learn/offices/{town}/waiting/", "main", press=("main input[type=checkbox]", "button :: 選んだ人を確認する")),
    public("invite", "officer", "/learn/offices/{town}/invitations/", "main", press=("a :: 空のファイル", "button :: アップロードして確かめる")),
    public("invite-check", "officer", "/learn/offices/{town}/invitations/", "main", act=upload_roster, height=1400),
    public("person", "officer", "/learn/offices/{town}/people/{person}/", "main"),
    public("verify", "", "/v/", "main", height=1700),
    public("verify-answer", "", "/v/{code}/", "main", height=1700),
    public("lists", "officer", "/certificates/lists/", "main"),
    public("list", "officer", "/certificates/lists/{list}/", "main"),
    public("notices", "officer", "/offices/notices/", "main"),
    public("notice", "officer", "/offices/notices/{notice}/", "main", height=4000),
)
