"""People who are signed in: what a script makes of them inside of the site, and the browser."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from tests.services import ROOT, Site

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    from cms.models import User


def run_in_site(site: Site, script: str, **environ: str) -> Any:
    """What a script of this folder prints last, as JSON, run by manage.py shell."""
    done = subprocess.run(
        [
            *(sys.executable, "manage.py", "shell", "-v0", "-c"),
            Path(__file__).with_name(script).read_text("utf-8"),
        ],
        cwd=ROOT,
        env=os.environ
        | site.env
        | {"KATSUYO_HOME": str(site.home), "DJANGO_SETTINGS_MODULE": "cms.settings.site"}
        | environ,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def make_session(user: User, **facts: Any) -> str:
    """Inside of the site: the key of a session of somebody who has just signed in."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.update(facts)
    session.create()
    return session.session_key


def carry_session(context: BrowserContext, base_url: str, key: str) -> None:
    cookie = {"name": "sessionid", "value": key, "url": base_url, "httpOnly": True}
    context.add_cookies([cookie])
