"""One entry for each kind of question: how drills write one, answer it, and mark it.

Facts are what a question says, in plain words: its texts, its key. An answer is in words too (the
text of a choice, never its key). Marking is written here anew: nothing of training's is asked.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import wagtail_factories
from wagtail.images import get_image_model

from training.kinds import all_kinds
from training.models import Choice, Question, ScenarioPart

Words = Any
Fields = list[tuple[str, str]]
BLANK = None


@dataclass
class Facts:
    kind: str
    stem: str
    texts: list[str] = field(default_factory=list)
    # Whatever the kind needs to mark an answer.
    right: Any = None
    partial: bool = False
    others: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Specimen:
    """`fill` invents texts and key; `write` puts them on a question; `pick` answers it; `post` is
    that answer as the page's form sends it; `mark` is the share of the point it earns."""

    fill: Callable[[Facts, Random], None]
    write: Callable[[Question, Facts], None]
    pick: Callable[[Facts, Random], Words]
    post: Callable[[Words, str, dict], Fields]
    mark: Callable[[Facts, Words], Fraction]


def _texts(facts: Facts, rng: Random) -> list[str]:
    return [f"{facts.stem}の{letter}" for letter in "abcde"[: rng.randint(2, 5)]]


def _key_of(text: str, shown: dict) -> str:
    return next(choice["key"] for choice in shown["choices"] if choice["text"] == text)


def _set_choices(question: Question, rows: list[dict]) -> None:
    question.choices = [Choice(sort_order=order, **row) for order, row in enumerate(rows)]


# Choices


def _fill_single(facts: Facts, rng: Random) -> None:
    facts.texts = _texts(facts, rng)
    facts.right = {rng.choice(facts.texts)}


def _fill_multiple(facts: Facts, rng: Random) -> None:
    facts.texts = _texts(facts, rng)
    facts.right = set(rng.sample(facts.texts, rng.randint(1, len(facts.texts))))
    facts.partial = rng.random() < 0.5


def _write_choices(question: Question, facts: Facts) -> None:
    if facts.kind == "multiple_choice":
        question.parameters = {"partial_credit": facts.partial}
    _set_choices(
        question, [{"text": text, "is_right": text in facts.right} for text in facts.texts]
    )


def _write_images(question: Question, facts: Facts) -> None:
    image = get_image_model().objects.first() or wagtail_factories.ImageFactory()
    rows = [
        {"text": text, "alt": f"{text}の絵", "image": image, "is_right": text in facts.right}
        for text in facts.texts
    ]
    _set_choices(question, rows)


def _mark_multiple(facts: Facts, words: Words) -> Fraction:
    picked = set(words or ())
    if picked == facts.right:
        return Fraction(1)
    if not facts.partial:
        return Fraction(0)
    points = sum(1 if text in facts.right else -1 for text in picked)
    return Fraction(max(points, 0), len(facts.right))


# Places and pairs


def _fill_order(facts: Facts, rng: Random) -> None:
    facts.texts = _texts(facts, rng)
    facts.right = {text: str(place) for place, text in enumerate(facts.texts, start=1)}
    facts.partial = rng.random() < 0.5


def _fill_pairs(facts: Facts, rng: Random) -> None:
    facts.texts = _texts(facts, rng)
    matches = [f"{facts.stem}の組{number}" for number in range(len(facts.texts))]
    facts.right = dict(zip(facts.texts, matches, strict=True))
    if len(matches) > 2 and rng.random() < 0.5:
        facts.right[facts.texts[0]] = matches[1]  # two share a match
    facts.others = [f"{facts.stem}の余り"] * rng.randint(0, 1)
    facts.partial = rng.random() < 0.5


def _write_order(question: Question, facts: Facts) -> None:
    question.parameters = {"partial_credit": facts.partial}
    in_order = sorted(facts.texts, key=lambda text: int(facts.right[text]))
    _set_choices(question, [{"text": text} for text in in_order])


def _write_pairs(question: Question, facts: Facts) -> None:
    question.parameters = {"partial_credit": facts.partial}
    rows = [{"text": text, "match": facts.right[text]} for text in facts.texts]
    _set_choices(question, rows + [{"text": "", "match": match} for match in facts.others])


def _pick_places(facts: Facts, rng: Random) -> Words:
    options = sorted(set(facts.right.values()))
    if rng.random() < 0.4:
        return dict(facts.right)
    picked = {text: rng.choice(options + facts.others) for text in facts.texts}
    return {text: each for text, each in picked.items() if rng.random() < 0.9} or BLANK


def _post_places(words: Words, name: str, shown: dict) -> Fields:
    given = words or {}
    return [(f"{name}-{each['key']}", given.get(each["text"], "")) for each in shown["choices"]]


def _post_pairs(words: Words, name: str, shown: dict) -> Fields:
    ids = {match["text"]: match["id"] for match in shown["matches"]} | {"": ""}
    given = {text: ids[match] for text, match in (words or {}).items()}
    return _post_places(given, name, shown)


def _mark_places(facts: Facts, words: Words) -> Fraction:
    hits = sum((words or {}).get(text) == right for text, right in facts.right.items())
    if facts.partial:
        return Fraction(hits, len(facts.right))
    return Fraction(hits == len(facts.right))


# Typed answers: `right` tells of each thing that may be typed whether it is right.


def _fill_number(facts: Facts, rng: Random) -> None:
    value, tolerance = Decimal(rng.randint(-500, 50_000)) / 10, Decimal(rng.randint(0, 20)) / 10
    unit = rng.choice(["", "人"])
    facts.texts = [str(value), str(tolerance), unit]
    wide = str.maketrans("0123456789.-", "０１２３４５６７８９．－")
    facts.right = {"不明": False, f"{value}軒": False}
    for away in (Decimal(0), tolerance, -tolerance, tolerance + Decimal("0.1")):
        typed = str(value + away)
        is_right = away.copy_abs() <= tolerance
        facts.right |= {typed: is_right, typed.translate(wide): is_right}
        facts.right[f"{typed} 人"] = is_right and bool(unit)


def _write_number(question: Question, facts: Facts) -> None:
    value, tolerance, unit = facts.texts
    question.parameters = {"value": value, "tolerance": tolerance, "units": [unit] * bool(unit)}


def _fill_wording(facts: Facts, rng: Random) -> None:
    number = rng.randint(10, 99)
    accepted, wrong = f"でじたる{number}", f"あなろぐ{number}"
    facts.texts = [accepted, wrong]
    wide = {digit: ord(digit) - ord("0") + ord("０") for digit in "0123456789"}
    katakana = f"デジタル{number}".translate({ord(k): v for k, v in wide.items()})
    facts.right = {accepted: True, katakana: True, f"でじ たる {number}": True}
    facts.right |= {wrong: False, f"でじたる{number}号": False}


def _write_wording(question: Question, facts: Facts) -> None:
    accepted, wrong = facts.texts
    rows = [{"text": accepted, "is_right": True}]
    _set_choices(question, [*rows, {"text": wrong, "is_right": False, "feedback": "惜しい"}])


def _pick_typed(facts: Facts, rng: Random) -> Words:
    return rng.choice([BLANK, *facts.right]) if rng.random() < 0.7 else next(iter(facts.right))


def _fill_statement(facts: Facts, rng: Random) -> None:
    facts.right = rng.random() < 0.5


def _write_statement(question: Question, facts: Facts) -> None:
    question.parameters = {"statement_is_true": facts.right}


_single = Specimen(
    fill=_fill_single,
    write=_write_choices,
    pick=lambda facts, rng: rng.choice(facts.texts),
    post=lambda words, name, shown: [(name, _key_of(words, shown))] if words else [],
    mark=lambda facts, words: Fraction(words in facts.right),
)

SPECIMENS: dict[str, Specimen] = {
    "single_choice": _single,
    "image_choice": Specimen(
        fill=_fill_single,
        write=_write_images,
        pick=_single.pick,
        post=_single.post,
        mark=_single.mark,
    ),
    "multiple_choice": Specimen(
        fill=_fill_multiple,
        write=_write_choices,
        pick=lambda facts, rng: (
            frozenset(each for each in facts.texts if rng.random() < 0.5) or BLANK
            if rng.random() < 0.6
            else frozenset(facts.right)
        ),
        post=lambda words, name, shown: [(name, _key_of(each, shown)) for each in words or ()],
        mark=_mark_multiple,
    ),
    "true_false": Specimen(
        fill=_fill_statement,
        write=_write_statement,
        pick=lambda facts, rng: rng.choice(["true", "false"]),
        post=lambda words, name, shown: [(name, words)] if words else [],
        mark=lambda facts, words: Fraction(words == str(facts.right).lower()),
    ),
    "ordering": Specimen(
        fill=_fill_order,
        write=_write_order,
        pick=_pick_places,
        post=_post_places,
        mark=_mark_places,
    ),
    "matching": Specimen(
        fill=_fill_pairs,
        write=_write_pairs,
        pick=_pick_places,
        post=_post_pairs,
        mark=_mark_places,
    ),
    "numeric": Specimen(
        fill=_fill_number,
        write=_write_number,
        pick=_pick_typed,
        post=lambda words, name, shown: [(name, words or "")],
        mark=lambda facts, words: Fraction(bool(words) and facts.right[words]),
    ),
    "short_text": Specimen(
        fill=_fill_wording,
        write=_write_wording,
        pick=_pick_typed,
        post=lambda words, name, shown: [(name, words or "")],
        mark=lambda facts, words: Fraction(bool(words) and facts.right[words]),
    ),
}


def registered_specimens(*, besides: tuple[str, ...] = ()) -> dict[str, Specimen]:
    """Those of the kinds there are. A kind without an entry is a gap in the drills."""
    names = [kind.name for kind in all_kinds() if kind.name not in ("scenario", *besides)]
    missing = [name for name in names if name not in SPECIMENS]
    if missing:
        raise LookupError(f"no specimen in tests/drills/specimens.py for {missing}")
    return {name: SPECIMENS[name] for name in names}


def invent(*, kind: str, stem: str, rng: Random) -> Facts:
    facts = Facts(kind=kind, stem=stem)
    SPECIMENS[kind].fill(facts, rng)
    return facts


def write(question: Question, facts: Facts) -> None:
    question.stem = [("text", f"<p>{facts.stem}</p>")]
    SPECIMENS[facts.kind].write(question, facts)


def make(*, key: str, facts: Facts, **fields: Any) -> Question:
    question = Question(key=key, kind=facts.kind, explanation=f"{key}の解説", **fields)
    write(question, facts)
    question.save()
    return question


def make_scenario(*, key: str, parts: list[Question]) -> Question:
    scenario = Question(
        key=key, kind="scenario", stem=[("text", f"<p>{key}の事例</p>")], explanation="解説"
    )
    scenario.parts = [
        ScenarioPart(question=part, sort_order=order) for order, part in enumerate(parts)
    ]
    scenario.save()
    return scenario
