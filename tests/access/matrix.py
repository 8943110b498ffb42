"""docs/access.csv: a row for each pattern, side and verb, a column for each role."""

import csv
from pathlib import Path

from .observe import Key
from .world import ROLES

MATRIX = Path(__file__).resolve().parents[2] / "docs/access.csv"
HEAD = ("address", "whose", "verb", *ROLES)
Matrix = dict[Key, dict[str, str]]


def read_matrix() -> Matrix:
    with MATRIX.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        (row["address"], row["whose"], row["verb"]): {role: row[role] for role in ROLES}
        for row in rows
    }


def write_matrix(matrix: Matrix) -> None:
    with MATRIX.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEAD)
        for key in sorted(matrix):
            writer.writerow([*key, *matrix[key].values()])


def write_line(key: Key, seen: dict[str, str]) -> str:
    return ",".join([*key, *seen.values()])


def compare(*, expected: Matrix, seen: Matrix) -> list[str]:
    """What the file does not say, and what is otherwise than it says."""
    wrong = []
    for key, row in seen.items():
        if key not in expected:
            wrong.append(
                f"no row for this address: review it and add\n  {write_line(key, row)}\nto {MATRIX}"
            )
            continue
        for role, outcome in row.items():
            if outcome != expected[key][role]:
                wrong.append(f"{' '.join(key)} for {role}: {outcome}, not {expected[key][role]}")
    return wrong
