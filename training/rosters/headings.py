"""What stands above a column, in the words that lists of town halls use."""

import re
import unicodedata

# In the order of the file that is offered for download.
TEMPLATE = {
    "full_name": "氏名",
    "kana": "フリガナ",
    "email": "メールアドレス",
    "category": "区分",
    "started_on": "着任日",
}
BODY_TEMPLATE = {"code": "団体コード", "prefecture": "都道府県", "municipality": "市区町村"}

ROLES = {
    "full_name": {"氏名", "名前", "お名前", "姓名", "漢字氏名", "氏名漢字", "fullname", "name"}
    | {
        person + ending
        for person in ("受講者", "隊員", "対象者", "職員", "参加者", "支援員")
        for ending in ("名", "氏名")
    },
    "family": {"姓", "氏", "苗字", "名字", "familyname", "lastname"},
    "given": {"名", "givenname", "firstname"},
    "kana": {
        "フリガナ",
        "ふりがな",
        "カナ",
        "氏名カナ",
        "カナ氏名",
        "氏名フリガナ",
        "氏名ふりがな",
        "よみ",
        "読み",
        "読み仮名",
        "kana",
    },
    "email": {
        "メールアドレス",
        "メール",
        "eメール",
        "電子メール",
        "電子メールアドレス",
        "アドレス",
        "連絡先メールアドレス",
        "email",
        "emailaddress",
        "mail",
        "mailaddress",
    },
    "category": {"区分", "種別", "職種", "身分", "立場", "役職", "category"},
    "started_on": {
        "着任日",
        "委嘱日",
        "任用日",
        "採用日",
        "開始日",
        "委嘱開始日",
        "任期開始日",
        "着任年月日",
        "委嘱年月日",
        "採用年月日",
        "任用年月日",
        "startedon",
        "from",
    },
    "code": {
        "団体コード",
        "全国地方公共団体コード",
        "地方公共団体コード",
        "市区町村コード",
        "自治体コード",
    },
    "prefecture": {"都道府県", "都道府県名", "県名"},
    "municipality": {"市区町村", "市区町村名", "市町村", "市町村名", "自治体名", "団体名"},
}
BRACKETED = re.compile(r"[(\[【〔<].*?[)\]】〕>]")
NOISE = re.compile(r"[\s※*＊:.。、・_\-]")


def read_heading(text: str) -> str:
    """The role of the column, or ""."""
    plain = unicodedata.normalize("NFKC", text)
    if len(plain) > 40:
        return ""
    # 氏名（フリガナ） is no name.
    inside = "".join(BRACKETED.findall(plain))
    plain = NOISE.sub("", BRACKETED.sub("", plain)).casefold()
    if plain in ROLES["full_name"] and re.search("カナ|かな|よみ|読み", inside):
        return "kana"
    return next((role for role, words in ROLES.items() if plain in words), "")
