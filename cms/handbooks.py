"""What the pictures of the handbooks show, as the test suite wrote it down when it took them."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

MANIFEST = Path(__file__).parent / "data/handbooks.json"
PICTURES = Path(__file__).parent / "static/cms/handbooks"


@dataclass(frozen=True)
class Picture:
    """`words` are the lines that are to be read in it."""

    width: int
    height: int
    words: tuple[str, ...]


@cache
def read_pictures() -> dict[str, Picture]:
    rows = json.loads(MANIFEST.read_text("utf-8"))
    return {
        name: Picture(row["width"], row["height"], tuple(row["words"]))
        for name, row in rows.items()
    }
