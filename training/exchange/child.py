"""Reading a file of questions in a child: what somebody sends may be made to hang its reader."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from training.sandbox import ChildFailed, run_in_child

from .drafts import ChoiceDraft, Found, QuestionDraft, Unreadable, check_size

SECONDS = 20
MEGABYTES = 512
OWN_LOCALE = str(Path(__file__).resolve().parent.parent / "locale")


def read_in_child(data: bytes) -> list[Found]:
    """`read_questions`, thrown away afterwards. Raises Unreadable."""
    check_size(data)
    return [load_found(each) for each in ask_child(f"{__name__}:answer", data)["found"]]


def ask_child(function: str, data: bytes) -> dict[str, Any]:
    """What a function that is made with `answer_with` tells of a file. Raises Unreadable."""
    # A child knows no settings: it is told the language of its words and where they are found.
    head = {
        "language": translation.get_language(),
        "locale_paths": [*map(str, settings.LOCALE_PATHS), OWN_LOCALE],
    }
    try:
        told: dict[str, Any] = json.loads(
            run_in_child(
                function,
                json.dumps(head).encode() + b"\n" + data,
                seconds=SECONDS,
                megabytes=MEGABYTES,
            )
        )
    except ChildFailed as failure:
        raise Unreadable(explain_failure(failure.reason)) from failure
    if "unreadable" in told:
        raise Unreadable(told["unreadable"])
    return told


def explain_failure(reason: str) -> str:
    if reason == "time":
        return _("Reading the file takes too long. Please divide it into smaller files.")
    if reason == "memory":
        return _("Reading the file takes too much memory. Please divide it into smaller files.")
    return _("The file is broken in a way that stopped its reading. Nothing was imported.")


def answer(payload: bytes) -> bytes:
    """Runs in the child."""
    from . import read_questions

    return answer_with(
        payload, lambda data: {"found": [dump_found(each) for each in read_questions(data)]}
    )


def answer_with(payload: bytes, read: Callable[[bytes], dict[str, Any]]) -> bytes:
    import django

    first, _newline, data = payload.partition(b"\n")
    head = json.loads(first)
    settings.configure(LOCALE_PATHS=head["locale_paths"], LOGGING_CONFIG=None)
    django.setup()
    with translation.override(head["language"]):
        try:
            told = read(data)
        except Unreadable as error:
            told = {"unreadable": str(error)}
        # Dates and lazy words are left.
        return json.dumps(told, default=str, ensure_ascii=False).encode()


def dump_found(found: Found) -> dict[str, Any]:
    return {
        "place": found.place,
        "draft": found.draft and asdict(found.draft),
        "problems": found.problems,
        "fields": sorted(found.fields),
    }


def load_found(told: dict[str, Any]) -> Found:
    draft = told["draft"]
    return Found(
        place=told["place"],
        draft=draft and load_draft(draft),
        problems=tuple(told["problems"]),
        fields=frozenset(told["fields"]),
    )


def load_draft(told: dict[str, Any]) -> QuestionDraft:
    dates = {name: date.fromisoformat(told[name]) for name in ("as_of", "review_by") if told[name]}
    return QuestionDraft(
        **told
        | dates
        | {"choices": tuple(ChoiceDraft(**each) for each in told["choices"])}
        | {name: tuple(told[name]) for name in ("tags", "parts")}
    )
