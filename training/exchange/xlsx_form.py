"""The form of the editors' workbook: its columns, its words, and how a cell is read. The words are
Japanese whatever the language of the screen: a form filled in today is read back tomorrow."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from openpyxl.utils.datetime import from_excel

from .drafts import Refused, clean_line

SHEET = "設問"
HELP_SHEET = "書き方"
LEFT_OUT_SHEET = "書き出さなかった設問"

KINDS = {
    "single_choice": "単一選択",
    "multiple_choice": "複数選択",
    "true_false": "正誤",
    "ordering": "並べ替え",
    "matching": "組合せ",
    "numeric": "数値",
    "short_text": "短文",
    "scenario": "事例",
}
CERTAINTIES = {"primary": "原典で確認", "public": "公的機関のページで確認", "unconfirmed": "未確認"}
DIFFICULTIES = {"easy": "易しい", "medium": "普通", "hard": "難しい"}
# As the screens say it.
SYNONYMS = {
    "single_choice": ("一つ選ぶ", "single choice"),
    "multiple_choice": ("すべて選ぶ", "multiple choice"),
    "true_false": ("true or false",),
    "numeric": ("numeric answer",),
    "short_text": ("短い記述", "short text"),
    "scenario": ("事例と複数の設問", "scenario with several questions"),
    "primary": ("原典で確認済み", "confirmed in the original"),
    "public": ("公的機関のページで確認済み", "confirmed on a public body's page"),
    "unconfirmed": (
        "未確認（表示するが採点しない）",
        "not confirmed yet: shown, but not graded",
    ),
    "medium": ("標準",),
}
TRUTHS = {True: "正しい", False: "誤り"}
YES = "○"

# (heading, width); the choices follow the explanation.
LEADING = (("識別子", 16), ("種類", 12), ("問題文", 50), ("解説", 40))
CHOICE = (("選択肢", 28), ("正解", 7), ("組になる語", 18), ("フィードバック", 24))
TRAILING = (
    ("正誤", 9),
    ("部分点", 9),
    ("値", 10),
    ("許容誤差", 10),
    ("単位", 12),
    ("事例の設問", 20),
    ("出典", 24),
    ("出典のURL", 24),
    ("確かさ", 20),
    ("基準日", 12),
    ("見直し期限", 12),
    ("難しさ", 10),
    ("タグ", 18),
)
MIN_CHOICES = 6
MAX_CHOICES = 50

YES_WORDS = {
    "○",
    "〇",
    "◯",
    "✓",
    "1",
    "true",
    "yes",
    "y",
    "はい",
    "正",
    "正解",
    "する",
    "有",
    "あり",
}
NO_WORDS = {
    "",
    "×",
    "✕",
    "0",
    "false",
    "no",
    "n",
    "いいえ",
    "誤",
    "しない",
    "無",
    "なし",
    "-",
    "ー",
}
TRUE_WORDS = {"正しい", "正", "○", "〇", "◯", "true", "1", "t", "はい"}
FALSE_WORDS = {"誤り", "誤", "×", "✕", "false", "0", "f", "いいえ", "正しくない", "間違い"}
ERAS = {"令和": 2018, "r": 2018, "平成": 1988, "h": 1988}
ERA_DATE = re.compile(
    r"(令和|平成|r|h)\s*(元|\d{1,2})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})日?"
)
PLAIN_DATE = re.compile(
    r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})日?(?:[ t]0?0:00(?::00)?)?"
)
SERIAL = re.compile(r"\d{4,6}(?:\.0*)?")
# Between items of one cell.
SEPARATORS = re.compile(r"[、，,;；\n]+")

HELP = (
    "このブックの使い方",
    "「設問」のシートに、1行に1問ずつ書きます。1行目の見出しは変えないでください。列の順序は変えてもかまいません。",
    "識別子：設問を見分ける名前です（半角の英字・数字・-・_）。新しい設問では空のままにします。書き出した設問の識別子は変えないでください。",
    "種類：一覧から選びます（単一選択・複数選択・正誤・並べ替え・組合せ・数値・短文・事例）。画像の選択肢の設問は、ここでは作れません。",
    "問題文：ふつうの文で書きます。改行すると段落が分かれます。太字・箇条書き・リンクのある設問は、HTMLで書き出されます。",
    "選択肢：単一選択は正解の1つだけに、複数選択は正解のすべてに「○」を付けます。並べ替えは、正しい順に書きます。",
    "組合せ：選択肢の右の「組になる語」に、組になる語を書きます。選択肢を空にして語だけを書くと、余分な語になります。",
    "短文：正解と認める答えを選択肢に書き、「○」を付けます。「○」のない選択肢は、予想される誤答です。",
    "正誤：「正誤」の列で、問題文が正しいか誤りかを選びます。",
    "部分点：複数選択・並べ替え・組合せで、部分点を付けるときに「○」を付けます。",
    "数値：「値」「許容誤差」「単位」を書きます。単位がいくつもあるときは「、」で区切ります。",
    "事例：「事例の設問」に、設問の識別子を「、」で区切って、順に書きます。",
    "日付：2026-11-24、2026年11月24日、令和8年11月24日のどれでも読めます。全角の数字も読めます。",
    "タグ：「、」で区切ります。",
    "選択肢の列が足りないときは、「選択肢7」「正解7」のように、見出しの番号を続けて列を増やします。",
    "数式は読めません。値を書いてください。",
    "取り込むと、先に内容を確かめる画面が出ます。確かめるまで、何も変わりません。新しい設問は下書きになります。",
)


def fold(value: object) -> str:
    """For matching words of the form only, never for texts of a question."""
    return unicodedata.normalize("NFKC", clean_line(value)).strip().lower()


def fold_heading(value: object) -> str:
    return re.sub(r"[\s()*※]", "", fold(value))


def list_headings(choices: int) -> list[tuple[str, int]]:
    numbered = [
        (f"{name}{number}", width) for number in range(1, choices + 1) for name, width in CHOICE
    ]
    return [*LEADING, *numbered, *TRAILING]


def read_word(value: object, words: Mapping[str, str], heading: str, default: str = "") -> str:
    """The name that a word of the form stands for; the name itself is read too."""
    folded = fold(value)
    if not folded and default:
        return default
    for name, word in words.items():
        if folded in (name, fold(word), *map(fold, SYNONYMS.get(name, ()))):
            return name
    raise Refused(
        _("%(heading)s: “%(value)s” is not one of: %(words)s.")
        % {"heading": heading, "value": clean_line(value)[:40], "words": "、".join(words.values())}
    )


def read_yes(value: object, heading: str) -> bool:
    folded = fold(value)
    if folded in YES_WORDS:
        return True
    if folded in NO_WORDS:
        return False
    raise Refused(
        _("%(heading)s: “%(value)s” is neither ○ nor empty.")
        % {"heading": heading, "value": clean_line(value)[:40]}
    )


def read_truth(value: object, heading: str) -> bool:
    folded = fold(value)
    if folded in TRUE_WORDS or folded in FALSE_WORDS:
        return folded in TRUE_WORDS
    raise Refused(_("%(heading)s: please choose 正しい or 誤り.") % {"heading": heading})


def read_number(value: object, heading: str, default: str = "") -> Decimal:
    # Japanese forms write thousands with a comma.
    folded = fold(value).replace(",", "").replace("−", "-").replace(" ", "") or default
    if not re.fullmatch(r"[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})(e[+-]?\d{1,2})?", folded):
        raise Refused(
            _("%(heading)s: “%(value)s” is not a number.")
            % {"heading": heading, "value": clean_line(value)[:40]}
        )
    return Decimal(folded)


def read_date(value: object, heading: str) -> date | None:
    """A cell of Excel's own date type, its serial number, or a date in words."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    folded = fold(value)
    if not folded:
        return None
    try:
        if match := ERA_DATE.fullmatch(folded):
            year = 1 if match[2] == "元" else int(match[2])
            return date(ERAS[match[1]] + year, int(match[3]), int(match[4]))
        if match := PLAIN_DATE.fullmatch(folded):
            return date(*(int(part) for part in match.groups()))
        if SERIAL.fullmatch(folded):
            read = from_excel(float(folded))
            if isinstance(read, datetime):
                return read.date()
    except (ValueError, OverflowError):
        pass
    raise Refused(
        _("%(heading)s: “%(value)s” is not a date.")
        % {"heading": heading, "value": clean_line(value)[:40]}
    )


def read_items(value: object) -> tuple[str, ...]:
    text = str(value).replace("\r", "\n")
    return tuple(filter(None, (clean_line(item) for item in SEPARATORS.split(text))))
