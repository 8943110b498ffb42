"""Readings that depend on what stands around a word: the dictionary reads each word by itself.

Written for the texts of this site: dates, counters, 方 of persons, 何, 行って. Whatever a rule gets
wrong at one place, an editor's longer correction mends there.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

KANJI = re.compile("[々〆㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff]")
FIGURES = re.compile("[0-9０-９]+")
NUMBER = re.compile("[0-9０-９][0-9０-９,，.．]*$|[一二三四五六七八九十百千]+$")
LAST_FIGURE = str.maketrans("０１２３４５６７８９一二三四五六七八九十", "01234567891234567890")


@dataclass(frozen=True, slots=True)
class Word:
    """`reading` is in hiragana, empty where none is needed or known. `kind` is the dictionary's
    part of speech. `parts` are shorter words that it consists of, as written and as read."""

    written: str
    reading: str
    kind: tuple[str, ...] = ()
    base: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    # By an editor, or by a rule that saw more than the dictionary: not to be touched again.
    is_given: bool = False


Before = Sequence[Word]
After = Sequence[Word]

# Read in one with their number; every other day is にち.
_DAYS_IN_KA = [
    "ふつか",
    "みっか",
    "よっか",
    "いつか",
    "むいか",
    "なのか",
    "ようか",
    "ここのか",
    "とおか",
]
DAYS = dict(enumerate(_DAYS_IN_KA, 2)) | {14: "じゅうよっか", 20: "はつか", 24: "にじゅうよっか"}
OF_DAY = re.compile("にち|か|ひ")
PERSONS = {1: "ひとり", 2: "ふたり"}
# As usual, and after numbers that end with one of these figures.
COUNTERS = {
    "分": ("ふん", {"ぷん": "134680"}),
    "本": ("ほん", {"ぽん": "1680", "ぼん": "3"}),
    "杯": ("はい", {"ぱい": "1680", "ばい": "3"}),
    "匹": ("ひき", {"ぴき": "1680", "びき": "3"}),
    "票": ("ひょう", {"ぴょう": "1680", "びょう": "3"}),
    "泊": ("はく", {"ぱく": "134680"}),
    "百": ("ひゃく", {"びゃく": "3", "ぴゃく": "68"}),
    "千": ("せん", {"ぜん": "3"}),
    "階": ("かい", {"がい": "3"}),
    "軒": ("けん", {"げん": "3"}),
}
# いっかい, いっさつ, いっぽん; but いちだい.
SHORTENED = {"一": "いっ", "十": "じゅっ"}
SHORTENS = re.compile("[かきくけこさしすせそたちつてとぱぴぷぺぽ]")
# 交付日, 休館日; 町内. The dictionary has them so where it knows the whole word.
SUFFIXES = {"日": "び", "内": "ない"}
_WEEK = ["げつ", "か", "すい", "もく", "きん", "ど", "にち", "しゅく", "よう"]
WEEKDAYS = dict(zip("月火水木金土日祝曜", _WEEK, strict=True))
WEEKDAYS |= {"祝日": "しゅくじつ", "曜日": "ようび"}
_DAY, _AND = "[月火水木金土日]", "[・、～〜]"
# （木）, （月・水・金）; 土・日・祝日, 月～金曜日: the dictionary takes them for a tree and gold.
_START = "(?:(?<![一-鿿々0-9０-９・])|(?<=毎週))(?!月・日(?![・曜]))"
WEEKDAYS_IN_TEXT = re.compile(
    f"(?<=[（(]){_DAY}(?:{_AND}(?:{_DAY}|祝日?))*(?:曜日?)?(?=[）)])"
    f"|{_START}{_DAY}(?:{_AND}{_DAY})+(?:曜日?|{_AND}祝日?)?(?=[ぁ-ん、。）)\\s]|$)"
    f"|{_START}{_DAY}{_AND}祝日?(?![一-鿿々])"
)
SIDES = frozenset(
    (
        *("こちら", "そちら", "あちら", "どちら", "こっち", "そっち", "あっち", "どっち"),
        *("上", "下", "左", "右", "前", "後ろ", "東", "西", "南", "北", "中", "外", "奥", "横"),
    )
)
# な+に before these; なん before です, の, で, と and counters.
AFTER_NANI = frozenset(("を", "が", "か", "も", "から", "に", "より", "や", "は", "へ", "まで"))
DONE_AFTER = ("を", "が", "として", "により", "によって", "について", "において")


def mend(words: Sequence[Word]) -> list[Word]:
    mended: list[Word] = []
    for place, guessed in enumerate(words):
        if guessed.is_given or not KANJI.search(guessed.written):
            mended.append(guessed)
            continue
        after = words[place + 1 : place + 5]
        rule = RULES.get(guessed.written)
        word = rule(guessed, mended, after) if rule else guessed
        if number := NUMBER.search("".join(each.written for each in mended[-5:])):
            _count(mended, number[0], word, after)
        else:
            mended.append(word)
    return mended


# 第2日曜, 3日影.
NO_DAY = ("日曜", "日影", "日陰", "日向", "日本")


def _count(mended: list[Word], number: str, word: Word, after: After) -> None:
    last = mended[-1]
    value = int(number) if FIGURES.fullmatch(number) else None
    is_one = last.written == number
    # 二十日 is right as the dictionary has it, or wrong by both halves.
    is_known = value is not None or number == "一"
    is_day = is_known and word.written.startswith("日") and not word.written.startswith(NO_DAY)
    if of_day := OF_DAY.match(word.reading if is_day else ""):
        day = DAYS.get(value) if value else None
        if value == 1 or number == "一":
            day = "ついたち" if _is_date(mended[:-1], word, after) else None
        if day and is_one:
            mended[-1] = Word(f"{number}日", day, is_given=True)
        else:
            mended.append(Word("日", "にち", is_given=True))
        if rest := word.written[1:]:
            mended.append(Word(rest, word.reading[of_day.end() :]))
    elif word.written == "人" and is_one and value in PERSONS:
        mended[-1] = Word(f"{number}人", PERSONS[value], is_given=True)
    elif word.written == "分" and _is_fraction(after):
        mended.append(replace(word, reading="ぶん", is_given=True))
    else:
        if word.written in COUNTERS:
            word = replace(word, reading=_sound(number, *COUNTERS[word.written]))
        if is_one and number in SHORTENED and _is_counter(word) and SHORTENS.match(word.reading):
            mended[-1] = replace(last, reading=SHORTENED[number])
        mended.append(word)


def _sound(number: str, usual: str, others: dict[str, str]) -> str:
    figure = number[-1].translate(LAST_FIGURE)
    if figure == "0" and number.endswith(("000", "０００")):
        # せんぼん
        figure = "3"
    return next((each for each, figures in others.items() if figure in figures), usual)


def _is_counter(word: Word) -> bool:
    return any("助数詞" in each for each in word.kind)


def _is_date(before: Before, day: Word, after: After) -> bool:
    """4月1日, 毎月1日, 1日（木）, 1日付け; not 1日3回."""
    following = "".join(each.written for each in after)
    return (
        bool(before and before[-1].written.endswith("月"))
        or (day.written == "日" and re.match(f"付|[（(]{_DAY}[・曜）)]", following) is not None)
    ) and not following.startswith(("間", "目", "当"))


def _is_fraction(after: After) -> bool:
    return (
        len(after) > 1
        and after[0].written == "の"
        and bool(FIGURES.match(after[1].written) or after[1].written in SHORTENED)
    )


def _read_kata(word: Word, before: Before, after: After) -> Word:
    """かた of persons, ほう of sides and where two are compared."""
    if word.kind[:1] != ("名詞",):
        return word
    is_side = len(before) > 1 and before[-1].written == "の" and before[-2].written in SIDES
    return replace(word, reading="ほう" if is_side or _is_compared(after) else "かた")


def _is_compared(after: After) -> bool:
    """〜方が早い, 〜方がずっと安全, 〜方が分かりやすい; but not 〜方が多い: so many people."""
    if not after or after[0].written != "が":
        return False
    rest = [each for each in after[1:] if each.kind[:1] != ("副詞",)]
    if not rest:
        return False
    first = rest[0]
    if first.base in ("多い", "少ない"):
        return False
    return (
        first.kind[:1] in (("形容詞",), ("形状詞",))
        or "形状詞可能" in first.kind
        or (len(rest) > 1 and rest[1].base in ("やすい", "にくい", "良い", "よい"))
    )


def _read_nani(word: Word, before: Before, after: After) -> Word:
    if after and after[0].written in AFTER_NANI:
        return replace(word, reading="なに")
    return word


def _read_go(word: Word, before: Before, after: After) -> Word:
    is_pointed_at = before and before[-1].written in ("その", "この")
    return replace(word, reading="ご") if is_pointed_at else word


def _read_suffix(word: Word, before: Before, after: After) -> Word:
    if not before or not KANJI.match(before[-1].written[-1]):
        return word
    last = before[-1]
    is_noun = last.is_given or (last.kind[:1] == ("名詞",) and "数詞" not in last.kind)
    is_of_noun = is_noun and last.written not in ("何", "数")
    return replace(word, reading=SUFFIXES[word.written]) if is_of_noun else word


def _read_during(word: Word, before: Before, after: After) -> Word:
    is_whole = before and before[-1].written.endswith(("日", "年"))
    return replace(word, reading="じゅう") if is_whole else word


def _read_dated(word: Word, before: Before, after: After) -> Word:
    is_date = before and before[-1].written.endswith("日")
    return replace(word, reading=word.reading.replace("つ", "づ", 1)) if is_date else word


def _read_done(word: Word, before: Before, after: After) -> Word:
    is_done = "".join(each.written for each in before[-3:]).endswith(DONE_AFTER)
    return replace(word, reading="おこなっ") if is_done else word


RULES: dict[str, Callable[[Word, Before, After], Word]] = {
    "方": _read_kata,
    "何": _read_nani,
    "何時": lambda word, before, after: replace(word, reading="なんじ"),
    "後": _read_go,
    "中": _read_during,
    **dict.fromkeys(SUFFIXES, _read_suffix),
    "付け": _read_dated,
    "行っ": _read_done,
}
