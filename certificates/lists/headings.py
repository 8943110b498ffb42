"""What stands above a column, in the words that lists of town halls use."""

import re
import unicodedata

CODES = {
    "確認コード",
    "確認用コード",
    "検証コード",
    "認証コード",
    "修了証コード",
    "修了証確認コード",
    "真正性確認コード",
    "verificationcode",
}
NUMBERS = {
    "修了証番号",
    "修了証の番号",
    "修了証書番号",
    "修了証no",
    "修了番号",
    "証番号",
    "証書番号",
    "証明書番号",
    "交付番号",
    "発行番号",
    "certificatenumber",
    "certificateno",
}
# A column of these may be something else, where a clearer heading stands as well.
VAGUE_CODES = {"コード", "code"}
VAGUE_NUMBERS = {"番号", "number"}
NAMES = {
    "氏名",
    "名前",
    "お名前",
    "御氏名",
    "ご氏名",
    "姓名",
    "漢字氏名",
    "氏名漢字",
    "本人氏名",
    "fullname",
    "name",
} | {
    person + ending
    for person in ("受講者", "修了者", "隊員", "対象者", "職員", "参加者", "講師", "支援員")
    for ending in ("", "名", "氏名", "の氏名", "の名前")
}
FAMILY_NAMES = {"姓", "氏", "苗字", "名字", "familyname", "lastname", "surname"}
GIVEN_NAMES = {"名", "givenname", "firstname"}
# A name, but not the one on the paper.
OTHER_NAMES = re.compile("カナ|かな|ふりがな|フリガナ|よみ|読み|ローマ字|旧|kana", re.IGNORECASE)
BRACKETED = re.compile(r"[(\[【〔<].*?[)\]】〕>]")
NOISE = re.compile(r"[\s※*＊:.。、・_\-]")


def read_heading(text: str) -> tuple[str, bool]:
    """The role ("code", "number", "name", "family", "given" or ""), and whether it is vague."""
    plain = unicodedata.normalize("NFKC", text)
    if len(plain) > 40:
        return "", False
    is_other = bool(OTHER_NAMES.search(plain))
    plain = NOISE.sub("", BRACKETED.sub("", plain)).casefold()
    if plain in CODES or ("確認コード" in plain and "番号" in plain):
        return "code", False
    if plain in NUMBERS:
        return "number", False
    if plain in VAGUE_CODES | VAGUE_NUMBERS:
        return ("code" if plain in VAGUE_CODES else "number"), True
    roles = {"name": NAMES, "family": FAMILY_NAMES, "given": GIVEN_NAMES}
    role = next((role for role, words in roles.items() if plain in words), "")
    return ("" if is_other else role), False
