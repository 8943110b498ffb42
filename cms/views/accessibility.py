import datetime as dt
import json
from functools import cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

# Written by the tests (tests/journeys/accessibility_results.py), never by hand.
RESULTS = Path(__file__).resolve().parent.parent / "data" / "accessibility.json"


@cache
def read_results() -> dict[str, Any] | None:
    if not RESULTS.exists():
        return None
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    return results | {
        "tested_on": dt.date.fromisoformat(results["tested_on"]),
        "widths": ", ".join(f"{width} px" for width in results["widths"]),
    }


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    return render(request, "cms/accessibility_results.html", {"results": read_results()})
