"""The same site with certificates as well."""

import tempfile

from host_site.settings_training import *  # noqa: F403
from host_site.settings_training import INSTALLED_APPS

INSTALLED_APPS = ["certificates", *INSTALLED_APPS]
ROOT_URLCONF = "host_site.urls_both"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CELERY_TASK_ALWAYS_EAGER = True
CERTIFICATES_KEY_FOLDER = tempfile.mkdtemp(prefix="host-keys-")
