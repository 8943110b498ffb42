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
    width: int = 1000
    height: int = 900


def public(name: str, who: str, path: str, *parts: str, **options: Any) -> Shot:
    return Shot(name, who, path, parts, width=800, **options)


def open_actions(page: Page, _numbers: dict[str, Any]) -> None:
    page.get_by_role("button", name="その他の操作").last.click()


def open_blocks(page: Page, _numbers: dict[str, Any]) -> None:
    page.locator(BODY).get_by_role("button", name="ブロックを挿入").last.click()
    page.get_by_text("すること・しないこと").last.wait_for()


def open_preview(page: Page, _numbers: dict[str, Any]) -> None:
    page.get_by_role("button", name="プレビューの表示を切り替え").click()
    # Its own journeys look at what is in the frame; it takes a while, and is not part of this.
    page.get_by_label("プレビューの種類").wait_for()
    frame = page.frame_locator("iframe[data-w-preview-target=iframe]").first
    frame.get_by_role("heading", name="相談会の準備").first.wait_for()


def open_schedule(page: Page, _numbers: dict[str, Any]) -> None:
    page.get_by_role("button", name="ステータスの表示を切り替え").click()
    page.get_by_role("button", name="公開予定を設定").click()
    page.get_by_role("dialog").get_by_role("button").last.wait_for()


def open_page_actions(page: Page, _numbers: dict[str, Any]) -> None:
    page.locator("header").get_by_role("button", name="操作").first.click()
    page.get_by_text("講座全体を点検する").wait_for()


def open_question_actions(page: Page, _numbers: dict[str, Any]) -> None:
    page.locator("header").get_by_role("button", name="操作").first.click()
    page.get_by_text("設問の取り込み").first.wait_for()


def open_version(page: Page, _numbers: dict[str, Any]) -> None:
    page.locator("tbody tr:nth-child(2) button").first.click()
    page.get_by_text("この版を確認").first.wait_for()


def show_stuck(page: Page, _numbers: dict[str, Any]) -> None:
    page.get_by_role("link", name="うち止まっている人").click()


def upload_course(page: Page, numbers: dict[str, Any]) -> None:
    page.locator("input[type=file]").set_input_files(numbers["course_file"])
    with page.expect_navigation():
        page.get_by_role("button", name="取り込む内容を確かめる").click()


def upload_roster(page: Page, _numbers: dict[str, Any]) -> None:
    roster = (
        "氏名,フリガナ,メールアドレス,区分,着任日\n"
        "松本 葵,マツモト アオイ,matsumoto@example.jp,地域おこし協力隊の隊員,令和8年4月1日\n"
        "前田 進,マエダ ススム,maeda＠example.jp,集落支援員,2026/4/1\n"
        "中村 薫,ナカムラ カオル,なかむら,集落支援員,2026/4/1\n"
    )
    file = {"name": "名簿.csv", "mimeType": "text/csv", "buffer": roster.encode()}
    page.locator("input[type=file]").set_input_files(file)
    with page.expect_navigation():
        page.get_by_role("button", name="アップロードして確かめる").click()


BODY = "[data-contentpath=body]"
SAVE = "footer button :: 下書きを保存"

PAGE = "main > .container"
BLOCK = "[data-contentpath=body] [data-streamfield-child]"
MODULE = "/editor/pages/{module}/edit/"
OFFICE = "/learn/offices/{town}/"

SHOTS = (
    public(
        "sign-in",
        "",
        "/account/login/",
        PAGE,
        press=("input[type=email]", "label :: みんなで使う", "button :: ログインのメールを送る"),
    ),
    public(
        "second-step",
        "newcomer",
        "/account/2fa/",
        PAGE,
        press=("a :: パスキーを設定する", "a :: 認証アプリを設定する"),
    ),
    Shot(
        "desk",
        "editor",
        "/editor/",
        (".desk",),
        press=(".desk__part a",),
        words=(".desk > h2", ".desk__part", "#desk-due"),
    ),
    Shot(
        "modules",
        "editor",
        "/editor/pages/{course}/",
        ("header", "table"),
        press=("header a[href*=add_subpage]", "table a :: 相談会の準備"),
        width=1200,
    ),
    Shot(
        "module",
        "editor",
        MODULE,
        ("#main",),
        press=("#id_title", "#id_summary", SAVE),
        words=("header", "footer"),
    ),
    Shot("do-dont", "editor", MODULE, (f"{BLOCK} :: しないこと",), height=2600),
    Shot(
        "figure",
        "editor",
        MODULE,
        (f"{BLOCK} :: 代替テキスト",),
        press=("[data-contentpath=alt] input",),
        height=2600,
    ),
    Shot(
        "submit",
        "editor",
        MODULE,
        ("footer", "button :: 承認者による承認に提出する"),
        press=("footer button :: その他の操作", "button :: 承認者による承認に提出する"),
        act=open_actions,
    ),
    Shot(
        "check-way",
        "editor",
        MODULE,
        ("header", "a :: 講座全体を点検する"),
        press=("header button[aria-label='操作']", "a :: 講座全体を点検する"),
        act=open_page_actions,
    ),
    Shot(
        "blocks",
        "editor",
        MODULE,
        (".w-combobox",),
        press=(".w-combobox [role=option] :: すること・しないこと",),
        act=open_blocks,
    ),
    Shot(
        "preview",
        "editor",
        # A page of its own, as large as needed for two columns.
        MODULE + "?",
        ("#main",),
        press=("button[aria-label='プレビューの表示を切り替え']", ".form-side select"),
        words=("header", "label :: プレビューの種類", ".form-side select"),
        act=open_preview,
        width=1300,
    ),
    Shot(
        "check",
        "editor",
        "/editor/training/courses/{course}/check/",
        ("header", "#main details"),
        words=("#main",),
    ),
    Shot(
        "approve",
        "approver",
        "/editor/pages/{waiting_module}/edit/",
        ("footer", "button :: 公開"),
        press=("button :: 修正を依頼", "button :: コメントを付けて承認して公開"),
        act=open_actions,
    ),
    Shot(
        "term",
        "approver",
        "/editor/snippets/cms/glossaryterm/edit/{term}/",
        ("#main",),
        height=1000,
    ),
    Shot(
        "schedule",
        "approver",
        MODULE,
        (".w-dialog__box",),
        press=("#id_go_live_at", "button :: 公開予定を保存"),
        act=open_schedule,
    ),
    Shot(
        "history",
        "editor",
        "/editor/pages/{module}/history/",
        ("header", "table", "a :: この版を確認", "a :: 現在の版と比較"),
        press=("tbody tr:nth-child(2) button", "a :: 現在の版と比較", "a :: この版を確認"),
        act=open_version,
    ),
    Shot(
        "compare", "editor", "/editor/pages/{module}/revisions/compare/{old}...{new}/", ("table",)
    ),
    Shot(
        "compare-question",
        "keeper",
        "/editor/snippets/lms_training/question/history/{question}/revisions/compare/"
        "{question_old}...{question_new}/",
        ("section[aria-labelledby=changes-in-words]", "table"),
    ),
    Shot(
        *("reading", "editor", "/editor/snippets/cms/reading/add/", ("#main",)),
        press=("#id_written", "#id_reading"),
    ),
    Shot(
        "export",
        "approver",
        "/editor/training/courses/{published}/export/",
        ("#main",),
        press=("button :: ファイルをダウンロード",),
    ),
    Shot(
        "import-course",
        "mover",
        "/editor/training/courses/{home}/import/",
        ("header", "button :: 下書きとして取り込む"),
        words=("header", "button :: 下書きとして取り込む"),
        press=("button :: 下書きとして取り込む",),
        act=upload_course,
        height=1400,
    ),
    Shot(
        "question",
        "keeper",
        "/editor/snippets/lms_training/question/edit/{question}/",
        (".w-panel :: 問いの文", ".w-panel :: 選択肢を追加", ".w-panel :: 解説"),
        press=("[data-contentpath=stem] [contenteditable]", "input[id$=is_right]"),
        height=2600,
    ),
    Shot(
        "quiz",
        "keeper",
        "/editor/snippets/lms_training/quiz/edit/{quiz}/",
        (".w-panel :: 合格基準",),
        press=("#id_pass_mark", "#id_max_attempts", "#id_waiting_minutes"),
        height=2600,
    ),
    Shot(
        "questions",
        "keeper",
        "/editor/snippets/lms_training/question/",
        ("header", "a :: 設問の取り込み"),
        press=(
            "header a :: 設問 を追加",
            "header button[aria-label='操作']",
            "a :: 設問の取り込み",
        ),
        act=open_question_actions,
    ),
    Shot(
        "import",
        "keeper",
        "/editor/questions/exchange/",
        ("header", "form button :: 取り込む内容を確かめる"),
        words=("header", "form[action*=exchange]"),
        press=("form .handbook-file", "form a", "button :: 取り込む内容を確かめる"),
    ),
    public(
        "office",
        "officer",
        OFFICE,
        "main h1",
        ".office-nav",
        ".tiles",
        press=(
            ".office-nav a :: 確認待ち",
            ".office-nav a :: 招待する",
            ".tiles a :: うち止まっている人",
        ),
    ),
    public(
        "downloads",
        "officer",
        OFFICE,
        "button :: この一覧をダウンロード（Excel）",
        "button :: この一覧をダウンロード（CSV）",
        "main p :: 操作記録",
        height=2200,
    ),
    public(
        "stuck",
        "officer",
        OFFICE,
        "#people",
        ".filters",
        ".people",
        press=(".people a",),
        act=show_stuck,
        height=1600,
    ),
    public(
        "waiting",
        "officer",
        OFFICE + "waiting/",
        PAGE,
        press=("main label", "button :: 選んだ人を確認する", "a :: 確認できない"),
    ),
    public(
        "invite",
        "officer",
        OFFICE + "invitations/",
        PAGE,
        press=("a :: 空のファイル", ".handbook-file", "button :: アップロードして確かめる"),
    ),
    public(
        "invite-check",
        "officer",
        OFFICE + "invitations/",
        PAGE,
        press=("button :: 2人に招待を送る",),
        act=upload_roster,
        height=1400,
    ),
    public("person", "officer", OFFICE + "people/{person}/", PAGE, height=1200),
    public(
        "verify",
        "",
        "/v/",
        PAGE,
        press=(
            "button :: 確認用コードで確認する",
            "a :: QRコードを読み取る",
            "button :: 番号と氏名で確認する",
            "button :: PDFファイルを確かめる",
        ),
        height=2000,
    ),
    public(
        "verify-answer",
        "",
        "/v/{code}/",
        PAGE,
        press=("main input[type=text]", "button :: 照合する"),
        height=2000,
    ),
    public(
        "lists",
        "officer",
        "/certificates/lists/",
        PAGE,
        press=(".handbook-file", "button :: この一覧を確認する"),
        height=1200,
    ),
    public(
        "list",
        "officer",
        "/certificates/lists/{list}/",
        PAGE,
        press=("a :: 結果を付けた一覧",),
    ),
    public("notices", "officer", "/offices/notices/", PAGE, press=("main a :: のあらまし",)),
    public(
        "notice",
        "officer",
        "/offices/notices/{notice}/",
        "main h1",
        "main .notice",
    ),
    public(
        "notice-confirm",
        "officer",
        "/offices/notices/{notice}/",
        "form :: 内容を確認しました",
        press=("button :: 内容を確認しました",),
        height=4200,
    ),
)
