import contextlib
import itertools
import time
from dataclasses import replace
from datetime import date

import pytest
from django.utils import translation

from training.exchange import FORMATS, QuestionDraft, Unreadable, child, read_questions
from training.exchange.child import read_in_child
from training.exchange.drafts import MAX_BYTES, ChoiceDraft

CHOICES = (ChoiceDraft("はい", is_right=True, feedback="そのとおり"), ChoiceDraft("いいえ"))
DRAFTS = [
    QuestionDraft(
        key="k1",
        kind="single_choice",
        stem="<p>問い</p>",
        choices=CHOICES,
        explanation="一つ\n二つ",
        as_of=date(2026, 4, 1),
        tags=("制度", "安全"),
    ),
    QuestionDraft(
        key="k2",
        kind="numeric",
        stem="<p>何メートル</p>",
        parameters={"value": "2.5", "tolerance": "0", "units": ["m"]},
    ),
    QuestionDraft(key="k3", kind="scenario", stem="<p>事例</p>", parts=("k1", "k2")),
]


@pytest.mark.parametrize("name", list(FORMATS))
def test_a_child_finds_what_is_there(name):
    target = FORMATS[name]
    data = target.write([draft for draft in DRAFTS if not target.find_obstacle(draft)], [])
    found = read_in_child(data)
    assert found == read_questions(data)
    assert found[0].draft.stem == "<p>問い</p>"


def test_places_and_reasons_are_in_the_language_of_the_editor():
    with translation.override("ja"):
        found = read_in_child("感想は？{}\n".encode())
        assert found == read_questions("感想は？{}\n".encode())
        with pytest.raises(Unreadable, match="ファイルに設問がありません"):
            read_in_child(b"<quiz/>")


@pytest.mark.parametrize(
    ("limit", "value", "words"),
    [("SECONDS", 0.2, "takes too long"), ("MEGABYTES", 24, "too much memory|broken")],
)
def test_a_file_beyond_the_limits_is_one_message(monkeypatch, limit, value, words):
    monkeypatch.setattr(child, limit, value)
    data = FORMATS["xlsx"].write([replace(DRAFTS[0], key=f"k{n}") for n in range(500)], [])
    with pytest.raises(Unreadable, match=words):
        read_in_child(data)


def fill(pattern, start="", end=""):
    body = pattern * ((MAX_BYTES - 10_000) // len(pattern))
    return (start + body + end).encode()


@pytest.mark.parametrize(
    "data",
    [
        fill("a", end="{T}"),
        fill("~", start="a{=b"),
        fill("\\", end="{T}"),
        fill("<a ", start="[html]", end="{T}"),
        fill("<quiz>"),
        fill("<question type='x'/>", start="<quiz>", end="</quiz>"),
    ],
    ids=map(str, itertools.count()),
)
def test_hostile_files_of_five_megabytes_end_within_the_limits(data):
    begun = time.monotonic()
    with contextlib.suppress(Unreadable):
        assert all(each.draft or each.problems for each in read_in_child(data))
    assert time.monotonic() - begun < child.SECONDS + 2
