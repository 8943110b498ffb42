"""Bodies and their six-digit codes (全国地方公共団体コード)."""

import csv
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

from training.models import LocalGovernment

DATA = Path(__file__).resolve().parent.parent / "data"


class BadCheckDigit(ValueError):
    """The data file is damaged; nothing of it was loaded."""


def check_digit(*, first_five: str) -> str:
    """Weights 6, 5, 4, 3, 2; the last digit of 11 minus the sum modulo 11."""
    total = sum(
        int(digit) * weight for digit, weight in zip(first_five, (6, 5, 4, 3, 2), strict=True)
    )
    return str((11 - total % 11) % 10)


def _read(name: str) -> list[dict[str, Any]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["code"][5:] != check_digit(first_five=row["code"][:5]):
            raise BadCheckDigit(f"{name}: {row['code']} {row['name']}")
    return rows


@cache
def _read_romanised() -> dict[str, str]:
    return {row["code"]: row["name_en"] for row in _read("prefectures.csv")}


def name_prefecture(*, body: LocalGovernment) -> str:
    """In Latin letters where the page is not Japanese."""
    if (get_language() or "ja").startswith("ja"):
        return body.name
    return _read_romanised().get(body.pk, body.name)


def load_local_governments() -> int:
    """Add the prefectures and municipalities that are missing; change none. Returns how many the
    data holds. Raises BadCheckDigit."""
    prefectures, municipalities = _read("prefectures.csv"), _read("municipalities.csv")
    code_of = {row["pref_code"]: row["code"] for row in prefectures}
    bodies = [
        LocalGovernment(code=row["code"], name=row["name"], kana=row["kana"], kind="prefecture")
        for row in prefectures
    ] + [
        LocalGovernment(
            code=row["code"],
            prefecture_id=code_of[row["pref_code"]],
            name=row["name"],
            kana=row["kana"],
            kind=row["kind"],
        )
        for row in municipalities
    ]
    LocalGovernment.objects.bulk_create(bodies, ignore_conflicts=True, batch_size=500)
    return len(bodies)


def make_local_government(
    *, code: str, name: str, kana: str, kind: str, beside: str
) -> LocalGovernment:
    """Unsaved, in the prefecture of the body with the code `beside`. Raises BadCheckDigit."""
    if not (code.isascii() and code.isdigit() and len(code) == 6):
        raise BadCheckDigit(f"{code}: a code has six digits")
    if code[5:] != check_digit(first_five=code[:5]):
        raise BadCheckDigit(f"{code}: the last digit does not fit the others")
    neighbour = LocalGovernment.objects.filter(pk=beside).first()
    return LocalGovernment(
        code=code,
        name=name,
        kana=kana,
        kind=kind,
        prefecture=neighbour.prefecture if neighbour else None,
    )
