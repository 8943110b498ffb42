"""Settings for the unit tests: one process, nothing outside it."""

import os
import tempfile

# Set before the import: the site's settings make their home folder as they load.
os.environ.setdefault("KATSUYO_HOME", tempfile.mkdtemp(prefix="katsuyo-test-"))

from .site import *  # noqa: F403
from .site import DATABASES, STORAGES

SECRET_KEY = "not secret: tests only"  # noqa: S105
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = STORAGES | {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 20}
CELERY_TASK_ALWAYS_EAGER = False
CELERY_BROKER_URL = "memory://"
# Tests sign their people in by force. Those of the rule itself switch it on.
STAFF_MFA = False
