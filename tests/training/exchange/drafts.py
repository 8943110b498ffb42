"""Questions of every kind that a file can hold, as hypothesis strategies."""

import datetime as dt
from decimal import Decimal

from hypothesis import strategies as st

from training.exchange.drafts import (
    ChoiceDraft,
    QuestionDraft,
    clean_line,
    clean_lines,
    clean_tags,
    write_decimal,
)
from training.exchange.markup import clean_html

# What formats use as signs, what spreadsheets run, what XML and HTML escape, and Japanese.
NASTY = st.sampled_from(
    [
        "=1+1",
        "+1",
        "-1",
        "@a",
        "＝ア",
        "＋",
        "－",
        "＠",
        "->",
        "~=#{}:\\",
        "\\n",
        "%50%",
        "[html]",
        "[plain]",
        "<b>x</b>",
        "&lt;",
        "&amp;amp;",
        "]]>",
        "--",
        "//",
        "::",
        "####",
        "$CATEGORY:",
        "T",
        "TRUE",
        "_x0041_",
        "<p>",
        "</p>",
        "𠮷野家",
        "“引用”",
        "①、②",
        "'",
        '"',
        "①",
        "*",
        "<!--",
        "\u3000全角",
        "a, b",
        "\u3000",
    ]
)
CHARACTERS = st.characters(codec="utf-8", exclude_categories=("Cs", "Co", "Cn"))
WORDS = st.lists(
    NASTY | st.just("　") | st.text(CHARACTERS, max_size=8), min_size=1, max_size=3
).map("".join)
LINES = WORDS.map(clean_line).filter(bool)
TEXTS = st.lists(WORDS, max_size=3).map("\n".join).map(clean_lines)
KEYS = st.from_regex(r"[A-Za-z0-9_-]{1,20}", fullmatch=True)
PLAIN_ITEMS = LINES.filter(lambda text: not set("、，,;；\n") & set(text))


@st.composite
def stems(draw):
    def inline():
        text = draw(WORDS).replace("&", "&amp;").replace("<", "&lt;")
        shape = draw(
            st.sampled_from(
                ["{}", "<b>{}</b>", '<a href="https://example.jp/?a=1&amp;b=2">{}</a>', "{}<br/>{}"]
            )
        )
        return shape.format(text, draw(st.sampled_from(["あ", "x y"])))

    blocks = draw(
        st.lists(
            st.sampled_from(
                ["<p>{}</p>", "<ul><li>{}</li><li>い</li></ul>", "<ol><li>{}</li></ol>"]
            ),
            min_size=1,
            max_size=3,
        )
    )
    return "<p>問い</p>" + clean_html("".join(block.format(inline()) for block in blocks))


def choice_lists(**fields):
    one = st.builds(ChoiceDraft, **fields)
    return st.lists(one, min_size=2, max_size=5, unique_by=lambda choice: choice.text).map(tuple)


def with_one_right(choices):
    return tuple(
        ChoiceDraft(text=c.text, is_right=place == 0, feedback=c.feedback)
        for place, c in enumerate(choices)
    )


FEEDBACK = st.just("") | LINES
PARTIAL = st.fixed_dictionaries({"partial_credit": st.booleans()})
NUMBERS = st.decimals(-(10**6), 10**6, places=3).map(write_decimal)
UNITS = st.lists(PLAIN_ITEMS, max_size=2, unique=True)
CHOICES = choice_lists(text=LINES, is_right=st.booleans(), feedback=FEEDBACK)
SOME_RIGHT = CHOICES.filter(lambda choices: any(c.is_right for c in choices))
SHAPES = {
    "single_choice": (CHOICES.map(with_one_right), st.just({})),
    "multiple_choice": (SOME_RIGHT, PARTIAL),
    "true_false": (
        st.just(()),
        st.fixed_dictionaries({"statement_is_true": st.booleans()}),
    ),
    "ordering": (choice_lists(text=LINES), PARTIAL),
    "matching": (
        st.tuples(
            choice_lists(text=LINES, match=LINES),
            st.lists(st.builds(ChoiceDraft, match=LINES.map(lambda t: f"余分{t}")), max_size=1),
        ).map(lambda parts: (*parts[0], *parts[1])),
        PARTIAL,
    ),
    "numeric": (
        st.just(()),
        st.fixed_dictionaries(
            {
                "value": NUMBERS,
                "tolerance": NUMBERS.map(lambda n: write_decimal(abs(Decimal(n)))),
                "units": UNITS,
            }
        ),
    ),
    "short_text": (SOME_RIGHT, st.just({})),
    "scenario": (st.just(()), st.just({})),
}


@st.composite
def question_drafts(draw):
    kind = draw(st.sampled_from(sorted(SHAPES)))
    choices, parameters = SHAPES[kind]
    dates = st.none() | st.dates(dt.date(1990, 1, 1), dt.date(2099, 12, 31))
    return QuestionDraft(
        key=draw(KEYS),
        kind=kind,
        stem=draw(stems()),
        choices=draw(choices),
        parameters=draw(parameters),
        explanation=draw(TEXTS),
        source=draw(FEEDBACK),
        source_url=draw(st.sampled_from(["", "https://example.jp/a?b=c"])),
        certainty=draw(st.sampled_from(["primary", "public", "unconfirmed"])),
        as_of=draw(dates),
        review_by=draw(dates),
        difficulty=draw(st.sampled_from(["easy", "medium", "hard"])),
        tags=clean_tags(draw(st.lists(PLAIN_ITEMS, max_size=2))),
        parts=tuple(draw(st.lists(KEYS, max_size=3))) if kind == "scenario" else (),
    )
