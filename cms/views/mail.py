"""The mails a demonstration site sends, for its one user to read. Not routed anywhere else."""

import email
import email.policy
import re
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache


def _read(path: Path) -> dict[str, Any]:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    part = message.get_body(("plain",))
    body = part.get_content() if part else ""
    return {
        "id": path.stem,
        "subject": message["subject"],
        "to": message["to"],
        "date": datetime.fromtimestamp(path.stat().st_mtime).astimezone(),
        # Django draws a line beneath every mail that it writes into a file.
        "body": body.rstrip("-\n"),
    }


@never_cache
def mail_list(request: HttpRequest) -> HttpResponse:
    files = Path(settings.EMAIL_FILE_PATH).glob("*.log")
    newest = sorted(files, key=lambda path: path.stat().st_mtime, reverse=True)
    return render(request, "cms/mail_list.html", {"mails": [_read(path) for path in newest[:50]]})


@never_cache
def mail_detail(request: HttpRequest, mail_id: str) -> HttpResponse:
    path = Path(settings.EMAIL_FILE_PATH) / f"{mail_id}.log"
    if not re.fullmatch(r"[0-9-]+", mail_id) or not path.exists():
        raise Http404
    return render(request, "cms/mail_detail.html", {"mail": _read(path)})
