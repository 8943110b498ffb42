"""What the last run of two tests found, for the site's page of results:

KATSUYO_ACCESSIBILITY_RESULTS=cms/data/accessibility.json pytest -n0 \
    tests/journeys/test_every_page.py tests/journeys/test_keyboard_alone.py
"""

import datetime as dt
import json
import os
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

from .axe import read_axe

# By who looks and the page's title: how many problems, and at which widths it was looked at.
seen: dict[tuple[str, str], dict[str, Any]] = defaultdict(lambda: {"widths": [], "problems": 0})
# By what was watched on every page, or the journey: how many problems.
watched: dict[str, int] = defaultdict(int)
journeys: dict[str, int] = {}
WATCHED = {"HTML": "html", "moved": "moved", "other hosts": "hosts"}


def note_journey(name: str, problems: list[str]) -> None:
    journeys[name] = len(problems)


def note_result(*, who: str, title: str, width: int, problems: dict[str, list[str]]) -> None:
    """Titles of visitors' pages only: others may have a name in them."""
    entry = seen[who, title.partition(" | ")[0] if not who else ""]
    entry["problems"] += sum(map(len, problems.values()))
    entry["widths"].append(width)
    for name, state in WATCHED.items():
        watched[state] += len(problems.get(name, []))


def write_results() -> None:
    """Where the environment says, if it does."""
    path = os.environ.get("KATSUYO_ACCESSIBILITY_RESULTS")
    if not path:
        return
    version = re.search(r"axe v([\d.]+)", read_axe())
    results = {
        "tested_on": dt.datetime.now(dt.UTC).date().isoformat(),
        "tool": f"axe-core {version[1] if version else ''}".strip(),
        "widths": sorted({width for entry in seen.values() for width in entry["widths"]}),
        "pages": [
            {"title": title, "problems": entry["problems"]}
            for (who, title), entry in seen.items()
            if not who
        ],
        "watched": watched,
        "journeys": journeys,
        "signed_in": {
            "looks": sum(len(entry["widths"]) for (who, _title), entry in seen.items() if who),
            "problems": sum(entry["problems"] for (who, _title), entry in seen.items() if who),
        },
    }
    Path(path).write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", "utf-8")
