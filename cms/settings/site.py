"""The ministry's site, configured by environment variables.

With none set it is the embedded form: SQLite, a broker in a second SQLite file, local files, all
below KATSUYO_HOME. docs/operations.md lists every variable.
"""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from .accounts import *  # noqa: F403
from .accounts import LOGIN_URL, OIDC_ORIGINS
from .periods import read_periods
from .schedule import make_schedule

BASE_DIR = Path(__file__).resolve().parent.parent.parent
HOME = Path(os.environ.get("KATSUYO_HOME", BASE_DIR / "var")).resolve()
# Database, mails and keys: nobody else on the machine reads them.
HOME.mkdir(parents=True, exist_ok=True, mode=0o700)

SITE_URL = os.environ.get("KATSUYO_SITE_URL", "http://127.0.0.1:8000")
HTTPS = urlsplit(SITE_URL).scheme == "https"
# Shows every mail at /mail/ and lists the demo accounts: never set it on a public server.
DEMO = os.environ.get("KATSUYO_DEMO") == "1"
DEBUG = os.environ.get("KATSUYO_DEBUG") == "1"


def _read_secret_key() -> str:
    """Take the key from the environment, else from a file made on the first start.

    Web and worker start at the same time, so the file is claimed with O_EXCL.
    """
    if key := os.environ.get("KATSUYO_SECRET_KEY"):
        return key
    path = HOME / "secret-key"
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text() or _read_secret_key()
    with os.fdopen(fd, "w") as file:
        file.write(secrets.token_urlsafe(50))
    return path.read_text()


SECRET_KEY = _read_secret_key()

ALLOWED_HOSTS = os.environ.get("KATSUYO_ALLOWED_HOSTS", urlsplit(SITE_URL).hostname or "").split(
    ","
)
if not HTTPS:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "cms.views.errors.csrf_failure"

INSTALLED_APPS = [
    "cms",
    "certificates",
    "training",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "cms.users_app.UsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cms.middleware.ContentSecurityPolicyMiddleware",
    "cms.middleware.PermissionsPolicyMiddleware",
    "cms.middleware.LanguageMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "cms.accounts.middleware.SessionLimitsMiddleware",
    "cms.accounts.middleware.SecondFactorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "cms.middleware.KeepPersonalPagesPrivateMiddleware",
    "cms.middleware.FuriganaMiddleware",
    # Before furigana are added, which come over what is marked.
    "cms.middleware.MarkJapaneseMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "cms.urls"
WSGI_APPLICATION = "cms.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cms.context_processors.site",
            ],
        },
    }
]

# Persistent connections and health checks; IMMEDIATE makes SQLite writers queue instead of failing.
DATABASES = {
    "default": dj_database_url.config(
        default=f"sqlite:///{HOME / 'db.sqlite3'}", conn_max_age=600, conn_health_checks=True
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    # To compile the counting of a town's people takes it some seconds, to run it milliseconds; to
    # start further processes for it costs more than they save; and told that its disk has no arm to
    # move, it looks people up instead of reading all there are.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault(
        "options", "-c jit=off -c max_parallel_workers_per_gather=0 -c random_page_cost=1.1"
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

if cache_url := os.environ.get("KATSUYO_CACHE_URL"):
    CACHES = {
        "default": {
            "BACKEND": "cms.caching.RedisOrLocalCache",
            "LOCATION": cache_url,
            "OPTIONS": {"SOCKET_TIMEOUT": 2, "SOCKET_CONNECT_TIMEOUT": 2},
        }
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            # Beyond 300, its default, it drops a third of what it counts: limits among it.
            "OPTIONS": {"MAX_ENTRIES": 20_000},
        }
    }

# For templates/base.html. Within a process, so that a new release starts without what the old kept.
CACHES["template_fragments"] = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "LOCATION": "template_fragments",
}

AUTH_USER_MODEL = "cms.User"
AUTHENTICATION_BACKENDS = ["cms.accounts.lookups.UserBackend"]
SESSION_ENGINE = "cms.accounts.lookups"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
STAFF_MFA_WAIVED_FOR_DEMO = DEMO

SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
if os.environ.get("KATSUYO_BEHIND_PROXY") == "1":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Limits per address count visitors, not the proxies. What stands in X-Forwarded-For before their
# own entries anybody may have written.
ALLAUTH_TRUSTED_PROXY_COUNT = CERTIFICATES_TRUSTED_PROXIES = int(
    os.environ.get("KATSUYO_TRUSTED_PROXIES", os.environ.get("KATSUYO_BEHIND_PROXY") == "1")
)

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF],
        # A form that leads to another site's page for signing in counts as sent there.
        "form-action": [SELF, *OIDC_ORIGINS],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
    }
}

LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", _("Japanese")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "language"
# After the own texts: what Wagtail itself has not in Japanese, or badly (docs/editor-language.md).
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "wagtail"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Tokyo"
# Staff choose no other: a day in the administration is the same day for everybody.
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("KATSUYO_STATIC_ROOT", BASE_DIR / "var" / "static"))
MEDIA_URL = "/media/"
MEDIA_ROOT = HOME / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "cms.staticfiles.StaticFilesStorage"},
    # Private: no URL leads here, views hand the bytes out.
    "certificates": {
        "BACKEND": "certificates.storage.DurableFileSystemStorage",
        "OPTIONS": {"location": HOME / "certificates"},
    },
    "evidence": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": HOME / "evidence"},
    },
}
if s3_bucket := os.environ.get("KATSUYO_S3_BUCKET"):
    # Whoever may use it is said by boto3's own variables, AWS_ACCESS_KEY_ID and so on.
    STORAGES["certificates"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": s3_bucket,
            "endpoint_url": os.environ.get("KATSUYO_S3_ENDPOINT"),
            "location": os.environ.get("KATSUYO_S3_FOLDER", "certificates"),
            "default_acl": "private",
            "file_overwrite": True,
        },
    }

# Private keys; docs/keys.md says what to do with them.
CERTIFICATES_KEY_FOLDER = Path(os.environ.get("KATSUYO_KEY_FOLDER", HOME / "keys"))
CERTIFICATES_ISSUER_NAME = os.environ.get("KATSUYO_ISSUER_NAME", "Katsuyo")
if pkcs11_module := os.environ.get("KATSUYO_PKCS11_MODULE"):
    # Its PIN is read from KATSUYO_PKCS11_PIN when the token is opened.
    CERTIFICATES_PKCS11 = {
        "module": pkcs11_module,
        "label": os.environ.get("KATSUYO_PKCS11_TOKEN", ""),
    }

DEFAULT_FROM_EMAIL = os.environ.get("KATSUYO_FROM_EMAIL", "noreply@katsuyo.example")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Who is told of differences in the register: addresses, parted by commas.
ADMINS = [
    (address.strip(), address.strip())
    for address in os.environ.get("KATSUYO_ADMINS", "").split(",")
    if address.strip()
]
EMAIL_SUBJECT_PREFIX = ""
if email_host := os.environ.get("KATSUYO_EMAIL_HOST"):
    EMAIL_HOST = email_host
    EMAIL_PORT = int(os.environ.get("KATSUYO_EMAIL_PORT", "587"))
    EMAIL_HOST_USER = os.environ.get("KATSUYO_EMAIL_USER", "")
    EMAIL_HOST_PASSWORD = os.environ.get("KATSUYO_EMAIL_PASSWORD", "")
    EMAIL_USE_TLS = True
    EMAIL_TIMEOUT = 10
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = HOME / "mail"

CELERY_BROKER_URL = os.environ.get(
    "KATSUYO_BROKER_URL", f"sqla+sqlite:///{HOME / 'broker.sqlite3'}"
)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Warming up takes two seconds, on a busy machine more than the four that Celery grants.
CELERY_WORKER_PROC_ALIVE_TIMEOUT = 60
# A worker that holds a certificate longer than the lease must be dead, not slow.
CERTIFICATES_LEASE_SECONDS = int(os.environ.get("KATSUYO_LEASE_SECONDS", "120"))
CELERY_TASK_SOFT_TIME_LIMIT = CERTIFICATES_LEASE_SECONDS * 0.5
CELERY_TASK_TIME_LIMIT = CERTIFICATES_LEASE_SECONDS * 0.75
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Nobody asks the worker how it is, and whoever reaches the broker must not be able to stop it.
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
# A web request must not hang on a dead broker: the sweep rings again later.
CELERY_TASK_PUBLISH_RETRY = False
if CELERY_BROKER_URL.startswith("redis"):
    CELERY_BROKER_TRANSPORT = "cms.broker:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 600,
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
    }
# How long what is kept: docs/people.md. "evidence=30,inactive_learners=5"; "=never" keeps for ever.
TRAINING_RETENTION = read_periods(os.environ.get("KATSUYO_RETENTION", ""))
# How long before its last day a holder may take the course again.
CERTIFICATES_RENEWAL_DAYS = int(os.environ.get("KATSUYO_RENEWAL_DAYS", "90"))
SWEEP_SECONDS = float(os.environ.get("KATSUYO_SWEEP_SECONDS", "30"))
# How often the figures for oversight are counted anew.
FIGURES_SECONDS = float(os.environ.get("KATSUYO_FIGURES_SECONDS", "600"))
CELERY_BEAT_SCHEDULE_FILENAME = str(HOME / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = make_schedule(sweep=SWEEP_SECONDS, figures=FIGURES_SECONDS)

WAGTAIL_SITE_NAME = "Katsuyo"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILADMIN_LOGIN_URL = "editor_login"
# allauth's page does this for everybody, and limits how often.
WAGTAIL_PASSWORD_RESET_ENABLED = False
# The account's own pages ask again before such a change, and prove a new address.
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
# Whoever is given an account signs in by mail.
WAGTAILUSERS_PASSWORD_REQUIRED = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_FRONTEND_LOGIN_URL = LOGIN_URL
WAGTAIL_CONTENT_LANGUAGES = [("ja", "日本語")]
WAGTAILADMIN_PERMITTED_LANGUAGES = [("ja", "日本語")]
# One, so that nobody is asked for theirs, out of six hundred with English names.
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp", "svg"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "training": {"level": "INFO"},
        "certificates": {"level": "INFO"},
        "django.request": {"level": "ERROR"},
        # Celery opens the root logger to INFO, and WeasyPrint tells every step of every page.
        "weasyprint": {"level": "WARNING"},
        # Every scanner of the internet sends foreign host names.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
